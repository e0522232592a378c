import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import { withinTime } from './within-time.ts';

const late = new Error('late');
const left = new Error('left');

test('whatever ends a wait, it leaves nothing on the signal', async () => {
  const never = new Promise<string>(() => undefined);
  const controller = new AbortController();
  const { signal } = controller;
  expect(await withinTime(Promise.resolve('done'), 60_000, signal, () => late)).toBe('done');
  await expect(withinTime(Promise.reject(left), 60_000, signal, () => late)).rejects.toBe(left);
  await expect(withinTime(never, 1, signal, () => late)).rejects.toBe(late);
  await new Promise(setImmediate);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  const waiting = withinTime(never, 60_000, signal, () => late);
  controller.abort(left);
  await expect(waiting).rejects.toBe(left);
  await expect(withinTime(never, 60_000, signal, () => late)).rejects.toBe(left);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('whatever ends a wait, no timer is left of it', async () => {
  vi.useFakeTimers();
  try {
    const controller = new AbortController();
    const { signal } = controller;
    await withinTime(Promise.resolve('done'), 60_000, signal, () => late);
    await vi.advanceTimersByTimeAsync(0);
    const waiting = withinTime(new Promise(() => undefined), 60_000, signal, () => late);
    controller.abort(left);
    await expect(waiting).rejects.toBe(left);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
