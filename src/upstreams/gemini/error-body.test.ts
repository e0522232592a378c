import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseErrorBody, readError } from './error-body.ts';

const error = {
  code: 429,
  message: 'slow down',
  status: 'RESOURCE_EXHAUSTED',
  details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' }],
};
const parse = (body: unknown) =>
  parseErrorBody(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

describe('an error body', () => {
  test.each([
    ['an object', { error }],
    ['a list', [{ error }]],
    ['a list in a list', [[{ error }]]],
    ['a list with something before it', [null, 5, {}, { error }]],
    ['the error alone', error],
    ['JSON as a text', JSON.stringify({ error })],
    ['JSON in the error', { error: JSON.stringify(error) }],
    [
      'JSON in a message',
      { error: { code: 500, status: 'Too Many Requests', message: JSON.stringify({ error }) } },
    ],
    ['a printed list in a message', { error: { message: JSON.stringify([{ error }], null, 2) } }],
    ['a message of a relay', { message: JSON.stringify({ error }), code: 500 }],
    ['a code that is text', { error: { ...error, code: '429' } }],
  ])('is read from %s', (_name, body) => {
    expect(parse(body)).toEqual(error);
    expect(parse(body)).toEqual(readError(body));
  });

  test.each([
    ['a bare text', 'upstream says no', 'upstream says no'],
    ['a text as JSON', '"upstream says no"', 'upstream says no'],
    ['a text in the error', { error: 'upstream says no' }, 'upstream says no'],
    ['broken JSON', '{"error": {"message": "ups', '{"error": {"message": "ups'],
    ['nothing', '', ''],
    ['no object', 'true', ''],
    ['an object of something else', { hello: 'x' }, ''],
    ['an empty error', { error: {} }, ''],
    ['no error', { error: null }, ''],
  ])('that is %s has at most words', (_name, body, message) => {
    expect(parse(body)).toEqual({ code: undefined, status: '', message, details: [] });
  });

  test.each(['<html><body>502</body></html>', '\n <!DOCTYPE html>', '<?xml version="1.0"?><Error/>'])(
    'that is a page for people says that it is none of the API: %s',
    (body) => {
      const page = { code: undefined, status: '', message: '', details: [], isPage: true };
      expect(parse(body)).toEqual(page);
      expect(parse({ error: { message: body } })).toEqual(page);
    },
  );

  test.each([
    [{ detail: 'Method Not Allowed' }, 'Method Not Allowed', ''],
    [
      { detail: [{ loc: ['body'], msg: 'field required', type: 'value_error' }] },
      'field required',
      'value_error',
    ],
    [{ errors: [{ message: 'slow', code: 'throttled' }] }, 'slow', 'throttled'],
    [{ code: 500, msg: 'no channel' }, 'no channel', ''],
    [{ error: 'invalid_grant', error_description: 'token expired' }, 'token expired', ''],
    [
      { statusCode: 429, error: 'Too Many Requests', message: 'ThrottlerException' },
      'ThrottlerException',
      '',
    ],
    [{ error: { message: 'no money', type: 'billing_error' } }, 'no money', 'billing_error'],
    [{ error: { message: 'gone', code: 'insufficient_quota', type: 'x' } }, 'gone', 'insufficient_quota'],
    [{ error: { error: { message: 'deep' } } }, 'deep', ''],
    [{ error: '{"message":"inner"}', message: 'outer' }, 'inner', ''],
  ])('of another house is read: %j', (body, message, status) => {
    expect(parse(body)).toMatchObject({ message, status });
  });

  test('that says in itself when to come back keeps it among its details', () => {
    const body = { error: { message: 'slow', retry_after: 4, details: [{ reason: 'x' }] } };
    expect(readError(body).details).toEqual([{ reason: 'x' }, { retry_after: 4 }]);
  });

  test('without types in its details is understood, and so is one that is no list', () => {
    expect(readError({ error: { details: [{ retryDelay: '3s' }] } }).details).toEqual([{ retryDelay: '3s' }]);
    expect(readError({ error: { details: { retryDelay: '3s' } } }).details).toEqual([{ retryDelay: '3s' }]);
    expect(readError({ error: { code: 1, details: ['x', null, 5] } }).details).toEqual([]);
  });

  test('is bounded in all its parts, however large', () => {
    const huge = {
      error: {
        code: 400,
        message: 'billing '.repeat(30_000),
        status: 'X'.repeat(100_000),
        details: Array.from({ length: 9000 }, (_, index) => ({ index })),
      },
    };
    const read = parse(huge);
    expect(readError(huge).details.at(-1)).toEqual({ index: 49 });
    expect(read.message.length).toBeLessThanOrEqual(4096);
    expect(read.status.length).toBeLessThanOrEqual(64);
    expect(read.details.length).toBeLessThanOrEqual(50);
    expect(parse(`{"error":{"details":[${'{},'.repeat(80_000)}{}]}}`).details).toEqual([]);
    expect(readError([...Array<null>(49).fill(null), { error }])).toEqual(error);
    expect(readError([...Array<null>(50).fill(null), { error }])).not.toEqual(error);
    expect(parse('['.repeat(100_000)).message.length).toBeLessThanOrEqual(4096);
  });

  test('of a code that is no HTTP error has none', () => {
    for (const code of [200, 0, -1, 1e9, 4.5, null, 'x', '99999', {}])
      expect(readError({ error: { code } }).code).toBeUndefined();
  });

  test('of any bytes at all is read', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
          fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
        ),
        (bytes) => {
          const read = parseErrorBody(bytes);
          expect(typeof read.message).toBe('string');
          expect(read.message.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});
