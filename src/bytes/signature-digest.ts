import { createHash } from 'node:crypto';
import type { Base64Image } from './base64-image.ts';

/** Tells a thought signature from all others, in whichever spelling of base64 it came: captured, it has one. */
export function signatureDigest({ slices }: Base64Image): string {
  const hash = createHash('sha256');
  for (const slice of slices) hash.update(slice);
  return hash.digest('base64');
}
