import { describe, expect, test } from 'vitest';
import type { Evidence } from '../http/evidence.ts';
import { parseErrorBody, readError } from './error-body.ts';
import { errorEvidence } from './errors.ts';

const nowMs = 1_790_000_000_000;

const evidenceOf = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  errorEvidence({
    status,
    error: parseErrorBody(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))),
    headers,
    nowMs,
  });

/** As a table shows it: `fault code`, with what is beside it. */
function shown({ verdict, fault, error, reach, untilMs, quota }: Evidence): string {
  const until = untilMs === undefined ? '' : ` +${untilMs - nowMs}ms`;
  const limits = quota && [
    quota.kind,
    quota.perMinute && `${quota.perMinute}/min`,
    quota.perDay && `${quota.perDay}/day`,
  ];
  return [
    verdict === 'failed' ? fault : verdict,
    error?.code,
    ...(error?.param === undefined ? [] : [`param=${error.param}`]),
    ...(reach === undefined ? [] : [`reach=${reach}`]),
    ...(limits === undefined ? [] : [`quota=${limits.filter(Boolean).join(',')}`]),
  ]
    .join(' ')
    .concat(until);
}

const error = (
  message: string,
  type = 'invalid_request_error',
  code: string | null = null,
  param: string | null = null,
) => ({
  error: { message, type, param, code },
});
const limit = (message: string, code = 'rate_limit_exceeded') => error(message, 'rate_limit_error', code);

