import { describe, expect, test } from 'vitest';
import { isBeyondLimit, pauseMs, quotaOf } from './rate-limits.ts';

const told = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [`x-ratelimit-${name}`, value]));

describe('the pause of a 429 is the reset of the limit that is used up', () => {
  test.each([
    [{ 'remaining-images': '0', 'reset-images': '6m0s' }, 360_000],
    [{ 'remaining-requests': '0', 'reset-requests': '12' }, 12_000],
    [{ 'remaining-input-images': '0', 'reset-input-images': ' 1.5s ' }, 1500],
    [{ 'remaining-tokens': '-1', 'reset-tokens': '20ms' }, 20],
    [{ 'remaining-images': '0', 'reset-images': '90h' }, 86_400_000],
    [{ 'remaining-images': '1', 'reset-images': '6m' }, undefined],
    [{ 'remaining-images': '', 'reset-images': '6m' }, undefined],
    [{ 'remaining-images': '0', 'reset-images': '0s' }, undefined],
    [{ 'remaining-images': '0', 'reset-images': '6s or so' }, undefined],
    [{ 'remaining-images': '0', 'reset-images': 'soon' }, undefined],
    [{ 'remaining-images': '0' }, undefined],
    [{ 'reset-images': '6m' }, undefined],
    [
      { 'remaining-requests': '0', 'reset-requests': '9s', 'remaining-images': '0', 'reset-images': '5s' },
      5000,
    ],
  ])('%j', (headers, ms) => {
    expect(pauseMs('', told(headers), 0)).toBe(ms);
  });

  test('unless a delay is told in so many words', () => {
    const headers = told({ 'remaining-images': '0', 'reset-images': '6m0s' });
    expect(pauseMs('Please try again in 12s.', headers, 0)).toBe(12_000);
    expect(pauseMs('', { ...headers, 'retry-after': '7' }, 0)).toBe(7000);
  });
});

describe('the quota of a 429', () => {
  test.each([
    ['images per min: Limit 5, Used 5, Requested 1', {}, { kind: 'stated', perMinute: 5 }],
    ['images per minute. Limit: 5, Requested: 1', {}, { kind: 'stated', perMinute: 5 }],
    ['Rate limit reached (RPM)', { 'limit-requests': '60' }, { kind: 'stated', perMinute: 60 }],
    ['(IPM)', { 'limit-images': '5', 'limit-requests': '60' }, { kind: 'stated', perMinute: 5 }],
    ['tokens per min (TPM): Limit 5, Requested 1', {}, { kind: 'stated' }],
    ['per min', { 'limit-images': '0' }, { kind: 'stated' }],
    ['per min', { 'limit-images': '1.5' }, { kind: 'stated' }],
    ['per min', {}, { kind: 'stated' }],
    ['Too many', { 'limit-images': '5' }, { kind: 'stated' }],
    ['requests per day: Limit 9, Requested 1', {}, { kind: 'day', perDay: 9 }],
    ['(RPD)', {}, { kind: 'day' }],
  ] as const)('%s with %j', (message, headers, quota) => {
    expect(quotaOf(message, told(headers), true)).toEqual(quota);
  });

  test('is stated only when a delay was', () => {
    expect(quotaOf('', {}, false)).toEqual({ kind: 'unstated' });
  });
});

test.each([
  ['Limit 5, Used 0, Requested 8', true],
  ['Limit 5, Used 5, Requested 5', false],
  ['Limit: 5, Requested: 6', true],
  ['Limit 5', false],
])('more than is ever allowed: "%s" %s', (message, isBeyond) => {
  expect(isBeyondLimit(message)).toBe(isBeyond);
});
