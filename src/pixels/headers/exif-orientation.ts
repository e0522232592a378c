import { bigEndian, type ByteReader, hasText, littleEndian } from './byte-reader.ts';

const orientationTag = 0x0112;
const maxEntries = 128;

/**
 * The orientation (1–8) in the TIFF structure that starts at `offset`; 1 when absent or damaged. Reads the
 * first directory only, where EXIF keeps it.
 */
export function exifOrientation(bytes: ByteReader, offset: number): number {
  const read = hasText(bytes, offset, 'MM')
    ? bigEndian
    : hasText(bytes, offset, 'II')
      ? littleEndian
      : undefined;
  if (read === undefined || read(bytes, offset + 2, 2) !== 42) return 1;
  const directory = offset + read(bytes, offset + 4, 4);
  const entries = Math.min(read(bytes, directory, 2), maxEntries);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * 12;
    if (read(bytes, entry, 2) !== orientationTag) continue;
    const value = read(bytes, entry + 8, 2);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
