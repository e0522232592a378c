import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Base64Image } from './base64-image.ts';
import { isBase64 } from './is-base64.ts';

const check = (...slices: string[]): boolean =>
  isBase64(new Base64Image(slices.map((slice) => Buffer.from(slice))));

/** Any UTF-16 at all, lone surrogates too. */
const anyText = (maxLength: number) =>
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff })), { maxLength })
    .map((units) => String.fromCharCode(...units));

describe('isBase64', () => {
  test.each(['', 'AAAA', 'AA==', 'AAA=', 'AAA', 'AA', '+/+/', '=', '=='])('%j is', (text) => {
    expect(check(text)).toBe(true);
  });

  test.each([
    'A',
    'AAAAA',
    'A===',
    'AA"A',
    'AA\\A',
    'AA A',
    'AA\nAA',
    'A=AA',
    'AA=A',
    '===',
    'AA===',
    'AA-_',
    'é',
    '\0',
  ])('%j is not', (text) => {
    expect(check(text)).toBe(false);
  });

  test('padding may be cut by the end of a slice, digits may not follow it', () => {
    expect(check('AA', '=', '=')).toBe(true);
    expect(check('AA=', '=')).toBe(true);
    expect(check('AA=', 'A')).toBe(false);
    expect(check('AA', '==', 'AAAA')).toBe(false);
  });

  test('agrees with the grammar for any text cut anywhere', () => {
    const text = fc.array(fc.constantFrom('A', 'z', '9', '+', '/', '=', '"', '\n', '-'), { maxLength: 12 });
    fc.assert(
      fc.property(text, fc.nat({ max: 12 }), (characters, cut) => {
        const whole = characters.join('');
        expect(check(whole.slice(0, cut), whole.slice(cut))).toBe(
          /^[A-Za-z0-9+/]*={0,2}$/.test(whole) && whole.replaceAll('=', '').length % 4 !== 1,
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('what becomes a picture can stand inside a JSON string as it is', () => {
    fc.assert(
      fc.property(anyText(40), (whole) => {
        if (check(whole)) expect(JSON.stringify(whole)).toBe(`"${whole}"`);
      }),
    );
  });
});
