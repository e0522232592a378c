import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Base64Image } from './base64-image.ts';

/** A picture's bytes, its base64 cut into slices anywhere, with or without padding. */
const picture = fc
  .record({
    bytes: fc.uint8Array({ maxLength: 200 }),
    cuts: fc.array(fc.nat({ max: 300 }), { maxLength: 6 }),
    isPadded: fc.boolean(),
  })
  .map(({ bytes, cuts, isPadded }) => {
    const text = Buffer.from(bytes).toString('base64');
    return { bytes, ...cut(isPadded ? text : text.replace(/=+$/, ''), cuts) };
  });

function cut(text: string, cuts: readonly number[]): { text: string; image: Base64Image } {
  const edges = [0, ...cuts.map((at) => Math.min(at, text.length)).toSorted((a, b) => a - b), text.length];
  const slices = edges.slice(1).map((end, index) => Buffer.from(text.slice(edges[index], end)));
  return { text, image: new Base64Image(slices) };
}

describe('Base64Image', () => {
  test('byteAt is the decoded byte at every offset, wherever the slices are cut and in any order of reading', () => {
    fc.assert(
      fc.property(picture, fc.array(fc.nat({ max: 220 }), { maxLength: 20 }), ({ bytes, image }, jumps) => {
        for (const [offset, byte] of bytes.entries()) expect(image.byteAt(offset)).toBe(byte);
        for (const offset of jumps) expect(image.byteAt(offset)).toBe(bytes[offset]);
      }),
      { numRuns: 500 },
    );
  });

  test('byteLength is the decoded length, padded or not', () => {
    fc.assert(
      fc.property(picture, ({ bytes, image, text }) => {
        expect(image.byteLength).toBe(bytes.length);
        expect(image.length).toBe(text.length);
      }),
    );
  });

  test('no more than two characters are padding', () => {
    const lengths = ['', '=', '==', 'AA==', 'AAA=', 'A===', 'AAAA===='].map(
      (text) => new Base64Image([Buffer.from(text)]).byteLength,
    );
    expect(lengths).toEqual([0, 0, 0, 1, 2, 1, 4]);
  });

  test('dropHead drops exactly that many characters and copies nothing', () => {
    fc.assert(
      fc.property(picture, fc.nat({ max: 320 }), ({ text, image }, count) => {
        const rest = image.dropHead(count);
        expect(Buffer.concat(rest.slices).toString()).toBe(text.slice(count));
        expect(rest.length).toBe(Math.max(0, text.length - count));
        for (const slice of rest.slices) {
          expect(slice.length).toBeGreaterThan(0);
          expect(image.slices.some((own) => own.buffer === slice.buffer)).toBe(true);
        }
      }),
    );
  });

  test('headText is the first characters over all slices', () => {
    fc.assert(
      fc.property(picture, fc.nat({ max: 320 }), ({ text, image }, count) => {
        expect(image.headText(count)).toBe(text.slice(0, count));
      }),
    );
  });

  test('what is no base64 has no byte, and the end has none', () => {
    const image = new Base64Image([Buffer.from('AA"A')]);
    expect(image.byteAt(0)).toBe(0);
    expect(image.byteAt(1)).toBeUndefined();
    expect(new Base64Image([]).byteAt(0)).toBeUndefined();
    expect(new Base64Image([]).byteLength).toBe(0);
    expect(new Base64Image([Buffer.from('==')]).byteLength).toBe(0);
  });
});
