import { expect, test } from 'vitest';
import { type ErrorCode, errorCatalogue } from '../kernel/error-catalogue.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { googleErrorEvent, writeGoogleError } from './error-frame.ts';

function frameOf(error: PlantainError) {
  const { status, headers, body } = writeGoogleError(error);
  const text = body.kind === 'whole' ? Buffer.concat(body.pieces).toString() : '';
  return { status, headers, ...(JSON.parse(text) as { error: Record<string, unknown> }) };
}

test('every error of the catalogue has a status that google.rpc knows, and tells the same code twice', () => {
  const words =
    /^(?:INVALID_ARGUMENT|UNAUTHENTICATED|RESOURCE_EXHAUSTED|PERMISSION_DENIED|NOT_FOUND|UNIMPLEMENTED|DEADLINE_EXCEEDED|ALREADY_EXISTS|CANCELLED|INTERNAL|UNAVAILABLE)$/;
  for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
    const { status, error, headers } = frameOf(new PlantainError(code, 'It failed.'));
    expect(error['code'], code).toBe(status);
    expect(error['status'], code).toMatch(words);
    expect(headers['content-type']).toMatch(/^application\/json/);
  }
});

test('what waiting does not cure is a 402, which no SDK sends again', () => {
  expect(frameOf(new PlantainError('insufficient_quota', 'No credit.'))).toMatchObject({
    status: 402,
    error: { status: 'RESOURCE_EXHAUSTED', message: 'No credit.' },
  });
});

test('a limit says by which quota and for how long, in the frame and in the header', () => {
  const told = (retryAfterSeconds: number) =>
    frameOf(new PlantainError('rate_limit_exceeded', 'Wait.', { retryAfterSeconds }));
  expect(told(12)).toMatchObject({
    status: 429,
    headers: { 'retry-after': '12' },
    error: {
      details: [{ violations: [{ quotaId: expect.stringContaining('PerMinute') }] }, { retryDelay: '12s' }],
    },
  });
  expect(told(7200).error).toMatchObject({
    details: [{ violations: [{ quotaId: expect.stringContaining('PerDay') }] }, {}],
  });
});

test('a wait of an hour is for a minute’s quota still, and without one no delay is told', () => {
  const told = (details: { readonly retryAfterSeconds?: number }) =>
    frameOf(new PlantainError('rate_limit_exceeded', 'Wait.', details));
  const [quota, delay] = told({ retryAfterSeconds: 3600 }).error['details'] as Record<string, unknown>[];
  expect(quota).toEqual({
    '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
    violations: [
      {
        quotaMetric: 'generativelanguage.googleapis.com/generate_requests_per_model',
        quotaId: 'GenerateRequestsPerMinutePerProjectPerModel',
      },
    ],
  });
  expect(delay).toEqual({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '3600s' });
  expect(told({}).error['details']).toEqual([quota]);
  expect(told({}).headers).not.toHaveProperty('retry-after');
});

test('a key that is wrong is told in the words by which clients know it, and one that was not sent in others', () => {
  const wrong = frameOf(new PlantainError('invalid_api_key', 'Incorrect API key provided.'));
  expect(wrong).toMatchObject({
    status: 400,
    error: {
      status: 'INVALID_ARGUMENT',
      message: 'API key not valid. Please pass a valid API key.',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'API_KEY_INVALID',
          domain: 'googleapis.com',
          metadata: { service: 'generativelanguage.googleapis.com' },
        },
        { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US' },
      ],
    },
  });
  const missing = frameOf(new PlantainError('invalid_api_key', "You didn't provide an API key."));
  expect(missing).toMatchObject({ status: 403, error: { status: 'PERMISSION_DENIED' } });
  expect(missing.error).not.toHaveProperty('details');
});

test('headers of an error go with it, but for one that is not Google’s', () => {
  const headers = { 'www-authenticate': 'Bearer', 'x-should-retry': 'false' };
  const told = frameOf(new PlantainError('upstream_error', 'It failed.', { headers })).headers;
  expect(told).toEqual({
    'content-type': 'application/json; charset=UTF-8',
    'x-should-retry': 'false',
  });
});

test('in a stream it is an event like those before it', () => {
  const event = googleErrorEvent(new PlantainError('upstream_timeout', 'Too late.')).toString();
  expect(event).toBe(
    'data: {"error":{"code":504,"message":"Too late.","status":"DEADLINE_EXCEEDED"}}\r\n\r\n',
  );
});
