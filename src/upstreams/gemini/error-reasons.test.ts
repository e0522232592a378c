import { describe, expect, test } from 'vitest';
import { wantOf } from './error-reasons.ts';
import { errorEvidence } from './errors.ts';
import { noError } from './google-error.ts';
import { toldQuota } from './told-quota.ts';

const withReason = (...reasons: readonly unknown[]) => ({
  ...noError,
  details: reasons.map((reason) => ({ reason })),
});

describe('the reason of an error', () => {
  test.each([
    'CREDENTIALS_MISSING',
    'ACCESS_TOKEN_EXPIRED',
    'ACCESS_TOKEN_TYPE_UNSUPPORTED',
    'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    'ACCOUNT_STATE_INVALID',
    'CONSUMER_SUSPENDED',
    'USER_BLOCKED_BY_ADMIN',
    'GCP_SUSPENDED',
  ])('%s is for want of credentials', (reason) => {
    expect(wantOf(withReason(reason))).toEqual({ fault: 'credential' });
  });

  test.each([
    'SERVICE_DISABLED',
    'SERVICE_NOT_VISIBLE',
    'CONSUMER_INVALID',
    'RESOURCE_PROJECT_INVALID',
    'USER_PROJECT_DENIED',
    'SECURITY_POLICY_VIOLATED',
    'RESOURCE_USAGE_RESTRICTION_VIOLATED',
    'ORG_RESTRICTION_VIOLATION',
    'LOCATION_POLICY_VIOLATED',
    'LOCATION_ORG_POLICY_VIOLATED',
    'LOCATION_TAX_POLICY_VIOLATED',
  ])('%s is of a project that is not set up for this', (reason) => {
    expect(wantOf(withReason(reason))).toEqual({ fault: 'place' });
  });

  test('may be about one model, money or capacity', () => {
    expect(wantOf(withReason('IAM_PERMISSION_DENIED'))).toEqual({ fault: 'credential', reach: 'model' });
    expect(wantOf(withReason('BILLING_DISABLED'))).toEqual({ fault: 'credit' });
    expect(wantOf(withReason('MODEL_CAPACITY_EXHAUSTED'))).toEqual({ fault: 'capacity' });
  });

  test('is the first that is known; none is where none is', () => {
    expect(wantOf(withReason(5, 'NEW', 'BILLING_DISABLED', 'GCP_SUSPENDED'))).toEqual({ fault: 'credit' });
    expect(wantOf(withReason(5, undefined, 'NEW'))).toBeUndefined();
    expect(wantOf(noError)).toBeUndefined();
  });
});

test.each([
  ['Vertex AI API HAS NOT BEEN USED IN PROJECT 5 before.', { fault: 'place' }],
  ['The API is off: it is disabled. Visit the page to Enable it.', { fault: 'place' }],
  ['This API method requires BILLING to be enabled.', { fault: 'credit' }],
  ["Permission denied: Consumer 'api_key:x' has been Suspended.", { fault: 'credential' }],
  [
    "PERMISSION 'aiplatform.endpoints.predict' denied on resource '//x'",
    { fault: 'credential', reach: 'model' },
  ],
  ['PERMISSION denied on resource project x.', { fault: 'place' }],
  ['There is No Capacity available for model x.', { fault: 'capacity' }],
  ["The permission 'a' denied on resource", undefined],
  ['Your permission denied on resource project', undefined],
])('the words %j say the same without a reason', (message, want) => {
  expect(wantOf({ ...noError, message })).toEqual(want);
});

test('a key that was refused is one by any of the details that say so', () => {
  const error = { ...withReason(5, 'OTHER', 'API_KEY_INVALID'), message: 'no' };
  expect(errorEvidence({ status: 400, error, nowMs: 0 })).toMatchObject({ fault: 'credential' });
});

test('a deadline of the upstream’s own is one in any letter case', () => {
  const error = { ...noError, message: 'The DEADLINE EXPIRED.' };
  expect(errorEvidence({ status: 503, error, nowMs: 0 }).error?.code).toBe('upstream_timeout');
});

test('the name of a quota is read as far as a name goes', () => {
  const quota = (quotaId: string) =>
    toldQuota({ ...noError, details: [{ violations: [{ quotaId, quotaValue: '5' }] }] });
  expect(quota('GenerateRequestsPerDay')).toEqual({ perDay: 5 });
  expect(quota(`${'x'.repeat(200)}GenerateRequestsPerDay`)).toEqual({});
});

test('what an error tells of a quota by its details counts, and its words only where those tell nothing', () => {
  const words = '* Quota exceeded for metric: generate_requests_per_model, limit: 500, model: x';
  const details = [{ violations: [{ quotaId: 'GenerateRequestsPerDay', quotaValue: '5' }] }];
  expect(toldQuota({ ...noError, message: words, details })).toEqual({ perDay: 5 });
  expect(toldQuota({ ...noError, message: words })).toEqual({ perMinute: 500 });
});
