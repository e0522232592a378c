import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseErrorBody } from './error-body.ts';
import { errorEvidence } from './errors.ts';

const retryInfo = (retryDelay: unknown) => [
  { '@type': 'type.googleapis.com/google.rpc.Help', links: [] },
  { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay },
];
const body = (message: string, status = '', details: readonly unknown[] = []) => ({
  error: { code: 400, message, status, details },
});
const bytesOf = (content: unknown) =>
  Buffer.from(typeof content === 'string' ? content : (JSON.stringify(content) ?? ''));
const told = (status: number | undefined, content: unknown, retryAfter?: string) =>
  errorEvidence({
    status,
    error: parseErrorBody(bytesOf(content)),
    headers: { 'retry-after': retryAfter },
    nowMs: 1000,
  });
const evidenceOf = (status: number | undefined, content: unknown) => {
  const { error, ...evidence } = told(status, content);
  return { code: error?.code, param: error?.param, ...evidence };
};

describe('what an upstream error means', () => {
  test.each([
    [400, body('Invalid value'), { code: 'upstream_rejected', phase: 'refused', fault: 'caller' }],
    [
      400,
      body('API key not valid. Please pass a valid API key.'),
      { code: 'upstream_auth_error', phase: 'refused', fault: 'credential' },
    ],
    [
      400,
      body('x', '', [{ '@type': 'ErrorInfo', reason: 'API_KEY_INVALID' }]),
      { code: 'upstream_auth_error', phase: 'refused', fault: 'credential' },
    ],
    [
      400,
      body('User location is not supported.', 'FAILED_PRECONDITION'),
      { code: 'upstream_misconfigured', phase: 'refused', fault: 'place' },
    ],
    [401, {}, { code: 'upstream_auth_error', fault: 'credential' }],
    [
      403,
      body('denied', 'PERMISSION_DENIED'),
      { code: 'upstream_auth_error', phase: 'refused', fault: 'credential' },
    ],
    [
      404,
      body('models/gemini-x is not found for API version v1beta.', 'NOT_FOUND'),
      { code: 'model_not_found', param: 'model', phase: 'refused', fault: 'caller' },
    ],
    [
      429,
      body('Resource exhausted', 'RESOURCE_EXHAUSTED'),
      {
        code: 'rate_limit_exceeded',
        phase: 'refused',
        fault: 'quota',
        quota: { kind: 'unstated' },
      },
    ],
    [
      429,
      body('Quota exceeded, limit: 0, model: x'),
      { code: 'insufficient_quota', phase: 'refused', fault: 'credit' },
    ],
    [429, body('Quota exceeded, limit: 10, model: x'), { code: 'rate_limit_exceeded', fault: 'quota' }],
    [
      429,
      body('Your prepayment credits are depleted.'),
      { code: 'insufficient_quota', phase: 'refused', fault: 'credit' },
    ],
    [500, body('internal', 'INTERNAL'), { code: 'upstream_error', phase: 'failed', fault: 'upstream' }],
    [502, undefined, { code: 'upstream_error', phase: 'failed', fault: 'upstream' }],
    [
      503,
      body('overloaded', 'UNAVAILABLE'),
      { code: 'upstream_unavailable', phase: 'failed', fault: 'capacity' },
    ],
    [
      504,
      body('deadline', 'DEADLINE_EXCEEDED'),
      { code: 'upstream_timeout', phase: 'failed', fault: 'upstream' },
    ],
    [402, body('x'), { code: 'insufficient_quota', phase: 'refused', fault: 'credit' }],
    [402, body('x', 'FAILED_PRECONDITION'), { code: 'insufficient_quota', fault: 'credit' }],
    [
      402,
      body('Your prepayment credits are depleted.', 'RESOURCE_EXHAUSTED'),
      { code: 'insufficient_quota', phase: 'refused', fault: 'credit' },
    ],
    [
      429,
      body('Your project has reached its monthly spending cap.'),
      { code: 'insufficient_quota', phase: 'refused', fault: 'credit' },
    ],
    [
      429,
      body('Your billing account is depleted.'),
      { code: 'insufficient_quota', phase: 'refused', fault: 'credit' },
    ],
    [
      400,
      [body('x', '', [{ reason: 'API_KEY_INVALID' }])],
      { code: 'upstream_auth_error', phase: 'refused', fault: 'credential' },
    ],
    [418, {}, { code: 'upstream_misconfigured', phase: 'refused' }],
    [
      undefined,
      { error: { code: 503, message: 'x' } },
      { code: 'upstream_unavailable', phase: 'failed', fault: 'capacity' },
    ],
    [undefined, { error: { status: 'RESOURCE_EXHAUSTED', message: 'x' } }, { code: 'rate_limit_exceeded' }],
    [undefined, { error: 'words' }, { code: 'upstream_error', phase: 'failed', fault: 'upstream' }],
    [
      undefined,
      { error: { status: '__proto__', message: 'x' } },
      { code: 'upstream_error', phase: 'failed', fault: 'upstream' },
    ],
    [
      undefined,
      { error: { status: 'constructor' } },
      { code: 'upstream_error', phase: 'failed', fault: 'upstream' },
    ],
  ])('HTTP %s %j', (status, content, expected) => {
    expect(evidenceOf(status, content)).toMatchObject({ verdict: 'failed', ...expected });
  });

  test.each([408, 409, 425, 429, 499, 500, 502, 503, 504, 520, 529])(
    '%i may pass, and says so to whoever asks again',
    (status) => {
      for (const content of [{}, '<html>busy</html>'])
        expect(told(status, content).error?.entry.retryable).toBe(true);
    },
  );

  test('langgenius/dify#14543: a status that no retry cures is no failure worth one, as a page or as JSON', () => {
    const statuses = [301, 302, 307, 308, 405, 406, 407, 411, 414, 415, 417, 418, 421, 426, 431, 451];
    for (const status of [...statuses, 501, 505, 511]) {
      for (const content of [{}, { detail: 'Method Not Allowed' }, '<!DOCTYPE html><title>x</title>']) {
        const { fault, error = expect.fail('no error') } = told(status, content);
        expect([status, error.code, fault]).toEqual([status, 'upstream_misconfigured', 'place']);
        expect(error.entry).toMatchObject({ status: 502, retryable: false });
        expect(error.message).toMatch(/operator has to act/);
      }
    }
    for (const status of [400, 401, 403, 404, 410, 422]) {
      const { error = expect.fail('no error') } = told(
        status,
        '<html>The plain HTTP request was sent</html>',
      );
      expect([status, error.code]).toEqual([status, 'upstream_misconfigured']);
      expect(error.message).toContain(`a web page (${status})`);
    }
  });

  test.each([
    ['the path', '<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>'],
    ['nothing', {}],
    ['a route', { message: 'Cannot POST /v1beta/v1beta/models/gemini-x:generateContent', statusCode: 404 }],
    [
      'a path in JSON',
      { error: { code: 404, message: 'No route /v1/models/gemini-x:streamGenerateContent' } },
    ],
    ['a title', { error: 'Not Found', path: '/v1beta/v1beta/models/gemini-x' }],
    ['an entity', body('Requested entity was not found.', 'NOT_FOUND')],
  ])(
    'hugohe3/ppt-master#24, snailyp/gemini-balance#154: a 404 of %s does not say that a model is retired',
    (_name, content) => {
      expect(evidenceOf(404, content)).toMatchObject({ code: 'upstream_misconfigured', fault: 'place' });
    },
  );

  test.each([
    body(
      'models/gemini-x is not found for API version v1beta, or is not supported for generateContent.',
      'NOT_FOUND',
    ),
    body(
      'Publisher Model `projects/p/locations/global/publishers/google/models/x` was not found.',
      'NOT_FOUND',
    ),
    body('This model is no longer available to new users.', 'NOT_FOUND'),
    { error: { message: 'The model `x` does not exist', code: 'model_not_found' } },
    [{ error: { code: 404, message: 'model x not found' } }],
  ])('a 404 about the model says so: %j', (content) => {
    expect(evidenceOf(404, content)).toMatchObject({
      code: 'model_not_found',
      param: 'model',
      fault: 'caller',
    });
  });

  test.each([
    [400, body('Image generation is not available in your country.', 'FAILED_PRECONDITION')],
    [400, body('User location is not supported for the API use.')],
    [403, body('Country, region, or territory not supported')],
    [400, body('This service is not yet available in your region.')],
    [403, body('Not allowed from here', 'FAILED_PRECONDITION')],
    [451, {}],
  ])('chatboxai/chatbox#2280: HTTP %i %j is about a place, not about a password', (status, content) => {
    const { fault, error = expect.fail('no error') } = told(status, content);
    expect([fault, error.code]).toEqual(['place', 'upstream_misconfigured']);
    expect(error.message).not.toMatch(/credential|key/i);
  });

  test.each([
    [413, '<!DOCTYPE html><title>Error 413 (Request Entity Too Large)!!1</title>'],
    [413, {}],
    [400, body('Request payload size exceeds the limit: 20971520 bytes.')],
    [400, body('request entity too large')],
  ])('HTTP %i %j is about the pictures', (status, content) => {
    expect(evidenceOf(status, content)).toMatchObject({
      code: 'upstream_rejected',
      param: 'image',
      fault: 'caller',
    });
  });

  test('what a relay passes on as its own failure is what the upstream said', () => {
    const inner = { error: { code: 429, message: 'slow', status: 'RESOURCE_EXHAUSTED' } };
    for (const content of [inner, { error: { message: JSON.stringify(inner), code: 500 } }])
      expect(evidenceOf(500, content)).toMatchObject({ code: 'rate_limit_exceeded', phase: 'refused' });
    expect(evidenceOf(429, { error: { code: 500, message: 'x' } })).toMatchObject({
      code: 'rate_limit_exceeded',
    });
  });

  test('an overloaded upstream that says for how long is told so', () => {
    const { error, untilMs } = told(503, {}, '7');
    expect([error?.retryAfterSeconds, untilMs]).toEqual([7, 8000]);
    expect(told(503, {}).error?.retryAfterSeconds).toBeUndefined();
  });

  test.each([
    ['34s', '', 34_000, 34],
    ['34.28s', '', 34_280, 35],
    ['0.5s', '', 500, 1],
    [undefined, 'Please retry in 48m44.2s.', 2_924_200, 2925],
    [undefined, 'Please retry in 1h2m3s', 3_723_000, 3723],
    [undefined, 'Please retry in 12.5s.', 12_500, 13],
    [34, '', 34_000, 34],
    ['99999999999999999999999999s', '', 86_400_000, 86_400],
  ])('the pause of a 429 with delay %s and words "%s" is %i ms', (delay, words, coolDownMs, seconds) => {
    const { error, untilMs } = told(
      429,
      body(words, 'RESOURCE_EXHAUSTED', delay === undefined ? [] : retryInfo(delay)),
    );
    expect((untilMs ?? 0) - 1000).toBeCloseTo(coolDownMs);
    expect(error?.retryAfterSeconds).toBe(seconds);
  });

  test.each([undefined, 'soon', '0s', '-5s'])(
    'a 429 with delay %s tells no moment: the caller is asked to wait a little, and no more is claimed to be known',
    (delay) => {
      const details = delay === undefined ? [] : retryInfo(delay);
      const { error, untilMs, quota } = told(429, body('', 'RESOURCE_EXHAUSTED', details));
      expect([error?.retryAfterSeconds, untilMs, quota]).toEqual([10, undefined, { kind: 'unstated' }]);
    },
  );

  test.each([
    ['Unsupported aspect ratio 7:5', 'aspect_ratio'],
    ['image_size 8K is not supported', 'image_size'],
    ['Invalid input image', 'image'],
    ['Multiple candidates is not enabled', 'n'],
    ['The input token count exceeds the limit', 'prompt'],
    ['Unhandled generated data mime type: image/jpeg', undefined],
    ['Something else', undefined],
  ])('a refused value (%s) names the parameter where it is known', (message, param) => {
    const { error = expect.fail('no error') } = told(400, body(message));
    expect(error.param).toBe(param);
    expect(error.message).toContain(message);
  });

  test('neither keys, projects nor addresses reach the caller or the log', () => {
    const secrets = [
      'AIzaSyA1234567890abcdefghij',
      'ya29.a0AfH6SMB-xyz_123',
      'projects/123456789',
      'https://10.0.0.1/x',
      'bob@example.com',
      'sk-proj-abcdef123456',
    ];
    for (const status of [400, 401, 403, 404, 429, 500, 503]) {
      const { error = expect.fail('no error') } = told(status, body(`no: ${secrets.join(' and ')} bad`));
      for (const secret of secrets) {
        expect(error.message).not.toContain(secret);
        expect(String(error.cause)).not.toContain(secret);
      }
    }
  });

  test('what is logged of an error is bounded, however long its words', () => {
    for (const status of [400, 401, 402, 404, 418, 429, 500, 503, 504]) {
      const { error = expect.fail('no error') } = told(
        status,
        body('no, never. '.repeat(100_000), 'S '.repeat(100_000)),
      );
      expect(String(error.cause).length).toBeGreaterThan(900);
      expect(String(error.cause).length).toBeLessThanOrEqual(1000);
    }
  });

  test('whatever the body, the answer is a bounded catalogue error', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({ error: fc.jsonValue() }),
      fc.record({
        error: fc.record(
          {
            code: fc.jsonValue(),
            message: fc.oneof(fc.string({ maxLength: 3000 }), fc.jsonValue()),
            status: fc.jsonValue(),
            details: fc.jsonValue(),
          },
          { requiredKeys: [] },
        ),
      }),
    );
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
        anything,
        (status, content) => {
          const { verdict, error = expect.fail('no error') } = told(status, content);
          expect(verdict).toBe('failed');
          expect(error.entry.status).toBeGreaterThanOrEqual(400);
          expect(error.message.length).toBeLessThan(700);
          expect(typeof error.cause === 'string' ? error.cause.length : 0).toBeLessThanOrEqual(1000);
        },
      ),
      { numRuns: 500 },
    );
  });
});
