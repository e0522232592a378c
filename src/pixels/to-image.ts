import { encodeBase64InTurns } from '../bytes/encode-base64.ts';
import { freeBytes } from '../bytes/free-bytes.ts';
import type { PixelSize } from '../journey/catalogue-model.ts';
import type { ImageMimeType, MeasuredImage } from '../journey/image-result.ts';

/** An encoded picture as base64; the encoder's memory is given back at once. */
export async function toImage(
  bytes: Buffer,
  facts: { readonly mimeType: ImageMimeType; readonly size: PixelSize },
): Promise<MeasuredImage> {
  const base64 = await encodeBase64InTurns(bytes);
  freeBytes([bytes]);
  return { base64, ...facts };
}
