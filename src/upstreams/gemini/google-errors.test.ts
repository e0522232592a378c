import { expect, test } from 'vitest';
import { parseErrorBody } from './error-body.ts';
import { errorEvidence } from './errors.ts';

const nowMs = Date.parse('2026-11-25T20:00:00Z');
const midnightMs = Date.parse('2026-11-26T08:00:00Z');
const info = (reason: string, metadata: object = {}) => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  domain: 'googleapis.com',
  metadata,
});
const retry = (retryDelay: string) => ({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });
const failure = (...violations: object[]) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations,
});
const perMinute = {
  quotaMetric: 'generativelanguage.googleapis.com/generate_requests_per_model',
  quotaId: 'GenerateRequestsPerMinutePerProjectPerModel',
  quotaValue: '500',
};
const perDay = {
  quotaMetric: 'generativelanguage.googleapis.com/generate_requests_per_model_per_day',
  quotaId: 'GenerateRequestsPerDayPerProjectPerModel',
  quotaValue: '1000',
};
const perMinuteTokens = {
  quotaMetric: 'generativelanguage.googleapis.com/generate_content_input_token_count',
  quotaId: 'GenerateContentInputTokensPerModelPerMinute',
  quotaValue: '4000000',
};
const quotaText = (metric: string, limit: number, words: string) =>
  `You exceeded your current quota, please check your plan and billing details. \n* Quota exceeded for metric: ${metric}, limit: ${limit}, model: gemini-x\nPlease retry in ${words}.`;
const credential = { fault: 'credential', code: 'upstream_auth_error', phase: 'refused' };
const place = { fault: 'place', code: 'upstream_misconfigured', phase: 'refused' };
const credit = { fault: 'credit', code: 'insufficient_quota', phase: 'refused' };
const caller = { fault: 'caller', code: 'upstream_rejected', phase: 'refused' };
const missing = { fault: 'caller', reach: 'model', code: 'model_not_found', phase: 'refused' };
const unstated = {
  fault: 'quota',
  code: 'rate_limit_exceeded',
  phase: 'refused',
  quota: { kind: 'unstated' },
};

type Row = readonly [
  http: number,
  status: string,
  message: string,
  details: readonly object[],
  expected: object,
];

