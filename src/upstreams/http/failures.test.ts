import { describe, expect, test } from 'vitest';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { cutOffEvidence, failureEvidence } from './failures.ts';
import { TransportError } from '../client/transport-error.ts';

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
  ])('%s of the transport is %s, the upstream’s fault', (code, expected) => {
    const thrown = broken(code);
    expect(failureEvidence(thrown, 'unanswered')).toMatchObject({
      verdict: 'failed',
      phase: 'unanswered',
      fault: 'upstream',
      error: { code: expected, cause: thrown.cause },
    });
  });

  test('several addresses that all refuse are as one', () => {
    const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    expect(failureEvidence(new TransportError(new AggregateError([refused])), 'unsent')).toMatchObject({
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
  ])('whatever else is thrown (%s) is a fault of ours, with its cause', (thrown) => {
    const { error, fault } = failureEvidence(thrown, 'broken_off');
    expect([error?.code, fault]).toEqual(['internal_error', 'ours']);
    expect(error?.cause).toBe(thrown instanceof TransportError ? thrown.cause : thrown);
  });

  test('an answer that was judged while it was read keeps its judgement', () => {
    const tooLarge = new PlantainError('upstream_answer_too_large', 'too large');
    expect(failureEvidence(tooLarge, 'broken_off')).toMatchObject({ error: tooLarge, fault: 'ours' });
    const unreadable = new PlantainError('upstream_error', 'unreadable');
    expect(failureEvidence(unreadable, 'answered')).toMatchObject({ error: unreadable, fault: 'upstream' });
  });

  test.each([
    ['client_closed', 'caller'],
    ['upstream_timeout', 'upstream'],
    ['server_stopping', 'ours'],
  ] as const)('a call cut off for %s is the fault of the %s', (code, fault) => {
    const reason = new PlantainError(code, code);
    expect(cutOffEvidence(reason, 'unanswered')).toEqual({
      verdict: 'failed',
      phase: 'unanswered',
      fault,
      error: reason,
    });
  });
});
