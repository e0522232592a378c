import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal, refusalError, sentence } from './refusals.ts';

/** Any UTF-16 at all, lone surrogates too. */
const anyText = (maxLength: number) =>
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff })), { maxLength })
    .map((units) => String.fromCharCode(...units));

describe('refusals', () => {
  test.each([
    'SAFETY',
    'IMAGE_SAFETY',
    'PROHIBITED_CONTENT',
    'IMAGE_PROHIBITED_CONTENT',
    'RECITATION',
    'IMAGE_RECITATION',
    'BLOCKLIST',
    'SPII',
    'LANGUAGE',
  ])('%s is a refusal, and its error says so', (reason) => {
    expect(isRefusal(reason)).toBe(true);
    const error = refusalError('picture', reason, undefined);
    expect(error.entry).toMatchObject({ status: 400, code: 'moderation_blocked', retryable: false });
    expect(error.message).toContain(`(${reason})`);
    expect(error.message).toMatch(/ because .+\(.+\)\. Rephrase the prompt and try again\.$/);
  });

  test.each(['STOP', 'NO_IMAGE', 'IMAGE_OTHER', 'MAX_TOKENS', 'OTHER', undefined])('%s is none', (reason) => {
    expect(isRefusal(reason)).toBe(false);
  });

  test('the advice is given once: the upstream’s own wins', () => {
    const { message } = refusalError(
      'picture',
      'IMAGE_SAFETY',
      'Unable to show it. Try rephrasing the prompt',
    );
    expect(message.match(/rephras/gi)).toHaveLength(1);
    expect(message.endsWith('Try rephrasing the prompt.')).toBe(true);
  });

  test('an unknown reason is passed on without an invented explanation', () => {
    expect(refusalError('prompt', 'NEW_REASON', '').message).toBe(
      "Your request was rejected by the upstream's safety system: the prompt was refused (NEW_REASON). Rephrase the prompt and try again.",
    );
  });
});

describe('sentence', () => {
  test.each([
    ['no full stop', 'no full stop.'],
    [' a\n  b\tc ', 'a b c.'],
    ['ends well!', 'ends well!'],
    ['really?', 'really?'],
  ])('%j becomes %j', (text, expected) => {
    expect(sentence(text)).toBe(expected);
  });

  test('is one bounded line that ends, whatever it is made of', () => {
    fc.assert(
      fc.property(anyText(500), fc.integer({ min: 2, max: 300 }), (text, max) => {
        const made = sentence(text, max);
        expect(made.length).toBeLessThanOrEqual(max + 1);
        expect(made).toMatch(/[.!?…]$/);
        expect(made).not.toMatch(/[\r\n\t]/);
      }),
    );
  });
});
