import { expect, test } from 'vitest';
import { withoutKeys, withoutSecrets } from './without-secrets.ts';

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

test('what looks like a key is cut, wherever it stands', () => {
  const key = `sk-${'a1B'.repeat(16)}`;
  expect(withoutKeys(`{"adapted":["${key}"],"cause":"AIzaSyA1234567890 and ya29.a0AfH6SMB-x"}`)).toBe(
    '{"adapted":["sk-…"],"cause":"AIza… and ya29.…"}',
  );
  const harmless = '{"key":"key_0mwa1B2c3D4e5","model":"task-sk-x","order":"req_0mwwsk"}';
  expect(withoutKeys(harmless)).toBe(harmless);
});
