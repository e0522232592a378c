import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idBound, idTimeMs, newId, randomBase62 } from './ids.ts';

test('ids have their prefix and one fixed length, and are safe in headers, files and URLs', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (nowMs) => {
      expect(newId('req', nowMs)).toMatch(/^req_[0-9a-z]{9}[0-9A-Za-z]{15}$/);
    }),
  );
});

test('ids sort by age, down to the millisecond', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_102_444_800_000 }),
      fc.integer({ min: 1, max: 1e9 }),
      (nowMs, ageMs) => {
        expect(newId('req', nowMs) < newId('req', nowMs + ageMs)).toBe(true);
      },
    ),
  );
});

test('a bound parts the ids of its moment and later from all earlier ones', () => {
  const moment = fc.integer({ min: -1e15, max: 4_102_444_800_000 });
  fc.assert(
    fc.property(moment, fc.integer({ min: 0, max: 4_102_444_800_000 }), (atMs, madeAtMs) => {
      expect(newId('req', madeAtMs) >= idBound('req', atMs)).toBe(madeAtMs >= atMs);
    }),
  );
});

test('an id tells when it was made, and no other word does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (nowMs) => {
      expect(idTimeMs(newId('req', nowMs))).toBe(nowMs);
    }),
  );
  for (const word of ['', 'req_1', 'req_-00000001a', '0mwwzhp304eiQ', idBound('req', -5)])
    expect(idTimeMs(word)).toBeUndefined();
});

test('no two ids of one moment are the same', () => {
  const ids = new Set(Array.from({ length: 10_000 }, () => newId('req', 1)));
  expect(ids.size).toBe(10_000);
});

test('random text uses every letter about as often as any other', () => {
  const length = 62 * 2000;
  const counts = new Map<string, number>();
  for (const letter of randomBase62(length)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  expect(counts.size).toBe(62);
  // Seven standard deviations; bytes taken modulo 62 would favour the first eight letters by a quarter, 480.
  for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(300);
});

test.each([0, 1, 48, 1000])('random text has exactly %i characters', (length) => {
  expect(randomBase62(length)).toHaveLength(length);
});
