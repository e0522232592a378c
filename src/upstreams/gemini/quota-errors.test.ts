import { describe, expect, test } from 'vitest';
import { readError } from './error-body.ts';
import { errorEvidence } from './errors.ts';
import { nextPacificMidnightMs } from '../../kernel/pacific-midnight.ts';

const type = 'type.googleapis.com/google.rpc.';
const nowMs = Date.parse('2026-11-25T20:00:00Z');
/** Midnight on the Pacific coast is eight o'clock UTC in winter. */
const midnightMs = Date.parse('2026-11-26T08:00:00Z');

const quotaError = (message: string, ...details: readonly object[]) => ({
  error: { code: 429, status: 'RESOURCE_EXHAUSTED', message, details },
});
const violation = (fields: object) => ({
  '@type': `${type}QuotaFailure`,
  violations: [{ quotaMetric: 'm' }, fields],
});
const plan = 'You exceeded your current quota, please check your plan and billing details.';

function read(content: unknown, status = 429) {
  const { error, fault, untilMs } = errorEvidence({ status, error: readError(content), nowMs });
  return {
    code: error?.code,
    fault,
    untilMs,
    retryAfterSeconds: error?.retryAfterSeconds,
    message: error?.message ?? '',
  };
}

describe('a 429 that waiting does not cure is told so, with who has to act', () => {
  test.each([
    [
      'google-gemini/gemini-cli#10925',
      'Your project has exceeded its monthly spending cap. Please go to AI Studio.',
    ],
    ['a cap by another name', 'The billing cap of this project was reached.'],
    ['a limit', 'You have hit your spend limit.'],
    ['a budget', 'Budget has been exceeded! Current cost: 12, max budget: 10'],
    ['google-gemini/gemini-cli#27761', 'Individual quota reached. Enable overages to go on.'],
    ['prepaid', 'Your prepaid balance is used up.'],
    ['credits', 'You are out of credits.'],
    ['a relay', 'Insufficient account balance'],
    [
      'no quota at all',
      `${plan}\n* Quota exceeded for metric: m, limit: 0, model: x\nPlease retry in 25.4s.`,
    ],
    ['no quota at the end of a sentence', 'Quota exceeded, limit: 0.'],
  ])('%s: %s', (_name, message) => {
    expect(read(quotaError(message))).toMatchObject({
      code: 'insufficient_quota',
      fault: 'credit',
      untilMs: undefined,
      message: expect.stringContaining('operator has to act') as string,
    });
  });

  test.each([
    [{ reason: 'INSUFFICIENT_G1_CREDITS_BALANCE' }, true],
    [{ '@type': `${type}ErrorInfo`, reason: 'BILLING_DISABLED' }, true],
    [violation({ quotaId: 'RequestsPerMonthPerProject' }), true],
    [violation({ quotaId: 'GenerateRequestsPerMinute', quotaValue: '0' }), true],
    [{ metadata: { quota_limit_value: '0' } }, true],
    [violation({ quotaValue: '10' }), false],
  ])('by its detail %j: %j', (detail, isCredit) => {
    expect(read(quotaError(plan, detail)).code === 'insufficient_quota').toBe(isCredit);
  });

  test('also as a 402, and as an OpenAI word', () => {
    expect(read({ error: { message: 'x', type: 'billing_error' } }, 402)).toMatchObject({ fault: 'credit' });
    expect(read({ error: { message: 'x', code: 'insufficient_quota' } })).toMatchObject({ fault: 'credit' });
  });

  test('a limit on spending over ten minutes passes', () => {
    const message = 'Spending limit of the last 10 minutes reached. Please retry in 90s.';
    expect(read(quotaError(message))).toMatchObject({ code: 'rate_limit_exceeded', retryAfterSeconds: 90 });
  });
});

describe('google-gemini/gemini-cli#8437: a quota of the day is used up until it comes back', () => {
  const perDay = { quotaId: 'GenerateRequestsPerDayPerProjectPerModel', quotaValue: '250' };
  test.each([
    ['a QuotaFailure', quotaError(plan, violation(perDay))],
    ['its metric', quotaError(plan, violation({ quotaMetric: 'x/generate_requests_per_model_per_day' }))],
    [
      'an ErrorInfo',
      quotaError(plan, { reason: 'RATE_LIMIT_EXCEEDED', metadata: { quota_limit: perDay.quotaId } }),
    ],
    ['words', quotaError("Quota exceeded for quota metric 'Requests' and limit 'Requests per day per user'")],
    ['other words', quotaError('You have exhausted your daily quota on this model.')],
    [
      'a delay of seconds beside it, which is another limit’s',
      quotaError(`${plan}\nPlease retry in 36.4s.`, violation(perDay), { retryDelay: '36s' }),
    ],
  ])('told by %s', (_name, content) => {
    expect(read(content)).toMatchObject({
      code: 'insufficient_quota',
      fault: 'quota',
      untilMs: midnightMs,
      retryAfterSeconds: 12 * 3600,
      message: expect.stringContaining('comes back in 12 hours. The operator can raise it') as string,
    });
  });

  test('at the moment it states, when it states one', () => {
    expect(read(quotaError('Please retry in 48m44.2s.', violation(perDay)))).toMatchObject({
      code: 'insufficient_quota',
      retryAfterSeconds: 2925,
      message: expect.stringContaining('in 49 minutes') as string,
    });
    const reset = { reason: 'QUOTA_EXHAUSTED', metadata: { quotaResetDelay: '2h36m24s' } };
    expect(read(quotaError('You have exhausted your capacity on this model.', reset))).toMatchObject({
      code: 'insufficient_quota',
      retryAfterSeconds: 9384,
    });
  });
});

test.each([
  'Resource has been exhausted (e.g. check quota).',
  plan,
  'Resource exhausted. Please try again later.',
  "Quota exceeded for quota metric 'Generate Content API requests per minute'",
  'Quota exceeded, limit: 0.5 of y',
  'Quota exceeded, limit: 10',
])('a limit that passes is not taken for one that does not: %s', (message) => {
  expect(read(quotaError(message))).toMatchObject({ code: 'rate_limit_exceeded', fault: 'quota' });
});

test.each([
  ['2026-11-25T20:00:00Z', '2026-11-26T08:00:00Z'],
  ['2026-07-01T06:59:59.5Z', '2026-07-01T07:00:00Z'],
  ['2026-07-01T07:00:00Z', '2026-07-02T07:00:00Z'],
  // Clocks go forward on 8 March and back on 1 November.
  ['2026-03-08T08:30:00Z', '2026-03-09T07:00:00Z'],
  ['2026-11-01T07:30:00Z', '2026-11-02T08:00:00Z'],
])('after %s the day on the Pacific coast ends at %s', (now, end) => {
  expect(new Date(nextPacificMidnightMs(Date.parse(now))).toISOString()).toBe(new Date(end).toISOString());
});
