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
});
