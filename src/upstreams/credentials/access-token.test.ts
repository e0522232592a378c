import { expect, test } from 'vitest';
import { AccessToken, type IssuedToken, type IssueToken } from './access-token.ts';

const never = new AbortController().signal;
const minute = 60_000;

/** A token server that answers when it is told to, and a clock that stands. */
function scene() {
  const waiting: { resolve: (issued: IssuedToken) => void; reject: (error: Error) => void }[] = [];
  let nowMs = 1_000_000;
  const issue: IssueToken = () => new Promise((resolve, reject) => void waiting.push({ resolve, reject }));
  const token = new AccessToken(issue, { nowMs: () => nowMs });
  const tick = () => new Promise<void>((resolve) => void setImmediate(resolve));
  const give = async (name: string, lifetimeMs = 60 * minute) => {
    waiting.at(-1)?.resolve({ token: name, lifetimeMs });
    await tick();
  };
  return {
    token,
    give,
    asked: () => waiting.length,
    pass: (ms: number) => void (nowMs += ms),
    fail: async () => {
      waiting.at(-1)?.reject(new Error('no'));
      await tick();
    },
    /** With a token of an hour in hand. */
    begin: async () => {
      const first = token.get(never);
      await give('first');
      expect(await first).toBe('first');
    },
  };
}

test('many who wait are served by one renewal, and all by the same token after it', async () => {
  const { token, give, asked } = scene();
  const all = Array.from({ length: 20 }, () => token.get(never));
  await give('first');
  expect(new Set(await Promise.all(all))).toEqual(new Set(['first']));
  expect(await token.get(never)).toBe('first');
  expect(asked()).toBe(1);
});

test('five minutes before its end a token is renewed behind the backs of those who use it', async () => {
  const { token, begin, give, pass, asked } = scene();
  await begin();
  pass(55 * minute - 1000);
  expect([await token.get(never), asked()]).toEqual(['first', 1]);
  pass(1000);
  expect([await token.get(never), await token.get(never), asked()]).toEqual(['first', 'first', 2]);
  await give('second');
  expect(await token.get(never)).toBe('second');
});

test('a minute before its end the new one is waited for', async () => {
  const { token, begin, give, pass } = scene();
  await begin();
  pass(59 * minute);
  const waiting = token.get(never);
  await give('second');
  expect(await waiting).toBe('second');
});

test('a server that fails fails nobody while the old token is good, and is left alone for a while', async () => {
  const { token, begin, fail, pass, asked } = scene();
  await begin();
  pass(56 * minute);
  await token.get(never);
  await fail();
  expect([await token.get(never), asked()]).toEqual(['first', 2]);
  pass(10_000);
  expect([await token.get(never), asked()]).toEqual(['first', 3]);
  await fail();
  pass(3.5 * minute);
  const last = token.get(never);
  await fail();
  expect(await last).toBe('first');
  pass(minute);
  const none = expect(token.get(never)).rejects.toThrow('no');
  await fail();
  await none;
});

test('a token that was refused is not given again; one that has already been replaced is', async () => {
  const { token, begin, give } = scene();
  await begin();
  expect(token.drop('first')).toBe(true);
  const next = token.get(never);
  await give('second');
  expect(await next).toBe('second');
  expect(token.drop('first')).toBe(true);
  expect(await token.get(never)).toBe('second');
});

test('a token that lives for a minute is not renewed with every call', async () => {
  const { token, give, pass, asked } = scene();
  const first = token.get(never);
  await give('short', minute);
  await first;
  pass(29_000);
  expect([await token.get(never), asked()]).toEqual(['short', 1]);
  pass(1000);
  expect([await token.get(never), asked()]).toEqual(['short', 2]);
});

test('whoever leaves takes nothing from the others', async () => {
  const { token, give } = scene();
  const leaving = new AbortController();
  const left = token.get(leaving.signal);
  const stays = token.get(never);
  leaving.abort(new Error('gone'));
  await expect(left).rejects.toThrow('gone');
  await give('first');
  expect(await stays).toBe('first');
  await expect(token.get(leaving.signal)).rejects.toThrow('gone');
});

test('closing ends what is being fetched', async () => {
  let told: AbortSignal | undefined;
  const token = new AccessToken(
    (signal) =>
      new Promise((_, reject) => {
        told = signal;
        signal.addEventListener('abort', () => reject(new Error('closed')));
      }),
    { nowMs: () => 0 },
  );
  const waiting = token.get(never);
  token.close();
  await expect(waiting).rejects.toThrow('closed');
  expect(told?.aborted).toBe(true);
});
