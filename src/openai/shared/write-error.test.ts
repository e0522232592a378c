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

test('no half of a character is in an answer, wherever a text was cut', () => {
  const error = new PlantainError('invalid_value', `${'🦊'.slice(0, 1)} is cut`, { param: 'a\ud83e' });
  expect(JSON.stringify(errorBody(error))).not.toMatch(/\\ud[89a-f]/i);
  expect(errorBody(error).error).toMatchObject({ message: '\ufffd is cut', param: 'a\ufffd' });
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
  expect(writeError(new PlantainError('invalid_value', 'Ein schöner 🦊\u0000\ud83d für €5')).reason).toBe(
    'Ein sch?ner ??? f?r ?5',
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (message) => {
      const { reason = '' } = writeError(new PlantainError('invalid_value', message));
      expect(reason).toMatch(/^[\x20-\x7e]{0,240}$/);
      validateHeaderValue('reason', reason);
    }),
  );
});

describe('a reason phrase that is too long', () => {
  const reasonOf = (message: string) => writeError(new PlantainError('invalid_value', message)).reason ?? '';

  test('ends with a sentence', () => {
    const first = `${'word '.repeat(30)}ends.`;
    const second = `${'more '.repeat(13)}too!`;
    expect(reasonOf(`${first} ${second} ${'x'.repeat(500)}`)).toBe(`${first} ${second}`);
    expect(reasonOf(`${first} ${'more '.repeat(100)}`)).toBe(first);
    expect(reasonOf(`${'word '.repeat(30)}costs 1.5 ${'more '.repeat(100)}`)).toMatch(/\w\.\.\.$/);
  });

  test('or is openly cut, where the next sentence is far', () => {
    expect(reasonOf(`No. ${'word '.repeat(100)}`)).toBe(`No. ${'word '.repeat(46)}wor...`);
    expect(reasonOf('x'.repeat(241))).toBe(`${'x'.repeat(237)}...`);
    expect(reasonOf('x'.repeat(240))).toBe('x'.repeat(240));
    expect(reasonOf(`${'x'.repeat(236)} ${'y'.repeat(236)}`)).toBe(`${'x'.repeat(236)}...`);
  });
});
