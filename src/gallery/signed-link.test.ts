import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mimeTypeOfName, newImageName } from './image-name.ts';
import { SignedLinks } from './signed-link.ts';

const links = new SignedLinks(Buffer.alloc(32, 7));
const nowMs = 1_700_000_000_000;
const name = newImageName('image/png');
const link = links.sign({ origin: 'https://images.example:8443', name, expiresAtMs: nowMs + 60_000 });
const query = new URL(link).search.slice(1);

/** Shannon's, in bits: of letters that all come equally often, the logarithm of their number. */
function entropyOf(letters: readonly (string | undefined)[]): number {
  const counts = [...Map.groupBy(letters, (letter) => letter).values()].map((same) => same.length);
  return counts.reduce((sum, count) => sum - (count / letters.length) * Math.log2(count / letters.length), 0);
}

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
  const drawn = Array.from({ length: 2000 }, () => newImageName('image/webp').replace('.webp', ''));
  const length = Math.min(...drawn.map((random) => random.length));
  const entropies = Array.from({ length }, (_, place) => entropyOf(drawn.map((random) => random[place])));
  // What 2000 samples show of log2(62) a place, less their scatter.
  for (const bits of entropies) expect(bits).toBeGreaterThan(5.8);
  expect(entropies.reduce((sum, bits) => sum + bits, 0)).toBeGreaterThan(128);
  expect(mimeTypeOfName(newImageName('image/webp'))).toBe('image/webp');
  expect(mimeTypeOfName(newImageName('image/jpeg'))).toBe('image/jpeg');
});

test('a link works until its last second and not a moment longer', () => {
  expect(links.verify(name, query, nowMs)).toEqual({ name, expiresAtMs: nowMs + 60_000 });
  expect(links.verify(name, query, nowMs + 59_999)).toBeDefined();
  expect(links.verify(name, query, nowMs + 60_000)).toBeUndefined();
});

test('a link that expires within a second works to the end of it', () => {
  const { searchParams, search } = new URL(
    links.sign({ origin: 'https://images.example', name, expiresAtMs: nowMs + 1 }),
  );
  expect(searchParams.get('expires')).toBe(String(nowMs / 1000 + 1));
  expect(links.verify(name, search.slice(1), nowMs + 999)).toBeDefined();
  expect(links.verify(name, search.slice(1), nowMs + 1000)).toBeUndefined();
});

test('links of earlier versions stay good: what is signed, and how, does not change', () => {
  const signature = createHmac('sha256', Buffer.alloc(32, 7))
    .update(`plantain image link v1\n${name}\n1900000000`)
    .digest('base64url');
  expect(links.verify(name, `expires=1900000000&signature=${signature}`, nowMs)).toEqual({
    name,
    expiresAtMs: 1_900_000_000_000,
  });
});

test('a name that this product never makes is refused, even signed', () => {
  for (const other of ['../link-secret', `${'A'.repeat(24)}.svg`]) {
    const { search } = new URL(
      links.sign({ origin: 'https://images.example', name: other, expiresAtMs: nowMs * 2 }),
    );
    expect(links.verify(other, search.slice(1), nowMs), other).toBeUndefined();
  }
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
  expect(links.verify(name, `${query}&signature=${'A'.repeat(43)}`, nowMs)).toBeUndefined();
  expect(links.verify(name, `${query}&padding=${'x'.repeat(5000)}`, nowMs)).toBeUndefined();
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
  expect(() => new SignedLinks(Buffer.alloc(31))).toThrow(RangeError);
  expect(() => new SignedLinks(Buffer.alloc(32))).not.toThrow();
});
