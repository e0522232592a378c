import { expect, test } from 'vitest';
import { allOrAbort } from './all-or-abort.ts';

const never = new AbortController().signal;

test('results come in the order of their inputs', async () => {
  expect(await allOrAbort(never, [3, 1, 2], async (input) => input * 2)).toEqual([6, 2, 4]);
});

test('the first failure ends the others, and is thrown only when all are over', async () => {
  const over: string[] = [];
  const work = allOrAbort(never, ['fails', 'waits', 'waits longer'], async (name, signal) => {
    if (name === 'fails') throw new RangeError('first');
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => setTimeout(resolve, 10), { once: true });
    });
    over.push(name);
    throw signal.reason;
  });
  await expect(work).rejects.toThrow(new RangeError('first'));
  expect(over).toEqual(['waits', 'waits longer']);
});

test('an abort from outside reaches every task', async () => {
  const leaving = new AbortController();
  const work = allOrAbort(leaving.signal, [1, 2], async (_input, signal) => {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve, { once: true });
    });
    throw signal.reason;
  });
  leaving.abort(new Error('the caller left'));
  await expect(work).rejects.toThrow('the caller left');
});
