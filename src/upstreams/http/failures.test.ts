import { describe, expect, test } from 'vitest';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { failureToOutcome } from './failures.ts';
import { TransportError } from './post-upstream.ts';

const broken = (code?: string) =>
  new TransportError(Object.assign(new Error('it broke'), code !== undefined && { code }));

describe('what a broken call means', () => {
  test.each([
    ['ECONNREFUSED', 'upstream_unavailable'],
    ['ENOTFOUND', 'upstream_unavailable'],
    ['EAI_AGAIN', 'upstream_unavailable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'upstream_unavailable'],
    ['ETIMEDOUT', 'upstream_unavailable'],
    ['UND_ERR_HEADERS_TIMEOUT', 'upstream_timeout'],
    ['UND_ERR_BODY_TIMEOUT', 'upstream_timeout'],
    ['ECONNRESET', 'upstream_error'],
    ['UND_ERR_SOCKET', 'upstream_error'],
    ['HPE_INVALID_CONSTANT', 'upstream_error'],
    ['CERT_HAS_EXPIRED', 'upstream_error'],
    [undefined, 'upstream_error'],
  ])('%s of the transport is %s, worth another try', (code, expected) => {
    const thrown = broken(code);
    expect(failureToOutcome(thrown)).toMatchObject({
      error: { code: expected, cause: thrown.cause },
      retry: true,
    });
  });

  test('several addresses that all refuse are as one', () => {
    const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    expect(failureToOutcome(new TransportError(new AggregateError([refused])))).toMatchObject({
      error: { code: 'upstream_unavailable' },
    });
  });

  test.each([
    new TypeError('x is undefined'),
    new RangeError('Maximum call stack size exceeded'),
    new SyntaxError('Invalid regular expression'),
    Object.assign(new Error('no'), { code: 'ECONNRESET' }),
    'a text',
    broken('UND_ERR_INVALID_ARG'),
  ])('whatever else is thrown (%s) is a fault of ours, with its cause, and no second try helps', (thrown) => {
    const { error, retry } = failureToOutcome(thrown);
    expect([error.code, retry]).toEqual(['internal_error', false]);
    expect(error.cause).toBe(thrown instanceof TransportError ? thrown.cause : thrown);
  });

  test('an answer that was judged while it was read keeps its judgement', () => {
    const tooLarge = new PlantainError('upstream_answer_too_large', 'too large');
    expect(failureToOutcome(tooLarge)).toMatchObject({ error: tooLarge, retry: false });
    const unreadable = new PlantainError('upstream_error', 'unreadable');
    expect(failureToOutcome(unreadable)).toMatchObject({ error: unreadable, retry: true });
  });
});
