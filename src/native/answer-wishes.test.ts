import { expect, test } from 'vitest';
import { answerWishes } from './answer-wishes.ts';

const wishes = (query: string, timeout?: string, method = 'streamGenerateContent' as const) =>
  answerWishes(method, new URLSearchParams(query), timeout);

test('a stream of events is what was asked for as one, by either name, and by the method for it alone', () => {
  expect(wishes('alt=sse').isEventStream).toBe(true);
  expect(wishes('$alt=sse').isEventStream).toBe(true);
  expect(wishes('alt=json&$alt=sse').isEventStream).toBe(false);
  expect(wishes('').isEventStream).toBe(false);
  expect(answerWishes('generateContent', new URLSearchParams('alt=sse'), undefined).isEventStream).toBe(
    false,
  );
});

test('the longest wait is in seconds above 0; anything else is an error with its name', () => {
  expect(wishes('').maxWaitMs).toBeUndefined();
  expect(wishes('', '1.5').maxWaitMs).toBe(1500);
  for (const none of ['0', '-1', 'soon', 'Infinity', ''])
    expect(() => wishes('', none)).toThrow(
      expect.objectContaining({ code: 'invalid_value', param: 'x-server-timeout' }),
    );
});
