import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOfDigits, isBase64Digit } from './base64-digits.ts';
import { compileDigitSearch, searchBlockBytes } from './digit-search.ts';

const digit = /[A-Za-z0-9+/]/;

/** The same by the definition, byte after byte. */
function plainEnd(bytes: Buffer, start: number, end: number): number {
  let index = start;
  while (index < end && digit.test(String.fromCharCode(bytes[index] ?? 0))) index++;
  return index;
}

describe('base64 digits', () => {
  test('are the 64 of the standard alphabet, and no other byte', () => {
    const found = Array.from({ length: 256 }, (_, byte) => byte).filter(isBase64Digit);
    expect(String.fromCharCode(...found)).toBe(
      '+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    );
  });

  test('every byte that is none ends a run, wherever in a long one it stands', () => {
    const length = 3 * 65_536 + 17;
    const bytes = Buffer.alloc(length, 'Zz09+/Aa');
    for (let byte = 0; byte < 256; byte++) {
      const at = 200 + byte * 761;
      const before = bytes[at] ?? 0;
      bytes[at] = byte;
      expect(endOfDigits(bytes, 0, length)).toBe(isBase64Digit(byte) ? length : at);
      bytes[at] = before;
    }
  });

  test('a run is as long as its definition says, for any bytes, start and end', () => {
    const run = fc.tuple(
      fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 70_000 })),
      fc.nat({ max: 255 }),
      fc.nat({ max: 63 }),
    );
    fc.assert(
      fc.property(
        fc.array(run, { maxLength: 4 }),
        fc.nat({ max: 400 }),
        fc.nat({ max: 400 }),
        (runs, from, less) => {
          const bytes = Buffer.concat(
            runs.flatMap(([length, stranger, salt]) => [
              Buffer.alloc(length, `${salt}AZaz09+/`),
              Buffer.from([stranger]),
            ]),
          );
          const start = Math.min(from, bytes.length);
          const end = Math.max(start, bytes.length - less);
          expect(endOfDigits(bytes, start, end)).toBe(plainEnd(bytes, start, end));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('the search compiles here, and stops at the block with the first stranger in it', () => {
    const digits = Uint8Array.from({ length: 256 }, (_, byte) => (isBase64Digit(byte) ? 1 : 0));
    const search = compileDigitSearch(digits);
    expect(search).toBeDefined();
    if (search === undefined) return;
    search.memory.fill(0x41);
    const end = search.memory.length;
    expect(search.skip(0, end)).toBe(end);
    expect(search.skip(0, searchBlockBytes - 1)).toBe(0);
    for (const at of [0, 15, 16, 63, 64, 1000, end - 1]) {
      search.memory[at] = 0x2d;
      expect(search.skip(0, end)).toBe(at - (at % searchBlockBytes));
      search.memory[at] = 0x41;
    }
  });
});
