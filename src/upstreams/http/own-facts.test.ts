import { describe, expect, test } from 'vitest';
import { failedCall } from '../../../test/support/plain-call.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { loggedWithoutOwn, type OwnFacts, toldWithoutOwn, withoutOwn } from './own-facts.ts';

const own: OwnFacts = {
  secrets: ['secret-key-1', undefined, 'Bearer  token-abcdef', 'short', 'sixsix'],
  address: 'https://images.internal:8443/v1',
};

describe('what a caller is told', () => {
  test.each([
    ['secret-key-1 twice: secret-key-1!', '[redacted] twice: [redacted]!'],
    ['it was token-abcdef!', 'it was [redacted]!'],
    ['bearer Bearer token-abcdef!', 'bearer Bearer [redacted]!'],
    ['asked images.internal:8443 and images.internal!', 'asked [redacted] and [redacted]!'],
    ['sixsix is hidden, short and sixsi are words!', '[redacted] is hidden, short and sixsi are words!'],
    ['nothing of it', 'nothing of it'],
  ])('%s: %s', (text, told) => {
    expect(toldWithoutOwn(text, own)).toBe(told);
  });

  test.each([
    ['bad key secret-key-', 'bad key [redacted]'],
    ['bad key secret-key-…', 'bad key [redacted]…'],
    ['bad key secret-key.', 'bad key [redacted].'],
    ['bad key secret', 'bad key [redacted]'],
    ['bad key secre', 'bad key secre'],
    ['see images', 'see [redacted]'],
    ['secret-key stands in the middle', 'secret-key stands in the middle'],
  ])('where a text was cut, so is the beginning of a secret: %s: %s', (text, told) => {
    expect(toldWithoutOwn(text, own)).toBe(told);
  });
});

test('the log may say where it was asked, and no more', () => {
  expect(loggedWithoutOwn('images.internal:8443 refused secret-key-1', own)).toBe(
    'images.internal:8443 refused [redacted]',
  );
});

describe('evidence', () => {
  test('is clean in all that is words, and says the rest as it was', () => {
    const cause = 'images.internal:8443 said secret-key-1!';
    const error = new PlantainError('upstream_rejected', 'no secret-key-1 at images.internal!', {
      cause,
      param: 'token-abcdef!',
      retryAfterSeconds: 7,
      headers: { 'x-should-retry': 'false' },
    });
    const call = { ...failedCall('upstream_error'), error };
    const clean = withoutOwn(call, own);
    expect({ ...clean, error: undefined }).toEqual({ ...call, error: undefined });
    expect(clean.error).toMatchObject({
      code: 'upstream_rejected',
      message: 'no [redacted] at [redacted]!',
      cause: 'images.internal:8443 said [redacted]!',
      param: '[redacted]!',
      retryAfterSeconds: 7,
      headers: { 'x-should-retry': 'false' },
    });
  });

  test('keeps an error that caused it, and gets nothing that was not there', () => {
    const cause = new Error('reset');
    const { error } = withoutOwn({ error: new PlantainError('upstream_error', 'x', { cause }) }, own);
    expect(error?.cause).toBe(cause);
    expect([error?.param, error?.retryAfterSeconds, error?.headers]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('of a call that did not fail is what it was', () => {
    const evidence = { error: undefined };
    expect(withoutOwn(evidence, own)).toBe(evidence);
  });
});
