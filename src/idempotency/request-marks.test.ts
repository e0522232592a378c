import { expect, test } from 'vitest';
import type { ImageRequest } from '../journey/image-request.ts';
import { readMarks } from './request-marks.ts';

const marks = (idempotencyKey?: string, retryCount?: string) =>
  readMarks({ idempotencyKey, retryCount } as ImageRequest);

test('a request with neither header has no marks', () => {
  expect(marks()).toBeUndefined();
});

test.each([
  ['abc', 'abc'],
  ['"abc"', 'abc'],
  [' "abc" ', 'abc'],
  ['""abc""', '"abc"'],
  ['"', '"'],
  ['k'.repeat(255), 'k'.repeat(255)],
  [`"${'k'.repeat(255)}"`, 'k'.repeat(255)],
])('a key is taken bare or without one pair of quotes: %s', (header, key) => {
  expect(marks(header)).toEqual({ key, retryCount: 0 });
});

test.each(['', ' ', '""', 'k'.repeat(256), 'a\tb', 'caf\u00e9'])(
  'what cannot be a key is refused: %j',
  (header) => {
    expect(() => marks(header)).toThrow(
      expect.objectContaining({ code: 'invalid_value', param: 'Idempotency-Key' }) as Error,
    );
  },
);

test('a count of retries is a mark by itself, also the zero of a first time', () => {
  expect(marks(undefined, '0')).toEqual({ key: null, retryCount: 0 });
  expect(marks(undefined, '2')).toEqual({ key: null, retryCount: 2 });
  expect(marks('k', '2')).toEqual({ key: 'k', retryCount: 2 });
});

test.each(['', 'x', '-1', '1.5', '1'.repeat(7)])('what is no count is no mark: %j', (count) => {
  expect(marks(undefined, count)).toBeUndefined();
});
