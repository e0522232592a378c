import { describe, expect, test } from 'vitest';
import { noError } from './error-body.ts';
import { retryDelayMs } from './retry-delay.ts';

const delayOf = (error: Partial<typeof noError>, retryAfter?: string | string[], nowMs = 0) =>
  retryDelayMs({ ...noError, ...error }, retryAfter, nowMs);
const info = (retryDelay: unknown, name = 'retryDelay') => ({ details: [{}, { [name]: retryDelay }] });

describe('how long an upstream asks to be left alone', () => {
  test.each([
    ['34s', 34_000],
    ['34.28s', 34_280],
    ['34', 34_000],
    [34, 34_000],
    [0.5, 500],
    ['500ms', 500],
    ['1m30s', 90_000],
    ['48m44.225424107s', 2_924_225],
    ['1h2m3s', 3_723_000],
    [{ seconds: 7 }, 7000],
    [{ seconds: '7', nanos: 500_000_000 }, 7500],
    ['99999999999999999999999999s', 86_400_000],
    [1e300, 86_400_000],
    [{ seconds: 1e300 }, 86_400_000],
    ['-5s', undefined],
    [-5, undefined],
    ['0s', undefined],
    ['soon', undefined],
    ['', undefined],
    [Number.NaN, undefined],
    [[], undefined],
    [true, undefined],
    [null, undefined],
    [{ seconds: {} }, undefined],
    ['1'.repeat(200_000), 86_400_000],
  ])('a RetryInfo of %s', (given, ms) => {
    for (const name of ['retryDelay', 'retry_delay']) {
      const delay = delayOf(info(given, name));
      expect(delay === undefined ? undefined : Math.round(delay)).toBe(ms);
    }
  });

  test.each([
    ['7', 7000],
    [' 7 ', 7000],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 50_000],
    ['Thu, 01 Jan 1970 00:00:05 GMT', undefined],
    ['never', undefined],
    ['', undefined],
  ])('a retry-after header of "%s"', (header, ms) => {
    expect(delayOf({}, header, 10_000)).toBe(ms);
    expect(delayOf({}, [header, 'x'], 10_000)).toBe(ms);
  });

  test.each([
    ['Please retry in 34.286670503s.', 34_287],
    ['… \nPlease retry in 48m44.2s.\nThanks', 2_924_200],
    ['Please retry in 1h2m3s', 3_723_000],
    ['Retry after 5 minutes.', 300_000],
    ['retrying in 12.5 seconds', 12_500],
    ['retry  in 3 hours', 10_800_000],
    ['Please retry in 9s', 9000],
    ['please retry', undefined],
    ['retry in a while', undefined],
    ['limit: 500', undefined],
    [`retry in 1${' '.repeat(4000)}x`, 1000],
    ['retry in 1m2.'.repeat(300), 62_000],
  ])('the words "%s"', (message, ms) => {
    const delay = delayOf({ message });
    expect(delay === undefined ? undefined : Math.round(delay)).toBe(ms);
  });

  test('a RetryInfo counts before the header, and that before words', () => {
    const all = { ...info('1s'), message: 'retry in 3s' };
    expect(delayOf(all, '2')).toBe(1000);
    expect(delayOf({ message: 'retry in 3s' }, '2')).toBe(2000);
  });
});
