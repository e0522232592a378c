import { bigEndian, type ByteReader, hasText, littleEndian } from './byte-reader.ts';
import { isSize, type PictureFacts } from './picture-facts.ts';

/** Entries looked at in the first directory; a camera's has about fifty. */
const maxEntries = 512;
const tags = { width: 256, height: 257, orientation: 274, extraSamples: 338 } as const;

/** Whether the bytes begin with TIFF's signature, in either byte order. */
export function isTiff(bytes: ByteReader): boolean {
  return hasText(bytes, 0, 'II*\0') || hasText(bytes, 0, 'MM\0*');
}

/** Reads the first directory: the picture's size, orientation and whether it has samples beyond its colours. */
export function readTiff(bytes: ByteReader): PictureFacts | undefined {
  const read = hasText(bytes, 0, 'II') ? littleEndian : bigEndian;
  const start = read(bytes, 4, 4);
  const count = Math.min(read(bytes, start, 2), maxEntries);
  const values = new Map<number, number>();
  for (let index = 0; index < count; index++) {
    const entry = start + 2 + index * 12;
    // A SHORT stands in the first two of the four bytes of its value, a LONG in all.
    const length = read(bytes, entry + 2, 2) === 3 ? 2 : 4;
    values.set(read(bytes, entry, 2), read(bytes, entry + 8, length));
  }
  const size = { widthPx: values.get(tags.width) ?? 0, heightPx: values.get(tags.height) ?? 0 };
  if (start < 8 || !isSize(size)) return undefined;
  const orientation = values.get(tags.orientation) ?? 1;
  return {
    mimeType: 'image/tiff',
    size,
    hasAlpha: values.has(tags.extraSamples),
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
  };
}
