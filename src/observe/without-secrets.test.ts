import { expect, test } from 'vitest';
import { withoutSecrets } from './without-secrets.ts';

test('prompts and keys never reach the log, at the top or one level below', () => {
  expect(
    withoutSecrets({
      prompt: 'a fox',
      order: 'req_1',
      headers: { authorization: 'Bearer sk-x', 'x-goog-api-key': 'AIza', accept: '*/*' },
    }),
  ).toEqual({
    prompt: '[redacted]',
    order: 'req_1',
    headers: { authorization: '[redacted]', 'x-goog-api-key': '[redacted]', accept: '*/*' },
  });
});
