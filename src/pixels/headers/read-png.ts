import { bigEndian, type ByteReader, covers, hasText } from './byte-reader.ts';
import { exifOrientation } from './exif-orientation.ts';
import { isSize, type PictureFacts } from './picture-facts.ts';

/** Chunks looked at before the pixels; real files have a handful, C2PA and ICC included. */
const maxChunks = 256;

/** Whether the bytes begin with PNG's signature. */
export function isPng(bytes: ByteReader): boolean {
  return bytes.byteAt(0) === 0x89 && hasText(bytes, 1, 'PNG\r\n\u001a\n');
}

/**
 * Reads IHDR, then walks the chunks before the pixels for `tRNS` (transparency of palette, grey and RGB
 * pictures without an alpha channel) and `eXIf`.
 */
export function readPng(bytes: ByteReader): PictureFacts | undefined {
  if (!covers(bytes, 33) || !hasText(bytes, 12, 'IHDR')) return undefined;
  const size = { widthPx: bigEndian(bytes, 16, 4), heightPx: bigEndian(bytes, 20, 4) };
  if (!isSize(size)) return undefined;
  const colourType = bytes.byteAt(25);
  let hasAlpha = colourType === 4 || colourType === 6;
  let orientation = 1;
  let chunk = 33;
  for (let count = 0; count < maxChunks && covers(bytes, chunk + 8); count++) {
    if (hasText(bytes, chunk + 4, 'IDAT') || hasText(bytes, chunk + 4, 'IEND')) break;
    if (hasText(bytes, chunk + 4, 'tRNS')) hasAlpha = true;
    if (hasText(bytes, chunk + 4, 'eXIf')) orientation = exifOrientation(bytes, chunk + 8);
    chunk += 12 + bigEndian(bytes, chunk, 4);
  }
  return { mimeType: 'image/png', size, hasAlpha, orientation };
}
