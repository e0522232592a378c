import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readByteRange } from './byte-range.ts';

test.each([
  [undefined, undefined],
  ['bytes=0-0', { start: 0, endInclusive: 0 }],
  ['bytes=2-5', { start: 2, endInclusive: 5 }],
  ['Bytes=2-5', { start: 2, endInclusive: 5 }],
  ['bytes= 2 - 5', { start: 2, endInclusive: 5 }],
  ['bytes=2-', { start: 2, endInclusive: 9 }],
  ['bytes=2-99999999999999999999999', { start: 2, endInclusive: 9 }],
  ['bytes=-3', { start: 7, endInclusive: 9 }],
  ['bytes=-30', { start: 0, endInclusive: 9 }],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=10-12', 'unsatisfiable'],
  ['bytes=5-2', undefined],
  ['bytes=-', undefined],
  ['bytes=0-1,4-5', undefined],
  ['items=0-1', undefined],
  ['bytes=a-b', undefined],
  ['bytes=0x1-5', undefined],
  ['', undefined],
])('a range header %j of ten bytes means %j', (header, meaning) => {
  expect(readByteRange(header, 10)).toEqual(meaning);
});

test('a range of an empty picture is never satisfiable', () => {
  expect(readByteRange('bytes=0-0', 0)).toBe('unsatisfiable');
  expect(readByteRange('bytes=-1', 0)).toBe('unsatisfiable');
});

test('whatever a client writes, a span lies inside the picture', () => {
  const headers = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
    fc.nat().map((n) => `bytes=-${n}`),
  );
  fc.assert(
    fc.property(headers, fc.nat(), (header, sizeBytes) => {
      const span = readByteRange(header, sizeBytes);
      if (typeof span === 'string' || span === undefined) return;
      expect(span.start).toBeGreaterThanOrEqual(0);
      expect(span.endInclusive).toBeGreaterThanOrEqual(span.start);
      expect(span.endInclusive).toBeLessThan(sizeBytes);
    }),
  );
});
