import { compileDigitSearch, searchBlockBytes } from './digit-search.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const digits = new Uint8Array(256);
for (const digit of Buffer.from(alphabet)) digits[digit] = 1;

const search = compileDigitSearch(digits);
/** Runs this short are over before a search pays. */
const shortRunBytes = 64;
/** How much is copied for a search at first; more only once the run has proved long. */
const firstPieceBytes = 4096;

/** Whether a byte is a digit of base64's standard alphabet; padding is none. */
export function isBase64Digit(byte: number): boolean {
  return digits[byte] === 1;
}

/** The index of the first byte from `start` on that is no digit of base64's standard alphabet, or `end`. */
export function endOfDigits(bytes: Uint8Array, start: number, end: number): number {
  const nearEnd = Math.min(end, start + shortRunBytes);
  let index = plainEnd(bytes, start, nearEnd);
  if (index < nearEnd || search === undefined) return plainEnd(bytes, index, end);
  let pieceBytes = firstPieceBytes;
  while (end - index >= searchBlockBytes) {
    const length = Math.min(pieceBytes, end - index);
    search.memory.set(bytes.subarray(index, index + length));
    const skipped = search.skip(0, length);
    index += skipped;
    if (length - skipped >= searchBlockBytes) break;
    pieceBytes = Math.min(pieceBytes * 4, search.memory.length);
  }
  return plainEnd(bytes, index, end);
}

function plainEnd(bytes: Uint8Array, start: number, end: number): number {
  let index = start;
  while (index < end && digits[bytes[index] ?? 0] === 1) index++;
  return index;
}
