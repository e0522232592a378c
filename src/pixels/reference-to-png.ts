import { decodeBase64InTurns } from '../bytes/decode-base64.ts';
import type { ReferenceImage } from '../journey/image-order.ts';
import { decoding, openPicture } from './open-picture.ts';
import { pngEncoding } from './png-encoding.ts';
import { toImage } from './to-image.ts';

/**
 * A reference of a type that upstreams do not read, as PNG: upright, in sRGB, of several pictures the first. Throws
 * `invalid_image_file`.
 */
export async function referenceToPng(
  { base64, hasAlpha, sentAs = { param: 'image', title: "'image'" } }: ReferenceImage,
  maxPixels: number,
): Promise<ReferenceImage> {
  const { pipeline } = await openPicture(await decodeBase64InTurns(base64), sentAs, maxPixels);
  const encoded = pipeline.toColourspace('srgb').png(pngEncoding);
  const { data, info } = await decoding(sentAs, encoded.toBuffer({ resolveWithObject: true }));
  const size = { widthPx: info.width, heightPx: info.height };
  return { ...(await toImage(data, { mimeType: 'image/png', size })), hasAlpha };
}
