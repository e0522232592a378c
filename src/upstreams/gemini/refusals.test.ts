import { describe, expect, test } from 'vitest';
import { isRefusal, refusalError } from './refusals.ts';

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

  test.each(['constructor', '__proto__', 'toString'])('the reason %s is a word like any other', (reason) => {
    expect(isRefusal(reason)).toBe(false);
    expect(refusalError('prompt', reason, undefined).message).toContain(`was refused (${reason}).`);
  });

  test('neither the reason nor the words of the upstream bring more than words', () => {
    const { message } = refusalError(
      'prompt',
      `OTHER\u001b[31m${'X '.repeat(1_000_000)}`,
      `\u0007red \r\nX-Evil: 1 ${'iVBORw0KGgo'.repeat(100)} ask bob@example.com`,
    );
    expect(message).toMatch(/^[\x20-\x7e…]+$/);
    expect(message.length).toBeLessThan(400);
    expect(message).toContain('red X-Evil: 1 [data] ask [redacted].');
  });

  test('an unknown reason is passed on without an invented explanation', () => {
    expect(refusalError('prompt', 'NEW_REASON', '').message).toBe(
      "Your request was rejected by the upstream's safety system: the prompt was refused (NEW_REASON). Rephrase the prompt and try again.",
    );
  });
});
