import { expect, test } from 'vitest';
import { memoizePromise } from './memoize-promise.ts';

test('the work is done once, also for callers at the same moment', async () => {
  let runs = 0;
  const load = memoizePromise(async () => ++runs);
  expect(await Promise.all([load(), load()])).toEqual([1, 1]);
  expect(await load()).toBe(1);
});

test('a failure is told to those who waited for it, and the next call tries again', async () => {
  let runs = 0;
  const load = memoizePromise(async () => {
    if (++runs < 3) throw new Error(`try ${runs}`);
    return runs;
  });
  const first = await Promise.allSettled([load(), load()]);
  expect(first.map((answer) => answer.status === 'rejected' && String(answer.reason))).toEqual([
    'Error: try 1',
    'Error: try 1',
  ]);
  await expect(load()).rejects.toThrow('try 2');
  expect(await load()).toBe(3);
  expect(await load()).toBe(3);
});

test('work that throws before it promises anything is tried again too', async () => {
  let runs = 0;
  const load = memoizePromise((): Promise<number> => {
    if (++runs === 1) throw new Error('at once');
    return Promise.resolve(runs);
  });
  await expect(load()).rejects.toThrow('at once');
  expect(await load()).toBe(2);
});