const rows: readonly (readonly [
  what: string,
  status: number,
  body: unknown,
  expected: string,
  headers?: Record<string, string>,
])[] = [
  // What a caller can cure.
  [
    'openai: refused at the input (CarrotMangaTranslator#122)',
    400,
    {
      error: {
        ...error(
          'Your request was rejected by the safety system. safety_violations=[sexual].',
          'image_generation_user_error',
          'moderation_blocked',
        ).error,
        moderation_details: { moderation_stage: 'output', categories: ['sexual'] },
      },
    },
    'refused moderation_blocked',
  ],
  [
    'openai: the old word for it',
    400,
    error('No.', 'invalid_request_error', 'content_policy_violation'),
    'refused moderation_blocked',
  ],
  [
    'openai: without its code',
    400,
    error('Your request was rejected by the safety system.'),
    'refused moderation_blocked',
  ],
  [
    'azure: refused, with inner_error (litellm#19372)',
    400,
    {
      error: {
        code: 'content_policy_violation',
        message: 'Your request was rejected.',
        inner_error: { code: 'ResponsibleAIPolicyViolation', content_filter_results: {} },
      },
    },
    'refused moderation_blocked',
  ],
  [
    'azure: refused, type null (helm#3327)',
    400,
    { error: { code: 'content_filter', message: 'Filtered.', param: 'prompt', type: null } },
    'refused moderation_blocked',
  ],
  [
    'openai: a value',
    400,
    error("Invalid value: '7x7'.", 'image_generation_user_error', 'invalid_value', 'size'),
    'caller upstream_rejected param=size',
  ],
  [
    'openai: a picture',
    400,
    error('Invalid image file.', 'image_generation_user_error', 'invalid_image_file', 'image[0]'),
    'caller upstream_rejected param=image',
  ],
  [
    'openai: a field of ours that it does not know',
    400,
    error("Unknown parameter: 'x'.", 'invalid_request_error', 'unknown_parameter', 'x'),
    'caller upstream_rejected',
  ],
  ['sd-server: a text', 400, { error: 'prompt required' }, 'caller upstream_rejected'],
  ['FastAPI: a text', 400, { detail: 'size must be WIDTH*HEIGHT' }, 'caller upstream_rejected'],
  [
    'FastAPI: a list',
    422,
    { detail: [{ type: 'missing', loc: ['body', 'prompt'], msg: 'Field required' }] },
    'caller upstream_rejected param=prompt',
  ],
  ['too large', 413, '', 'caller upstream_rejected param=image'],
  [
    'plantain: no picture',
    400,
    error('The model answered without a picture.', 'image_generation_user_error', 'no_image_generated'),
    'caller no_image_generated',
  ],
  // More at once than is ever allowed.
  [
    'openai: requested more than the limit (mulmocast-cli#444)',
    429,
    limit(
      'Rate limit reached for gpt-image-2 (for limit gpt-image) on input-images per min: Limit 5, Used 0, Requested 8. Please try again in 12s.',
    ),
    'caller upstream_rejected param=image',
  ],
  [
    'openai: requested just the limit, which a pause cures',
    429,
    limit('on images per min: Limit 5, Used 3, Requested 5. Please try again in 12s.'),
    'quota rate_limit_exceeded quota=stated,5/min +12000ms',
  ],
  [
    'a 429 is a limit, whatever else it is called',
    429,
    error('Busy.', 'server_error', 'server_is_overloaded'),
    'quota rate_limit_exceeded quota=unstated +10000ms',
  ],
  [
    'an overload by its word alone',
    400,
    error('Busy.', 'server_error', 'server_is_overloaded'),
    'capacity upstream_unavailable',
  ],
  // The model.
  ...[400, 404, 410].flatMap((status) =>
    [
      'The model `x` does not exist.',
      'Model not found.',
      'model mismatch',
      'No such Model; it is not found',
    ].map(
      (message) =>
        [
          `${message} with ${status}`,
          status,
          { error: { message } },
          'caller model_not_found param=model reach=model',
        ] as const,
    ),
  ),
  [
    'openai: an organisation that is not verified, in any spelling',
    403,
    error('Your ORGANIZATION must be verified to use it.'),
    'credential upstream_auth_error reach=model',
  ],
  [
    'openai: no such model',
    404,
    error(
      'The model `x` does not exist or you do not have access to it.',
      'invalid_request_error',
      'model_not_found',
    ),
    'caller model_not_found param=model reach=model',
  ],
  [
    'openai: the same with 400',
    400,
    error("The requested model 'x' does not exist.", 'invalid_request_error', 'model_not_found', 'model'),
    'caller model_not_found param=model reach=model',
  ],
  [
    'azure: no such deployment',
    404,
    {
      error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' },
    },
    'caller model_not_found param=model reach=model',
  ],
  [
    'vLLM: another model',
    400,
    { error: { message: 'Model mismatch: expected a, got b', type: 'BadRequestError', code: 400 } },
    'caller model_not_found param=model reach=model',
  ],
  [
    'xinference: no such model',
    400,
    { detail: 'Model not found in the model list, uid: x' },
    'caller model_not_found param=model reach=model',
  ],
  // What an operator has to do.
  [
    'openai: organisation not verified (openai-php/client#565)',
    403,
    error(
      'Your organization must be verified to use the model `gpt-image-2`. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization.',
    ),
    'credential upstream_auth_error reach=model',
  ],
  [
    'openai: the project has no access to the model',
    403,
    error(
      'Project `proj_x` does not have access to model `gpt-image-2`',
      'invalid_request_error',
      'model_not_found',
    ),
    'credential upstream_auth_error reach=model',
  ],
  [
    'openai: a bad key',
    401,
    error('Incorrect API key provided: sk-abc.', 'invalid_request_error', 'invalid_api_key'),
    'credential upstream_auth_error',
  ],
  [
    'azure: a bad key',
    401,
    { statusCode: 401, message: 'Access denied due to invalid subscription key.' },
    'credential upstream_auth_error',
  ],
  [
    'openai: this country',
    403,
    error(
      'Country, region, or territory not supported',
      'request_forbidden',
      'unsupported_country_region_territory',
    ),
    'place upstream_misconfigured',
  ],
  [
    'openai: this address',
    401,
    error('Your IP is not authorized.', 'invalid_request_error', 'ip_not_authorized'),
    'place upstream_misconfigured',
  ],
  [
    'azure: the whole resource is blocked (pollinations#9707)',
    403,
    {
      error: {
        code: 'Forbidden',
        message:
          'Your resource has been temporarily blocked because we detected behavior that may violate our content policy.',
      },
    },
    'place upstream_misconfigured',
  ],
  [
    'openai: a wrong path',
    404,
    error('Invalid URL (POST /v1/v1/images/generations)'),
    'place upstream_misconfigured',
  ],
  ['FastAPI: a wrong path', 404, { detail: 'Not Found' }, 'place upstream_misconfigured'],
  ['a wrong method', 405, { detail: 'Method Not Allowed' }, 'place upstream_misconfigured'],
  ['a redirect', 301, '', 'place upstream_misconfigured'],
  ['a page', 403, '<html>Attention required</html>', 'place upstream_misconfigured'],
  [
    'plantain: its own key is bad',
    502,
    error('The gateway refused.', 'server_error', 'upstream_auth_error'),
    'credential upstream_auth_error',
  ],
  // Money.
  [
    'openai: no quota (NextChat#3123)',
    429,
    error('You exceeded your current quota.', 'insufficient_quota', 'insufficient_quota'),
    'credit insufficient_quota',
  ],
  ...[
    'credit_balance_exhausted',
    'organization_usage_limit_exceeded',
    'organization_spend_limit_exceeded',
    'project_spend_limit_exceeded',
  ].map(
    (code) =>
      [
        `openai: ${code}`,
        429,
        error('Out.', 'insufficient_quota', code),
        'credit insufficient_quota',
      ] as const,
  ),
  [
    'openai: the hard limit of billing, a 400 (PowerShellAI#127)',
    400,
    error('Billing hard limit has been reached', 'invalid_request_error', 'billing_hard_limit_reached'),
    'credit insufficient_quota',
  ],
  ['anyone: payment required', 402, { detail: 'Pay.' }, 'credit insufficient_quota'],
  [
    'plantain: the quota of the day',
    429,
    error('…', 'insufficient_quota', 'insufficient_quota'),
    'quota insufficient_quota quota=day +2924000ms',
    { 'retry-after': '2924' },
  ],
  // Limits.
  [
    'openai: 12s',
    429,
    limit('on images per min: Limit 5, Used 5, Requested 1. Please try again in 12s.'),
    'quota rate_limit_exceeded quota=stated,5/min +12000ms',
  ],
  [
    'openai: 467ms',
    429,
    limit('Please try again in 467ms.'),
    'quota rate_limit_exceeded quota=stated +467ms',
  ],
  [
    'openai: 1m2.5s',
    429,
    limit('Please try again in 1m2.5s.'),
    'quota rate_limit_exceeded quota=stated +62500ms',
  ],
  [
    'openai: after 51.8 seconds',
    429,
    limit('Please try again after 51.8 seconds.'),
    'quota rate_limit_exceeded quota=stated +51800ms',
  ],
  [
    'openai: of the day',
    429,
    limit('on images per day (IPD): Limit 50, Used 50, Requested 1.'),
    'quota rate_limit_exceeded quota=day,50/day +10000ms',
  ],
  [
    'a header in seconds (openai-java#1039)',
    429,
    limit('Slow.'),
    'quota rate_limit_exceeded quota=stated +7000ms',
    { 'x-ratelimit-remaining-images': '0', 'x-ratelimit-reset-images': '7' },
  ],
  [
    'a header as a duration',
    429,
    limit('Slow.'),
    'quota rate_limit_exceeded quota=stated +360000ms',
    { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' },
  ],
  [
    'headers of a limit that is not used up',
    429,
    limit('Slow.'),
    'quota rate_limit_exceeded quota=unstated +10000ms',
    { 'x-ratelimit-remaining-requests': '3', 'x-ratelimit-reset-requests': '6m0s' },
  ],
  [
    'retry-after-ms wins',
    429,
    limit('Slow.'),
    'quota rate_limit_exceeded quota=stated +1500ms',
    { 'retry-after-ms': '1500', 'retry-after': '9' },
  ],
  // Room, and failures.
  [
    'openai: overloaded',
    503,
    error('Overloaded.', 'service_unavailable_error', 'server_is_overloaded'),
    'capacity upstream_unavailable',
  ],
  ['xinference: busy', 409, { detail: 'Model is busy' }, 'capacity upstream_unavailable'],
  [
    'anyone: overloaded, with a pause',
    503,
    '',
    'capacity upstream_unavailable +30000ms',
    { 'retry-after': '30' },
  ],
  ['a failure', 500, { error: 'generate_image returned no results' }, 'upstream upstream_error'],
  ['a front end', 502, '<html>Bad gateway</html>', 'upstream upstream_error'],
  ['too slow', 504, '', 'upstream upstream_timeout'],
];

describe('what a server says, and whom it concerns', () => {
  test.each(rows.map((row) => [row[0], row] as const))('%s', (_what, [, status, body, expected, headers]) => {
    expect(shown(evidenceOf(status, body, headers))).toBe(expected);
  });

  test('an error inside a 200 means what its words say', () => {
    const inside = (body: unknown) =>
      errorEvidence({ status: undefined, error: readError(body), headers: {}, nowMs });
    expect(
      shown(
        inside({
          type: 'error',
          error: error('x', 'image_generation_user_error', 'moderation_blocked').error,
        }),
      ),
    ).toBe('refused moderation_blocked');
    expect(shown(inside(limit('Please try again in 2s.')))).toContain('quota rate_limit_exceeded');
    expect(shown(inside(error('Bad size.')))).toBe('caller upstream_rejected');
    expect(inside({ error: 'out of memory' })).toMatchObject({ phase: 'failed', fault: 'upstream' });
  });

  test('a refusal tells what was refused, in the words of the server', () => {
    const told = evidenceOf(400, rows[0]?.[2]).error?.message;
    expect(told).toContain('the picture was refused');
    expect(told).toContain('safety_violations=[sexual]');
  });
});

test('nothing of the server’s inside reaches a caller: no key, no link, no path of its disk', () => {
  const secretive =
    'failed for sk-abcdef123456 at https://internal.example/x while reading /srv/models/flux/model.gguf';
  for (const body of [{ error: secretive }, { detail: secretive }, error(secretive), secretive]) {
    const { error: told } = evidenceOf(400, body);
    expect(told?.message).toContain('failed for');
    expect(told?.message).not.toMatch(/sk-abc|internal\.example|\/srv/);
  }
});

test('whatever a body holds is read without a fault, and is some error', () => {
  const nested = { error: { error: { error: { error: { error: { error: { message: 'deep' } } } } } } };
  for (const body of [
    '',
    'null',
    '[]',
    '{}',
    '7',
    '"x"',
    '{"error":null}',
    '{"detail":{}}',
    '{',
    JSON.stringify(nested),
  ])
    expect(evidenceOf(500, body)).toMatchObject({ verdict: 'failed', fault: 'upstream' });
});
