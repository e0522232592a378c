/**
 * Random access to a picture's bytes. `Base64Image` is one already; `bytesOf` makes one of a Buffer. Header
 * readers go through this so that a picture held as base64 slices never has to be decoded to be inspected.
 */
export interface ByteReader {
  /** The byte at `offset`; undefined past the end. */
  byteAt(offset: number): number | undefined;
}

/** Reads from a Buffer in memory. */
export function bytesOf(buffer: Buffer): ByteReader {
  return { byteAt: (offset) => buffer[offset] };
}

/** Whether every byte before `end` is there: header readers check this once, then read without fear. */
export function covers(bytes: ByteReader, end: number): boolean {
  return bytes.byteAt(end - 1) !== undefined;
}

/** Whether the ASCII `text` stands at `offset`. */
export function hasText(bytes: ByteReader, offset: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes.byteAt(offset + index) !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** The unsigned number in `length` bytes, most significant first. Bytes past the end count as 0. */
export function bigEndian(bytes: ByteReader, offset: number, length: number): number {
  let value = 0;
  for (let index = 0; index < length; index++) value = value * 256 + (bytes.byteAt(offset + index) ?? 0);
  return value;
}

/** The unsigned number in `length` bytes, least significant first. Bytes past the end count as 0. */
export function littleEndian(bytes: ByteReader, offset: number, length: number): number {
  let value = 0;
  let unit = 1;
  for (let index = 0; index < length; index++) {
    value += (bytes.byteAt(offset + index) ?? 0) * unit;
    unit *= 256;
  }
  return value;
}
