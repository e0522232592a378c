import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayPrefix, hashApiKey, isWellFormedApiKey, newApiKey } from './api-key.ts';

test('a new key is sk- and 48 base62 characters, and never the same twice', () => {
  const keys = Array.from({ length: 500 }, () => newApiKey());
  for (const key of keys) expect(key).toMatch(/^sk-[0-9A-Za-z]{48}$/);
  expect(new Set(keys).size).toBe(500);
});

test('a key of our own making is well formed; one character more, less or other is not', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 50 }),
      fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme' }),
      (at, other) => {
        const key = newApiKey();
        expect(isWellFormedApiKey(key)).toBe(true);
        expect(isWellFormedApiKey(key.slice(0, at) + key.slice(at + 1))).toBe(false);
        expect(isWellFormedApiKey(key.slice(0, at) + other + key.slice(at))).toBe(false);
        const swapped = key.slice(0, at) + other + key.slice(at + 1);
        expect(isWellFormedApiKey(swapped)).toBe(
          /^sk-[0-9A-Za-z]{48}$/.test(swapped) && swapped.length === 51,
        );
      },
    ),
  );
});

test('a trailing newline, other scripts and full-width letters are not well formed', () => {
  const key = newApiKey();
  for (const text of [
    `${key}\n`,
    `${key.slice(0, -1)}\n`,
    `${key.slice(0, -1)}é`,
    `ｓｋ-${key.slice(3)}`,
    `SK-${key.slice(3)}`,
    '',
  ]) {
    expect(isWellFormedApiKey(text)).toBe(false);
  }
});

test('the stored hash is SHA-256 of the whole key', () => {
  const key = newApiKey();
  expect(hashApiKey(key).toString('hex')).toBe(createHash('sha256').update(key).digest('hex'));
});

test('the shown form has eight secret characters at most, and nothing of text that is not a key', () => {
  const key = `sk-Ab3d${'0'.repeat(40)}x9Yz`;
  expect(displayPrefix(key)).toBe('sk-Ab3d…x9Yz');
  expect(displayPrefix('hunter2-my-other-secret')).toBe('sk-…');
});
