import { describe, expect, test } from 'vitest';
import { causeOf, noError, parseErrorBody, type ServerError, wordsOf } from './error-body.ts';

const read = (body: unknown): ServerError =>
  parseErrorBody(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
const nested = (depth: number): unknown => (depth === 0 ? 'deep' : { error: nested(depth - 1) });

describe('an error', () => {
  test.each<[unknown, Partial<ServerError>]>([
    [
      { error: { message: 'Bad size.', type: 'invalid_request_error', code: 'bad_size', param: 'size' } },
      { message: 'Bad size.', words: ['invalid_request_error', 'bad_size'], param: 'size' },
    ],
    [{ error: 'It broke.' }, { message: 'It broke.' }],
    [{ error: 'Bad Request', message: 'No such size.' }, { message: 'No such size.' }],
    [{ error: 'Bad Request', message: '' }, { message: 'Bad Request' }],
    [{ error: { message: 'inner' }, message: 'outer' }, { message: 'inner' }],
    [{ error: 'invalid_grant', error_description: 'Expired.' }, { message: 'Expired.' }],
    [{ detail: 'Not found' }, { message: 'Not found' }],
    [
      { detail: [{ loc: ['body', 'size'], msg: 'field required', type: 'missing' }, { msg: 'second' }] },
      { message: 'field required', param: 'size', words: ['missing'] },
    ],
    [
      { message: 'alone', code: 'c' },
      { message: 'alone', words: ['c'] },
    ],
    [[null, '', { message: 'first' }, { message: 'second' }], { message: 'first' }],
    [{ error: { code: 400, status: 'INVALID' } }, { message: '', words: ['INVALID'] }],
    [{ error: { code: '429', message: 'x' } }, { message: 'x', words: [] }],
    [
      { error: { code: 'outer', innererror: { code: 'inner', message: 'why' } } },
      { message: 'why', words: ['outer', 'inner'] },
    ],
    [
      { error: { message: 'said', inner_error: { code: 'a' }, details: [{ code: 'b', message: 'more' }] } },
      { message: 'said', words: ['a', 'b'] },
    ],
    [
      { error: { message: 'no', moderation_details: { moderation_stage: 'output' } } },
      { message: 'no', stage: 'output' },
    ],
    [{ error: { message: 'no', moderation_details: { moderation_stage: 5 } } }, { stage: undefined }],
    [{ error: { message: 'x', param: 7 } }, { param: undefined }],
    ['just words', { message: 'just words' }],
    ['"a text"', { message: 'a text' }],
    ['  <html>oops</html>', { isPage: true, message: '' }],
    [{ error: '<!doctype html>' }, { isPage: true, message: '' }],
  ])('is read out of %j', (body, told) => {
    expect(read(body)).toMatchObject(told);
  });

  test.each(['', '{}', '[]', 'null', '5', '{"error":null}', '{"error":{}}', '""'])(
    '%j tells nothing',
    (body) => {
      expect(read(body)).toEqual(noError);
    },
  );

  test('is looked for so deep and so far, and no further', () => {
    expect(read(nested(6)).message).toBe('deep');
    expect(read(nested(7))).toEqual(noError);
    const behind = (count: number) => [...Array.from({ length: count }, () => null), { message: 'found' }];
    expect(read(behind(19)).message).toBe('found');
    expect(read(behind(20))).toEqual(noError);
  });

  test('has words of bounded length', () => {
    const long = 'x'.repeat(500);
    const { words, param, stage } = read({
      error: { type: long, param: long, moderation_details: { moderation_stage: long } },
    });
    expect([words[0]?.length, param?.length, stage?.length]).toEqual([64, 64, 16]);
  });
});

test('a caller reads a sentence without paths of the server’s disk; the log has the kinds before it, bounded', () => {
  const error = read({
    error: { type: 'server_error', message: 'no file at /opt/models/sd/x.bin or C:\\models\\a' },
  });
  expect(wordsOf(error)).toBe('no file at [path] or C:[path].');
  expect(causeOf(error)).toBe('server_error no file at /opt/models/sd/x.bin or C:\\models\\a');
  expect(causeOf(noError)).toBeUndefined();
  expect(causeOf({ ...noError, message: 'y '.repeat(2000) })?.length).toBe(1000);
});
