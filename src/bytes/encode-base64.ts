import { setImmediate } from 'node:timers/promises';
import { Base64Encoder } from './base64-encoder.ts';
import type { Base64Image } from './base64-image.ts';

/** Bytes encoded before other requests get their turn: about a millisecond. */
const turnBytes = 2 * 1024 * 1024;

/** The base64 of bytes in memory, in slices of at most 256 KB. */
export function encodeBase64(bytes: Buffer): Base64Image {
  const encoder = new Base64Encoder();
  encoder.push(bytes);
  return encoder.finish();
}

/** As `encodeBase64`, letting the event loop breathe, for the tens of megabytes that a 4K picture can have. */
export async function encodeBase64InTurns(bytes: Buffer): Promise<Base64Image> {
  const encoder = new Base64Encoder();
  for (let start = 0; start < bytes.length; start += turnBytes) {
    if (start > 0) await setImmediate();
    encoder.push(bytes.subarray(start, start + turnBytes));
  }
  return encoder.finish();
}
