import { bigEndian, type ByteReader, covers, hasText, littleEndian } from './byte-reader.ts';

/** A picture of which it is known how many bytes there are. */
export interface WholeReader extends ByteReader {
  readonly byteLength: number;
}

/** More chunks than any real picture has; one with more is let be. */
const maxChunks = 65_536;
/** Where the end of a JPEG may stand that has something behind it. */
const maxBehindBytes = 65_536;

/**
 * Whether a PNG, JPEG or WebP ends before its own last byte. One that is whole is told by a few bytes at its end; any other
 * is looked through for something behind the end, which decoders pass over. Other types are let be.
 */
export function lacksEnd(picture: WholeReader, mimeType: string): boolean {
  if (mimeType === 'image/png') return lacksLastChunk(picture);
  if (mimeType === 'image/jpeg') return lacksEndMarker(picture);
  // The last byte may be one that only fills up to an even number.
  if (mimeType === 'image/webp') return picture.byteLength < littleEndian(picture, 4, 4) + 7;
  return false;
}

function lacksLastChunk(picture: WholeReader): boolean {
  const { byteLength } = picture;
  if (hasText(picture, byteLength - 8, 'IEND')) return false;
  let chunk = 8;
  for (let count = 0; count < maxChunks; count++) {
    const end = chunk + 12 + bigEndian(picture, chunk, 4);
    if (!covers(picture, end)) return true;
    if (hasText(picture, chunk + 4, 'IEND')) return false;
    chunk = end;
  }
  return false;
}

/** Among a JPEG's pixels no byte of 0xff is followed by 0xd9. */
function lacksEndMarker(picture: WholeReader): boolean {
  const { byteLength } = picture;
  const first = Math.max(0, byteLength - maxBehindBytes);
  for (let offset = byteLength - 2; offset >= first; offset--)
    if (picture.byteAt(offset) === 0xff && picture.byteAt(offset + 1) === 0xd9) return false;
  return true;
}