/** Every error of Google's that is known, and what it is evidence of (docs/contracts/gemini.md#errors, docs/contracts/gemini.md#vertex-errors, docs/contracts/gemini.md#quota-errors). */
const rows: readonly Row[] = [
  [
    401,
    'UNAUTHENTICATED',
    'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
    [info('CREDENTIALS_MISSING')],
    credential,
  ],
  [
    401,
    'UNAUTHENTICATED',
    'API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that assert a principal.',
    [info('CREDENTIALS_MISSING')],
    credential,
  ],
  [
    401,
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials. Expected OAuth 2 access token.',
    [info('ACCESS_TOKEN_TYPE_UNSUPPORTED')],
    credential,
  ],
  [
    401,
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials.',
    [info('ACCESS_TOKEN_EXPIRED')],
    credential,
  ],
  [
    403,
    'PERMISSION_DENIED',
    "Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/projects/p/locations/global/publishers/google/models/m' (or it may not exist).",
    [info('IAM_PERMISSION_DENIED')],
    { ...credential, reach: 'model' },
  ],
  [
    403,
    'PERMISSION_DENIED',
    "Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/x' (or it may not exist).",
    [],
    { ...credential, reach: 'model' },
  ],
  [
    403,
    'PERMISSION_DENIED',
    'Vertex AI API has not been used in project 7 before or it is disabled. Enable it by visiting https://x then retry.',
    [info('SERVICE_DISABLED', { consumer: 'projects/7' })],
    place,
  ],
  [
    403,
    'PERMISSION_DENIED',
    'Vertex AI API has not been used in project 7 before or it is disabled. Enable it by visiting https://x then retry.',
    [],
    place,
  ],
  [
    403,
    'PERMISSION_DENIED',
    'This API method requires billing to be enabled. Please enable billing on project #7 by visiting https://x then retry.',
    [info('BILLING_DISABLED')],
    credit,
  ],
  [
    403,
    'PERMISSION_DENIED',
    'This API method requires billing to be enabled. Please enable billing on project #7.',
    [],
    credit,
  ],
  [403, 'PERMISSION_DENIED', 'Permission denied on resource project x.', [info('CONSUMER_INVALID')], place],
  [403, 'PERMISSION_DENIED', 'Permission denied on resource project x.', [], place],
  [
    403,
    'PERMISSION_DENIED',
    "Permission denied: Consumer 'api_key:AIza' has been suspended.",
    [info('CONSUMER_SUSPENDED')],
    credential,
  ],
  [
    403,
    'PERMISSION_DENIED',
    "Permission denied: Consumer 'api_key:AIza' has been suspended.",
    [],
    credential,
  ],
  [
    403,
    'PERMISSION_DENIED',
    "Request is prohibited by organization's policy.",
    [info('SECURITY_POLICY_VIOLATED')],
    place,
  ],
  [
    403,
    'PERMISSION_DENIED',
    "Method doesn't allow unregistered callers (callers without established identity).",
    [],
    credential,
  ],
  [
    400,
    'INVALID_ARGUMENT',
    'API key not valid. Please pass a valid API key.',
    [info('API_KEY_INVALID')],
    credential,
  ],
  [
    404,
    'NOT_FOUND',
    'Publisher Model `projects/p/locations/us-central1/publishers/google/models/m` was not found or your project does not have access to it. Please ensure you are using a valid model version.',
    [],
    missing,
  ],
  [
    404,
    'NOT_FOUND',
    'models/m is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models.',
    [],
    missing,
  ],
  [
    404,
    'NOT_FOUND',
    'This model models/m is no longer available to new users. Please update your code.',
    [],
    missing,
  ],
  [404, 'NOT_FOUND', 'Method not found.', [], place],
  [
    400,
    'INVALID_ARGUMENT',
    'Unable to submit request because Please use a valid role: user, model.. Learn more: https://x',
    [],
    caller,
  ],
  [400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.', [], place],
  [
    400,
    'FAILED_PRECONDITION',
    'Gemini API free tier is not available in your country. Please enable billing on your project in Google AI Studio.',
    [],
    place,
  ],
  [400, 'FAILED_PRECONDITION', 'Image generation is not available in your country.', [], place],
  [
    429,
    'RESOURCE_EXHAUSTED',
    'Resource exhausted. Please try again later. Please refer to https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.',
    [],
    unstated,
  ],
  [429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).', [], unstated],
  [429, 'RESOURCE_EXHAUSTED', 'Too many requests. Exceeded the Provisioned Throughput.', [], unstated],
  [
    429,
    'RESOURCE_EXHAUSTED',
    'No capacity available for model m on the server',
    [info('MODEL_CAPACITY_EXHAUSTED')],
    { fault: 'capacity', code: 'upstream_unavailable', phase: 'failed', quota: undefined },
  ],
  [
    503,
    'UNAVAILABLE',
    'No capacity available for model m on the server',
    [info('MODEL_CAPACITY_EXHAUSTED')],
    { fault: 'capacity', code: 'upstream_unavailable', phase: 'failed' },
  ],
  [
    499,
    'CANCELLED',
    'The operation was cancelled.',
    [],
    { fault: 'upstream', code: 'upstream_error', phase: 'refused' },
  ],
  [
    503,
    'UNAVAILABLE',
    'Deadline expired before operation could complete.',
    [],
    { fault: 'upstream', code: 'upstream_timeout', phase: 'failed' },
  ],
  [
    504,
    'DEADLINE_EXCEEDED',
    'Deadline expired before operation could complete.',
    [],
    { fault: 'upstream', code: 'upstream_timeout', phase: 'failed' },
  ],
  [
    503,
    'UNAVAILABLE',
    'This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.',
    [],
    { fault: 'capacity', code: 'upstream_unavailable', phase: 'failed' },
  ],
  [
    503,
    'UNAVAILABLE',
    'The model is overloaded. Please try again later.',
    [],
    { fault: 'capacity', code: 'upstream_unavailable', phase: 'failed' },
  ],
  [
    500,
    'INTERNAL',
    'Internal error encountered.',
    [],
    { fault: 'upstream', code: 'upstream_error', phase: 'failed' },
  ],
  [
    402,
    'RESOURCE_EXHAUSTED',
    'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
    [],
    { ...credit, reach: undefined },
  ],
  [
    429,
    'RESOURCE_EXHAUSTED',
    'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
    [],
    { ...credit, reach: undefined },
  ],
  [
    429,
    'RESOURCE_EXHAUSTED',
    'Your project has reached its monthly spending cap.',
    [],
    { ...credit, reach: undefined },
  ],
  [
    429,
    'RESOURCE_EXHAUSTED',
    'You have exceeded the spend-based rate limit of your usage tier. Please try again later.',
    [],
    { fault: 'quota', code: 'rate_limit_exceeded', untilMs: undefined, quota: { kind: 'spending' } },
  ],
  [
    429,
    'RESOURCE_EXHAUSTED',
    'Your project exceeded its spending limit over the last 10 minutes.',
    [retry('90s')],
    { fault: 'quota', code: 'rate_limit_exceeded', untilMs: nowMs + 90_000, quota: { kind: 'spending' } },
  ],
  [
    429,
    'RESOURCE_EXHAUSTED',
    quotaText(perMinute.quotaMetric, 0, '34.2s'),
    [failure({ ...perMinute, quotaValue: '0' }), retry('34s')],
    { ...credit, reach: 'model' },
  ],
  [
    429,
    'RESOURCE_EXHAUSTED',
    quotaText(perMinute.quotaMetric, 500, '34.286670503s'),
    [failure(perMinute), retry('34s')],
    {
      fault: 'quota',
      code: 'rate_limit_exceeded',
      untilMs: nowMs + 34_000,
      quota: { kind: 'stated', perMinute: 500 },
    },
  ],
  [
    429,
    'RESOURCE_EXHAUSTED',
    quotaText(perMinute.quotaMetric, 500, '34.5s'),
    [],
    { fault: 'quota', untilMs: nowMs + 34_500, quota: { kind: 'stated', perMinute: 500 } },
  ],
  [
    429,
    'RESOURCE_EXHAUSTED',
    quotaText(perDay.quotaMetric, 1000, '48m44.2s'),
    [failure(perDay), retry('2924s')],
    {
      fault: 'quota',
      code: 'insufficient_quota',
      untilMs: nowMs + 2_924_000,
      quota: { kind: 'day', perDay: 1000 },
    },
  ],
  [
    429,
    'RESOURCE_EXHAUSTED',
    quotaText(perDay.quotaMetric, 1000, '5s'),
    [failure(perDay, perMinute), retry('5s')],
    { fault: 'quota', untilMs: midnightMs, quota: { kind: 'day', perDay: 1000, perMinute: 500 } },
  ],
  [
    429,
    'RESOURCE_EXHAUSTED',
    'Quota exceeded.',
    [failure(perMinuteTokens), retry('3s')],
    { fault: 'quota', untilMs: nowMs + 3000, quota: { kind: 'stated' } },
  ],
];

const shapes: readonly (readonly [string, (error: object) => unknown])[] = [
  ['an object', (error) => ({ error })],
  ['a list of one, as a stream without events answers', (error) => [{ error }]],
  [
    'a text in the message of another error, as relays answer',
    (error) => ({ error: { message: JSON.stringify({ error }) } }),
  ],
];

for (const [shape, wrap] of shapes)
  test.each(rows)(`as ${shape}: %i %s %s`, (http, status, message, details, expected) => {
    const body = wrap({ code: http, message, status, details });
    // Only the content is read: nothing here knows what type the body was said to be of.
    const told = { status: http, error: parseErrorBody(Buffer.from(JSON.stringify(body))), nowMs };
    const { error, ...evidence } = errorEvidence(told);
    const { fault, phase, reach, quota, untilMs } = evidence;
    expect({ fault, phase, reach, quota, untilMs, code: error?.code }).toEqual(
      expect.objectContaining(expected),
    );
    if (!('reach' in expected)) expect(reach).toBeUndefined();
    if (!('quota' in expected)) expect(quota).toBeUndefined();
  });

test('quotas are learned in the other spelling and as numbers, the least of each, and never from nonsense', () => {
  const learned = (violations: unknown) => {
    const body = { error: { code: 429, message: '', details: [{ violations }] } };
    const error = parseErrorBody(Buffer.from(JSON.stringify(body)));
    return errorEvidence({ status: 429, error, nowMs }).quota;
  };
  expect(
    learned([
      { quota_id: 'ImagesPerMinute', quota_value: 7 },
      { quotaId: 'RequestsPerMinute', quotaValue: '9' },
    ]),
  ).toEqual({
    kind: 'unstated',
    perMinute: 7,
  });
  for (const odd of [
    'x',
    [null, 7, 'x'],
    [{ quotaId: 'RequestsPerMinute', quotaValue: '-1' }],
    [{ quotaId: 'RequestsPerMinute', quotaValue: 1e99 }],
    [{ quotaId: 7, quotaValue: '5' }],
  ])
    expect(learned(odd)).toEqual({ kind: 'unstated' });
});
