import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mimeTypeOfName, newImageName } from './image-name.ts';
import { SignedLinks } from './signed-link.ts';

const links = new SignedLinks(Buffer.alloc(32, 7));
const nowMs = 1_700_000_000_000;
const name = newImageName('image/png');
const link = links.sign({ origin: 'https://images.example:8443', name, expiresAtMs: nowMs + 60_000 });
const query = new URL(link).search.slice(1);

test('a link is absolute on the origin given, and its path ends in the real extension', () => {
  const url = new URL(link);
  expect(url.origin).toBe('https://images.example:8443');
  expect(url.pathname).toBe(`/images/${name}`);
  expect(url.pathname.endsWith('.png')).toBe(true);
  expect(
    links.sign({ origin: 'http://127.0.0.1:4747', name: newImageName('image/jpeg'), expiresAtMs: nowMs }),
  ).toMatch(
    /^http:\/\/127\.0\.0\.1:4747\/images\/[0-9A-Za-z]{24}\.jpg\?expires=1700000000&signature=[\w-]{43}$/,
  );
});

test('a name carries at least 128 random bits and says its type', () => {
  expect(new Set(Array.from({ length: 1000 }, () => newImageName('image/webp'))).size).toBe(1000);
  expect(24 * Math.log2(62)).toBeGreaterThan(128);
  expect(mimeTypeOfName(newImageName('image/webp'))).toBe('image/webp');
  expect(mimeTypeOfName(newImageName('image/jpeg'))).toBe('image/jpeg');
});

test('a link works until its last second and not a moment longer', () => {
  expect(links.verify(name, query, nowMs)).toEqual({ name, expiresAtMs: nowMs + 60_000 });
  expect(links.verify(name, query, nowMs + 59_999)).toBeDefined();
  expect(links.verify(name, query, nowMs + 60_000)).toBeUndefined();
});

test('what others append to a link does not break it', () => {
  expect(links.verify(name, `${query}&utm_source=chat`, nowMs)).toBeDefined();
  expect(links.verify(name, `cache=1&${query}`, nowMs)).toBeDefined();
});

test('a link is good for its own name, expiry and secret alone', () => {
  const other = new SignedLinks(Buffer.alloc(32, 8));
  expect(other.verify(name, query, nowMs)).toBeUndefined();
  expect(links.verify(newImageName('image/png'), query, nowMs)).toBeUndefined();
  expect(links.verify(name.replace('.png', '.jpg'), query, nowMs)).toBeUndefined();
  expect(links.verify(name, query.replace('expires=17', 'expires=18'), nowMs)).toBeUndefined();
  expect(links.verify(name, '', nowMs)).toBeUndefined();
  expect(links.verify(name, `${query}&expires=9999999999`, nowMs)).toBeUndefined();
  expect(links.verify(name, `${query}&${query}`, nowMs)).toBeUndefined();
  expect(links.verify(name, query.replace('expires=', 'expires=0'), nowMs)).toBeUndefined();
});

test('one changed character anywhere in the query makes the link bad', () => {
  const alphabet = 'ABCdef019-_&='.split('');
  fc.assert(
    fc.property(fc.nat(query.length - 1), fc.constantFrom(...alphabet), (index, replacement) => {
      if (query[index] === replacement) return;
      const changed = query.slice(0, index) + replacement + query.slice(index + 1);
      expect(links.verify(name, changed, nowMs)).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});

test('no text whatever throws or is taken for a link', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (anyName, anyQuery) => {
      expect(links.verify(anyName, anyQuery, nowMs)).toBeUndefined();
      expect(links.verify(name, anyQuery, nowMs)).toBeUndefined();
      expect(links.verify(name, `expires=1800000000&signature=${anyQuery}`, nowMs)).toBeUndefined();
    }),
  );
});

test('a short secret is refused at the start instead of signing weakly', () => {
  expect(() => new SignedLinks(Buffer.alloc(16))).toThrow(RangeError);
});
