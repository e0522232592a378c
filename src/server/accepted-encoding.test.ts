import { expect, test } from 'vitest';
import { acceptedEncoding } from './accepted-encoding.ts';

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0.5, gzip;q=0.9', 'gzip'],
  ['*', 'br'],
  ['*;q=0', undefined],
  ['identity', undefined],
  ['br;q=nonsense', undefined],
  ['', undefined],
  [undefined, undefined],
])('of %s the client gets %s', (header, coding) => {
  expect(acceptedEncoding(header, () => true)?.coding).toBe(coding);
});

test('a coding that was not made is not promised', () => {
  expect(acceptedEncoding('br, gzip', (ending) => ending === '.gz')?.coding).toBe('gzip');
  expect(acceptedEncoding('br, gzip', () => false)).toBeUndefined();
});
