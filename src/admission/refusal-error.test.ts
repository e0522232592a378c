import { expect, test } from 'vitest';
import type { LimitRefusal, Refusal } from './decide.ts';
import { refusalError, tooManyEndUsers } from './refusal-error.ts';

const ask = { model: 'gemini-x', requestedModel: 'gpt-image-1', images: 4, reservedMicroUsd: 1 };
const standing = {
  keyName: 'shop',
  projectName: 'acme',
  revokedAtMs: null,
  expiresAtMs: null,
  disabledAtMs: null,
  archivedAtMs: null,
  allowedModels: null,
};
const rates = { requests: { limit: 60, remaining: 0, resetUs: 1_000_000 } };
const rateHeaders = {
  'x-ratelimit-limit-requests': '60',
  'x-ratelimit-remaining-requests': '0',
  'x-ratelimit-reset-requests': '1s',
};
const refused = (more: Partial<LimitRefusal>): LimitRefusal => ({
  reason: 'requests_per_minute',
  allowanceId: 'key_1',
  limit: 60,
  used: 60,
  requested: 1,
  waitMs: 1500,
  ...more,
});
const told = (refusal: Refusal, jitter = 0) => {
  const { code, message, param, retryAfterSeconds, headers } = refusalError(
    refusal,
    rates,
    ask,
    standing,
    jitter,
  );
  return { code, message, param, retryAfterSeconds, headers };
};

test.each([
  ['key_1', 'key "shop"'],
  ['proj_1', 'project "acme"'],
  ['key_1/model/gemini-x', 'key "shop" with this model'],
  ['proj_1/model/gemini-x', 'project "acme" with this model'],
  ['proj_1/user/abc', 'this end user of project "acme"'],
])('the allowance %s is that of %s', (allowanceId, owner) => {
  expect(told(refused({ allowanceId })).message).toBe(
    `Rate limit reached for gemini-x in ${owner} on requests per min: Limit 60, Used 60, Requested 1. Please try again in 2s.`,
  );
});

test('an order from the command line is refused by its names', () => {
  const { message } = refusalError(refused({}), rates, ask, undefined, 0);
  expect(message).toContain('in key "cli" on');
});

test.each([
  ['requests_per_minute', 'requests_limit_exceeded', 'requests per min'],
  ['images_per_minute', 'images_limit_exceeded', 'images per min'],
  ['images_per_day', 'images_limit_exceeded', 'images per day'],
] as const)('a rate of %s is told with the time after which it fits', (reason, code, rate) => {
  expect(told(refused({ reason, waitMs: 60_000 }))).toEqual({
    code,
    message: `Rate limit reached for gemini-x in key "shop" on ${rate}: Limit 60, Used 60, Requested 1. Please try again in 60s.`,
    param: undefined,
    retryAfterSeconds: 60,
    headers: { ...rateHeaders, 'retry-after-ms': '60000' },
  });
  expect(told(refused({ reason, waitMs: 1000.2 })).headers).toMatchObject({ 'retry-after-ms': '1001' });
});

test('where it is longer than SDKs wait, they are told not to, and when it begins anew', () => {
  const resetsAtMs = Date.UTC(2026, 10, 27);
  expect(told(refused({ reason: 'images_per_day', waitMs: 60_001, resetsAtMs }))).toMatchObject({
    code: 'images_limit_exceeded',
    message: expect.stringMatching(/Requested 1\. It begins anew at 2026-11-27T00:00:00\.000Z\.$/) as string,
    retryAfterSeconds: undefined,
    headers: { ...rateHeaders, 'x-should-retry': 'false' },
  });
});

test('more pictures than fit at the best of times are the caller’s to cure', () => {
  const tooMany = { isTooMany: true, requested: 5, limit: 4 } as const;
  expect(told(refused({ ...tooMany, reason: 'images_per_day' }))).toMatchObject({
    code: 'invalid_value',
    param: 'n',
    message: '\'n\' asks for 5 pictures, and key "shop" may have at most 4 a day. Ask for 4 or fewer.',
    headers: rateHeaders,
  });
  expect(told(refused({ ...tooMany, reason: 'images_per_minute' })).message).toContain('at most 4 a minute.');
});

test.each([
  ['day_micro_usd', 'budget of the day'],
  ['month_micro_usd', 'budget of the month'],
  ['total_micro_usd', 'whole budget'],
] as const)('a budget of %s is told with what is left of it, and when it begins anew', (reason, name) => {
  const spent = refused({ reason, limit: 1_000_000, used: 900_000, requested: 200_000, waitMs: Infinity });
  const words = `The ${name} of key "shop" does not hold this order: it may cost up to $0.20, and $0.10 of $1.00 are left.`;
  expect(told(spent)).toMatchObject({
    code: 'budget_exceeded',
    message: `${words} Its operator can raise it.`,
    headers: rateHeaders,
  });
  expect(told({ ...spent, resetsAtMs: Date.UTC(2026, 10, 27) })).toMatchObject({
    message: `${words} It begins anew at 2026-11-27T00:00:00.000Z.`,
    headers: { ...rateHeaders, 'plantain-budget-resets': '2026-11-27T00:00:00.000Z' },
  });
  expect(told({ ...spent, used: 1_100_000 }).message).toContain('$0.00 of $1.00 are left');
});

test('of too many orders at once nobody knows when one ends: those refused come back at different times', () => {
  const crowded = refused({ reason: 'max_open', limit: 2, used: 2 });
  expect(told(crowded)).toEqual({
    code: 'too_many_open_orders',
    message:
      'Rate limit reached for gemini-x in key "shop" on orders at once: Limit 2, Used 2, Requested 1. Please try again when one of them has ended.',
    param: undefined,
    retryAfterSeconds: 1,
    headers: rateHeaders,
  });
  expect([0.19, 0.2, 0.99].map((jitter) => told(crowded, jitter).retryAfterSeconds)).toEqual([1, 2, 5]);
});

test.each(['max_open', 'images_per_day'] as const)(
  'a limit of 0 (%s) is no matter of waiting: only its operator can raise it',
  (reason) => {
    const never = told(refused({ reason, limit: 0, used: 0, waitMs: Number.POSITIVE_INFINITY }));
    expect(never.message).toMatch(/: Limit 0, Used 0, Requested 1\. Its operator can raise it\.$/);
    expect(never.retryAfterSeconds).toBeUndefined();
    expect(never.headers).toEqual({ ...rateHeaders, 'x-should-retry': 'false' });
  },
);

test('a key that is none any more is told no more than a wrong one; a model as it was asked for', () => {
  expect(told({ reason: 'key' }).code).toBe('invalid_api_key');
  expect(told({ reason: 'model' }).message).toContain('gpt-image-1');
  const unnamed = refusalError({ reason: 'model' }, rates, { ...ask, requestedModel: '' }, standing, 0);
  expect(unnamed.message).toContain('gemini-x');
});

test('end users beyond those that are counted are refused for good', () => {
  expect(tooManyEndUsers(5000)).toMatchObject({
    code: 'too_many_end_users',
    param: 'user',
    headers: { 'x-should-retry': 'false' },
    message: expect.stringContaining('5000 different end users') as string,
  });
});
