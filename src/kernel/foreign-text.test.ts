import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText, cutText, foreignWord, maxForeignCharacters, sentence } from './foreign-text.ts';

/** Any UTF-16 at all, lone surrogates too. */
const anyText = (maxLength: number) =>
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff })), { maxLength })
    .map((units) => String.fromCharCode(...units));

describe('cutText', () => {
  test('never cuts a character in two, and is no longer than asked', () => {
    fc.assert(
      fc.property(anyText(40), fc.nat({ max: 45 }), (text, max) => {
        const cut = cutText(text, max);
        expect(cut.isWellFormed()).toBe(true);
        expect(cut.length).toBeLessThanOrEqual(max);
        expect(text.toWellFormed().startsWith(cut)).toBe(true);
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, max) - 1);
      }),
      { numRuns: 500 },
    );
    expect(cutText('a🍌b', 2)).toBe('a');
    expect(cutText('a🍌b', 3)).toBe('a🍌');
    expect(cutText('ab', 2)).toBe('ab');
  });
});

describe('cleanText', () => {
  test('is one bounded line without anything that acts on a terminal or a page', () => {
    fc.assert(
      fc.property(anyText(300), (text) => {
        const clean = cleanText(text);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(clean).not.toMatch(/[A-Za-z0-9+/_-]{64}/);
        expect(clean).toBe(clean.trim());
      }),
      { numRuns: 500 },
    );
    expect(cleanText('\u001b[31mred\u0007 \r\nX-Evil: 1\u2028\u0085next')).toBe('[31mred X-Evil: 1 next');
    expect(cleanText('a\u202eb\u200bc\ufeffd\u2066e')).toBe('abcde');
    expect(cleanText('half \ud83c here')).toBe('half \ufffd here');
    expect(cleanText('x'.repeat(10_000).replaceAll('xx', 'x ')).length).toBeLessThanOrEqual(
      maxForeignCharacters,
    );
  });

  test.each([
    ['key AIzaSyA1234567890abcdefghij!', 'key [redacted]!'],
    ['key AQ.Ab8RN6JxY1234567890', 'key [redacted]'],
    ['Authorization: Bearer ya29.a0AfH6SMB-xyz_123', 'Authorization: [redacted]'],
    ['bearer abcdefgh12345678', '[redacted]'],
    ['sk-live_abcdef and sk-proj-AbC123def456', '[redacted] and [redacted]'],
    ['user bob.o+x@mail.example.com wrote', 'user [redacted] wrote'],
    ['of projects/secret-1/models', 'of projects/[redacted]/models'],
    ['see https://10.0.0.1/x?key=1 or HTTP://b.example', 'see [link] or [link]'],
    [`got ${'iVBORw0KGgo'.repeat(9)}== here`, 'got [data] here'],
    [`<img src="data:image/png;base64,${'A'.repeat(200)}">`, '<img src="[data]">'],
    ['here: data:image/png;base64,iVBORw0KGgo= and more', 'here: [data] and more'],
    ['see data:,x and data:image/svg+xml;charset=utf-8,%3Csvg%3E', 'see [data] and [data]'],
    [`got ${`${'iVBORw0KGgo'.repeat(5)}\r\n`.repeat(3)}here`, 'got [data] here'],
    ['data: none, as said', 'data: none, as said'],
    ['a risk-averse desk-lamp, sk-', 'a risk-averse desk-lamp, sk-'],
    ['12 @ 5 is not a@b', '12 @ 5 is not a@b'],
  ])('%s becomes %s', (text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });
});

describe('sentence', () => {
  test.each([
    ['no full stop', 'no full stop.'],
    [' a\n  b\tc ', 'a b c.'],
    ['ends well!', 'ends well!'],
    ['really?', 'really?'],
  ])('%j becomes %j', (text, expected) => {
    expect(sentence(text)).toBe(expected);
  });

  test('is one bounded line that ends, whatever it is made of', () => {
    fc.assert(
      fc.property(anyText(500), fc.integer({ min: 2, max: 300 }), (text, max) => {
        const made = sentence(text, max);
        expect(made.length).toBeLessThanOrEqual(max + 1);
        expect(made).toMatch(/[.!?…]$/);
        expect(made.isWellFormed()).toBe(true);
      }),
    );
  });
});

test('a word of the upstream’s is short', () => {
  expect(foreignWord('IMAGE_SAFETY')).toBe('IMAGE_SAFETY');
  expect(foreignWord('X '.repeat(1_000_000)).length).toBeLessThanOrEqual(64);
});
