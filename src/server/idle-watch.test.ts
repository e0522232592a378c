import { afterEach, beforeEach, expect, type Mock, test, vi } from 'vitest';
import { IdleWatch, type WatchedUpload } from './idle-watch.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const limitMs = 1000;
const lookMs = 250;
const progressBytes = 64 * 1024;

interface TestUpload extends WatchedUpload {
  receivedBytes: number;
  statedBytes: number | undefined;
  readonly isPaused: Mock<() => boolean>;
  readonly giveUp: Mock<() => void>;
}

function upload(statedBytes: number | undefined = 100 * progressBytes): TestUpload {
  return { receivedBytes: 0, statedBytes, isPaused: vi.fn(() => false), giveUp: vi.fn() };
}

function watched(...uploads: WatchedUpload[]): IdleWatch {
  const watch = new IdleWatch(limitMs);
  for (const one of uploads) watch.add(one);
  return watch;
}

test('an upload that makes no progress is given up when the whole time has passed, by a look or two', () => {
  const silent = upload();
  watched(silent);
  vi.advanceTimersByTime(limitMs + lookMs - 1);
  expect(silent.giveUp).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(silent.giveUp).toHaveBeenCalled();
});

test('64 KiB in the whole time are progress, one byte less is none', () => {
  const [slow, slower] = [upload(), upload()];
  watched(slow, slower);
  for (let round = 1; round <= 10; round++) {
    slow.receivedBytes += progressBytes;
    slower.receivedBytes = progressBytes - 1;
    vi.advanceTimersByTime(limitMs);
  }
  expect(slow.giveUp).not.toHaveBeenCalled();
  expect(slower.giveUp).toHaveBeenCalled();
});

test('also where the client did not say how much is to come', () => {
  const trickling = upload(undefined);
  trickling.statedBytes = undefined;
  const moving = upload(undefined);
  watched(trickling, moving);
  for (let round = 1; round <= 10; round++) {
    trickling.receivedBytes += 1;
    moving.receivedBytes += progressBytes;
    vi.advanceTimersByTime(limitMs);
  }
  expect(trickling.giveUp).toHaveBeenCalled();
  expect(moving.giveUp).not.toHaveBeenCalled();
});

test('at its end what is missing is progress, and nothing is none', () => {
  const [last, nothingMore] = [upload(10), upload(0)];
  watched(last, nothingMore);
  vi.advanceTimersByTime(limitMs);
  last.receivedBytes = 10;
  vi.advanceTimersByTime(lookMs);
  expect(last.giveUp).not.toHaveBeenCalled();
  expect(nothingMore.giveUp).toHaveBeenCalled();
});

test('one that waits for us is not given up, and has the whole time when it goes on', () => {
  const waiting = upload();
  watched(waiting);
  vi.advanceTimersByTime(limitMs);
  waiting.isPaused.mockReturnValue(true);
  vi.advanceTimersByTime(10 * limitMs);
  waiting.isPaused.mockReturnValue(false);
  vi.advanceTimersByTime(limitMs);
  expect(waiting.giveUp).not.toHaveBeenCalled();
  vi.advanceTimersByTime(lookMs);
  expect(waiting.giveUp).toHaveBeenCalled();
});

test('there is one timer for all of them, which keeps no process alive, and soon none when they are gone', () => {
  const timers = vi.spyOn(globalThis, 'setInterval');
  const [first, second] = [upload(), upload()];
  const watch = watched(first, second);
  expect(vi.getTimerCount()).toBe(1);
  expect((timers.mock.results[0]?.value as NodeJS.Timeout | undefined)?.hasRef()).toBe(false);
  watch.remove(first);
  vi.advanceTimersByTime(2 * limitMs);
  expect(first.giveUp).not.toHaveBeenCalled();
  expect(second.giveUp).toHaveBeenCalled();
  watch.remove(second);
  vi.advanceTimersByTime(lookMs);
  expect(vi.getTimerCount()).toBe(0);
  const third = upload();
  watch.add(third);
  vi.advanceTimersByTime(limitMs + lookMs);
  expect(third.giveUp).toHaveBeenCalled();
});
