import fc from 'fast-check';
import { validateHeaderValue } from 'node:http';
import { describe, expect, test } from 'vitest';
import { type ErrorCode, errorCatalogue } from '../../kernel/error-catalogue.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { errorBody, retryHeaders, writeError } from './write-error.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

function bodyOf(error: PlantainError): unknown {
  const { body } = writeError(error);
  if (body.kind !== 'whole') throw new Error('not whole');
  return JSON.parse(Buffer.concat(body.pieces).toString());
}

test.each(codes)('%s has all four fields of OpenAI and nothing beside them', (code) => {
  const { status, type, code: openAiCode } = errorCatalogue[code];
  const error = new PlantainError(code, 'What to do.', { param: 'size' });
  expect(bodyOf(error)).toEqual({ error: { message: 'What to do.', type, param: 'size', code: openAiCode } });
  expect(writeError(error).status).toBe(status);
  expect(bodyOf(new PlantainError(code, 'x'))).toMatchObject({ error: { param: null } });
});

test('what happened underneath never reaches the caller', () => {
  const error = new PlantainError('internal_error', 'Look into the log.', {
    cause: new Error('secret AIza key at /home/x'),
  });
  const { headers, reason } = writeError(error);
  expect(JSON.stringify([bodyOf(error), headers, reason, errorBody(error)])).not.toMatch(/secret|AIza|home/);
});

describe('what SDKs are told about trying again', () => {
  test.each([
    ['rate_limit_exceeded', 12, { 'retry-after': '12' }],
    ['rate_limit_exceeded', undefined, {}],
    ['rate_limit_exceeded', 60, { 'retry-after': '60' }],
    // Beyond a minute SDKs ignore the number and come back at once, so they are told not to.
    ['rate_limit_exceeded', 61, { 'retry-after': '61', 'x-should-retry': 'false' }],
    ['insufficient_quota', undefined, { 'x-should-retry': 'false' }],
    ['upstream_auth_error', undefined, { 'x-should-retry': 'false' }],
    ['upstream_unavailable', undefined, {}],
    ['invalid_value', undefined, {}],
  ] as const)('%s after %s seconds', (code, retryAfterSeconds, headers) => {
    const details = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    expect(retryHeaders(new PlantainError(code, 'x', details))).toEqual(headers);
  });

  test('whatever SDKs retry by themselves, and must not, says so', () => {
    for (const code of codes) {
      const { status, retryable } = errorCatalogue[code];
      const isRetriedBySdks = status === 408 || status === 409 || status === 429 || status >= 500;
      expect(retryHeaders(new PlantainError(code, 'x'))['x-should-retry'] === 'false', code).toBe(
        isRetriedBySdks && !retryable,
      );
    }
  });
});

test("an error's own headers are sent, such as the methods that are allowed", () => {
  const error = new PlantainError('method_not_allowed', 'x', { headers: { allow: 'GET, HEAD' } });
  expect(writeError(error).headers).toMatchObject({ allow: 'GET, HEAD' });
});

test('the reason phrase carries any message as one short line that HTTP can bear', () => {
  expect(writeError(new PlantainError('invalid_value', 'Send {"a": "b…"}\r\nx-evil: 1')).reason).toBe(
    'Send {"a": "b..."} x-evil: 1',
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (message) => {
      const { reason = '' } = writeError(new PlantainError('invalid_value', message));
      expect(reason).toMatch(/^[\x20-\x7e]{0,240}$/);
      validateHeaderValue('reason', reason);
    }),
  );
});
