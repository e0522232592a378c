import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { Memory } from './memory.ts';

const never = new AbortController().signal;
const source = (expectedBytes: number) => ({ expectedBytes, resume: vi.fn(), giveUp: vi.fn() });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('Memory', () => {
  test('a reader holds what it expects from the start, and gives back what did not come', () => {
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    const order = memory.open();
    const reader = order.openReader(source(80));
    expect(memory.heldBytes).toBe(80);
    expect(reader.add(30)).toBe(true);
    reader.doneReading();
    expect(memory.heldBytes).toBe(30);
    order.close();
    expect(memory.heldBytes).toBe(0);
  });

  test('a reader that gets more than it expected reserves more, and pauses while there is none', () => {
    const mebibyte = 1024 * 1024;
    const memory = new Memory({ maxBytes: 2 * mebibyte, stalledMs: 10_000 });
    const [first, second] = [memory.open(), memory.open()];
    const busy = first.openReader(source(mebibyte));
    const growing = source(10);
    const reader = second.openReader(growing);
    expect(reader.add(10)).toBe(true);
    expect(reader.add(5)).toBe(false);
    expect(memory.heldBytes).toBe(mebibyte + 15);
    busy.release();
    expect(growing.resume).toHaveBeenCalledTimes(1);
    expect(reader.mayRead).toBe(true);
    expect(memory.heldBytes).toBe(mebibyte + 15);
  });

  test('a reader past the cap begins paused and is resumed when others are done', () => {
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    const [first, second] = [memory.open(), memory.open()];
    first.openReader(source(90));
    const late = source(90);
    expect(second.openReader(late).mayRead).toBe(false);
    expect(second.isWanted).toBe(true);
    first.close();
    expect(late.resume).toHaveBeenCalledTimes(1);
    expect(second.isWanted).toBe(false);
  });

  test('an order that sends still holds its answer, and nobody passes the cap meanwhile', () => {
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    const [first, second] = [memory.open(), memory.open()];
    first.openReader(source(90)).doneReading();
    first.count(90);
    first.startSending();
    const late = source(90);
    second.openReader(late);
    expect(memory.heldBytes).toBe(90);
    first.close();
    expect(late.resume).toHaveBeenCalledTimes(1);
  });

  test('a source that is silent while others wait is given up; one that moves, or that waits itself, is not', () => {
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    const [silent, lively, waiting] = [source(40), source(40), source(40)];
    memory.open().openReader(silent);
    const moving = memory.open().openReader(lively);
    vi.advanceTimersByTime(60_000);
    expect(silent.giveUp).not.toHaveBeenCalled();
    memory.open().openReader(waiting);
    for (let second = 0; second < 12; second++) {
      vi.advanceTimersByTime(1000);
      moving.add(1);
    }
    expect(silent.giveUp).toHaveBeenCalledTimes(1);
    expect(lively.giveUp).not.toHaveBeenCalled();
    expect(waiting.giveUp).not.toHaveBeenCalled();
  });

  test('a source that is silent for a second no longer keeps the oldest in the line from going on', () => {
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    const [silent, waiting, next] = [source(80), source(80), source(80)];
    const stalled = memory.open().openReader(silent);
    memory.open().openReader(waiting);
    memory.open().openReader(next);
    vi.advanceTimersByTime(1000);
    expect(waiting.resume).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(waiting.resume).toHaveBeenCalledTimes(1);
    // Past the cap by one order, and no more.
    expect(next.resume).not.toHaveBeenCalled();
    expect(memory.heldBytes).toBe(160);
    expect(silent.giveUp).not.toHaveBeenCalled();
    expect(stalled.add(10)).toBe(true);
  });

  test('reserved bytes come back when they are given back, or when the order ends, and only once', async () => {
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    const order = memory.open();
    const giveBack = await order.reserve(70, never);
    const other = await order.reserve(20, never);
    expect(memory.heldBytes).toBe(90);
    giveBack();
    giveBack();
    expect(memory.heldBytes).toBe(20);
    order.close();
    other();
    expect(memory.heldBytes).toBe(0);
    expect(memory.peakBytes).toBe(90);
  });

  test('waiting for memory ends with the signal, or with 429 after its time', async () => {
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    await memory.open().reserve(100, never);
    const leaving = new AbortController();
    const left = memory.open().reserve(10, leaving.signal);
    const refused = memory.open().reserve(10, never, 5000);
    leaving.abort(new PlantainError('client_closed', 'gone'));
    await expect(left).rejects.toMatchObject({ code: 'client_closed' });
    vi.advanceTimersByTime(5000);
    await expect(refused).rejects.toMatchObject({ code: 'too_many_orders', retryAfterSeconds: 5 });
    expect(memory.heldBytes).toBe(100);
    expect(memory.open().isWanted).toBe(false);
  });

  test('who waits without a bound waits as long as it takes; nothing of the wait is left behind', async () => {
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    const giveBack = await memory.open().reserve(100, never);
    const order = new AbortController();
    const listeners = () => getEventListeners(order.signal, 'abort').length;
    const patient = memory.open().reserve(10, order.signal);
    const bounded = memory.open().reserve(10, order.signal, 5000);
    const leaving = memory.open().reserve(10, order.signal, 60 * 60_000);
    vi.advanceTimersByTime(5000);
    await expect(bounded).rejects.toMatchObject({ code: 'too_many_orders' });
    expect(listeners()).toBe(2);
    vi.advanceTimersByTime(30 * 60_000);
    giveBack();
    await Promise.all([patient, leaving]);
    await memory.open().reserve(10, order.signal, 5000);
    expect([listeners(), vi.getTimerCount()]).toEqual([0, 0]);
    expect(memory.heldBytes).toBe(30);
  });

  test('a wait that ends with the signal leaves nothing behind', async () => {
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    await memory.open().reserve(100, never);
    const order = new AbortController();
    const left = memory.open().reserve(10, order.signal, 5000);
    order.abort(new PlantainError('client_closed', 'gone'));
    await expect(left).rejects.toMatchObject({ code: 'client_closed' });
    expect([getEventListeners(order.signal, 'abort').length, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test('sources are watched while somebody waits, by a timer that keeps no process alive', async () => {
    const timers = vi.spyOn(globalThis, 'setInterval');
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    const order = memory.open();
    order.openReader(source(90));
    for (let round = 1; round <= 2; round++) {
      expect(vi.getTimerCount()).toBe(0);
      const [first, second] = [memory.open(), memory.open()];
      first.openReader(source(90));
      second.openReader(source(90));
      expect(vi.getTimerCount()).toBe(1);
      const timer = timers.mock.results.at(-1)?.value as NodeJS.Timeout | undefined;
      expect(timer?.hasRef()).toBe(false);
      first.close();
      second.close();
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  test('pixel work that is done no longer keeps the oldest in the line from going on', async () => {
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    const order = memory.open();
    const giveBack = await order.reserve(90, never);
    const waiting = source(20);
    memory.open().openReader(waiting);
    order.count(5);
    expect(waiting.resume).not.toHaveBeenCalled();
    order.count(85);
    giveBack();
    expect(waiting.resume).toHaveBeenCalledTimes(1);
  });

  test('the source of an order that has ended is not given up', () => {
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    const silent = source(90);
    const order = memory.open();
    order.openReader(silent);
    order.close();
    memory.open().openReader(source(90));
    memory.open().openReader(source(90));
    vi.advanceTimersByTime(60_000);
    expect(silent.giveUp).not.toHaveBeenCalled();
    expect(order.openReader(source(10)).add(20)).toBe(true);
  });

  test('what has been read is not held on to while its order goes on', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const memory = new Memory({ maxBytes: 100, stalledMs: 10_000 });
    const order = memory.open();
    const read = (): WeakRef<object> => {
      const body = source(10);
      order.openReader(body).doneReading();
      return new WeakRef(body);
    };
    const body = read();
    vi.useRealTimers();
    return new Promise<void>((resolve) => setTimeout(resolve)).then(() => {
      collectGarbage();
      expect(body.deref()).toBeUndefined();
      expect(order.isWanted).toBe(false);
    });
  });
});
