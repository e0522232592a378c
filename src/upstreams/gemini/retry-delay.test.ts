import { describe, expect, test } from 'vitest';
import { noError } from './google-error.ts';
import { retryDelayMs } from './retry-delay.ts';

const delayOf = (error: Partial<typeof noError>, retryAfter?: string | string[], nowMs = 0) =>
  retryDelayMs({ ...noError, ...error }, { 'retry-after': retryAfter }, nowMs);
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
    ['1h2m3.5s', 3_723_500],
    ['512.304ms', 512],
    ['1 h 2 min', 3_720_000],
    ['90 seconds', 90_000],
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
    ['Please retry in 512.304ms.', 512],
    ['Please retry in 1 minute and 30 seconds.', 90_000],
    ['Your quota will reset after 2h36m24s.', 9_384_000],
    ['Please try again in 20s.', 20_000],
    ['Rate limited, wait 7 sec', 7000],
    ['retry in 0s, or again in 3s', 3000],
    ['please retry', undefined],
    ['retry in a while', undefined],
    ['limit: 500', undefined],
    [`retry in 1${' '.repeat(4000)}x`, 1000],
    ['retry in 1m2.'.repeat(300), 62_000],
  ])('the words "%s"', (message, ms) => {
    const delay = delayOf({ message });
    expect(delay === undefined ? undefined : Math.round(delay)).toBe(ms);
  });

  test.each([
    [{ reason: 'QUOTA_EXHAUSTED', metadata: { quotaResetDelay: '1h2m3.5s' } }, 3_723_500],
    [{ metadata: { quota_reset_delay: '7s' } }, 7000],
    [{ metadata: { quotaResetTimeStamp: '1970-01-01T00:00:30Z' } }, 20_000],
    [{ metadata: { quotaResetTimeStamp: '1970-01-01T00:00:09Z' } }, undefined],
    [{ metadata: { quotaResetTimeStamp: 'soon' } }, undefined],
    [{ metadata: { quotaResetTimeStamp: 99_000 } }, undefined],
    [{ metadata: { quotaResetTime: '1970-01-01T00:00:30Z' } }, 20_000],
    [{ metadata: { reset_time: '1970-01-01T00:00:30Z' } }, 20_000],
    [{ metadata: 5 }, undefined],
    [{ retry_after: 4 }, 4000],
    [{ retryAfter: '4' }, 4000],
  ])('the detail %j', (detail, ms) => {
    expect(delayOf({ details: [{ reason: 'x' }, detail] }, undefined, 10_000)).toBe(ms);
  });

  test('milliseconds in a header of their own', () => {
    const headers = { 'retry-after-ms': '1500', 'retry-after': '9' };
    expect(retryDelayMs(noError, headers, 0)).toBe(1500);
    expect(retryDelayMs(noError, { ...headers, 'retry-after-ms': 'soon' }, 0)).toBe(9000);
  });

  test('a RetryInfo counts before the header, and that before words', () => {
    const all = { ...info('1s'), message: 'retry in 3s' };
    expect(delayOf(all, '2')).toBe(1000);
    expect(delayOf({ message: 'retry in 3s' }, '2')).toBe(2000);
  });
});
