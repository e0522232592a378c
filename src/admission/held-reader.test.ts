import { describe, expect, test, vi } from 'vitest';
import { HeldReader } from './held-reader.ts';
import { MemoryLine } from './memory-line.ts';

const nothing = (): void => undefined;
const mebibyte = 1024 * 1024;

/** A line with a reader in it who expects some bytes, and others who want some. */
function reading(maxBytes: number, expectedBytes: number) {
  const line = new MemoryLine(maxBytes, nothing);
  const [older, holder, other] = [line.enter(), line.enter(), line.enter()];
  const source = { expectedBytes, resume: vi.fn(), giveUp: vi.fn() };
  const onEnd = vi.fn();
  const open = () => new HeldReader(line, holder, source, onEnd);
  return { line, older, other, source, onEnd, open };
}

describe('HeldReader counts exactly', () => {
  test('what came beyond what was expected counts to the byte, each byte once', () => {
    const { line, open } = reading(10, 10);
    const reader = open();
    expect([reader.add(11), line.heldBytes]).toEqual([true, 11 + mebibyte]);
    expect([reader.add(mebibyte), line.heldBytes]).toEqual([true, 11 + mebibyte]);
    reader.release();
    expect(line.heldBytes).toBe(0);
  });

  test('while it waits for more, what still comes counts, and it stands in the line once', () => {
    const { line, other, open } = reading(1000, 10);
    line.take(other, 900, nothing);
    line.move(other, 1);
    const reader = open();
    expect([reader.add(11), reader.add(3)]).toEqual([false, false]);
    expect([line.heldBytes, line.length]).toEqual([914, 1]);
    reader.release();
    expect([line.heldBytes, line.length]).toEqual([900, 0]);
  });

  test('once ended it counts nothing that still comes, and gives back once', () => {
    const { line, other, onEnd, open } = reading(100, 10);
    line.take(other, 20, nothing);
    const reader = open();
    reader.add(4);
    reader.doneReading();
    expect(line.heldBytes).toBe(24);
    reader.release();
    reader.release();
    reader.add(50);
    expect(line.heldBytes).toBe(20);
    expect(onEnd).toHaveBeenCalled();
  });

  test('one that ends before its turn leaves the line, and is never resumed', () => {
    const { line, other, source, open } = reading(100, 50);
    line.take(other, 90, nothing);
    line.move(other, 1);
    const reader = open();
    expect([reader.mayRead, line.length]).toEqual([false, 1]);
    reader.release();
    line.leave(other);
    expect([line.length, line.heldBytes]).toEqual([0, 0]);
    expect(source.resume).not.toHaveBeenCalled();
  });
});

/** Whether the oldest may pass the cap, as he may when nobody else is moving. */
function oldestPasses({ line, older }: ReturnType<typeof reading>): boolean {
  const taking = line.take(older, 200, nothing);
  line.cancel(taking);
  return taking.isGranted;
}

describe('HeldReader is taken for one that moves', () => {
  test('while it reads: nobody passes the cap', () => {
    const own = reading(100, 90);
    own.open();
    expect(oldestPasses(own)).toBe(false);
  });

  test('no more when it has ended', () => {
    const own = reading(100, 90);
    own.open().doneReading();
    expect(oldestPasses(own)).toBe(true);
  });

  test('no more when it waits for memory, whatever is still on its way', () => {
    const { line, older, other, open } = reading(1000, 10);
    line.take(other, 900, nothing);
    line.move(other, 1);
    const reader = open();
    reader.add(15);
    reader.add(1);
    line.take(older, 200, nothing);
    expect(line.heldBytes).toBe(916);
    line.move(other, -1);
    expect(line.heldBytes).toBe(1116);
  });

  test('no more after a second of silence, and again with the next byte', () => {
    const own = reading(100, 90);
    const reader = own.open();
    reader.noteSilence(1000, 10_000);
    expect(oldestPasses(own)).toBe(false);
    reader.noteSilence(1000, 10_000);
    reader.add(1);
    expect(oldestPasses(own)).toBe(false);
    reader.noteSilence(1000, 10_000);
    reader.noteSilence(1000, 10_000);
    expect(oldestPasses(own)).toBe(true);
  });
});

describe('HeldReader gives its source up', () => {
  test('after a silence of more than the limit, once', () => {
    const { source, open } = reading(100, 90);
    const reader = open();
    for (let second = 1; second <= 10; second++) reader.noteSilence(1000, 10_000);
    expect(source.giveUp).not.toHaveBeenCalled();
    for (let second = 11; second <= 30; second++) reader.noteSilence(1000, 10_000);
    expect(source.giveUp).toHaveBeenCalledTimes(1);
  });

  test('never while it waits for memory, nor for silences between which something came', () => {
    const { line, other, source, open } = reading(100, 90);
    line.take(other, 90, nothing);
    line.move(other, 1);
    const reader = open();
    for (let second = 1; second <= 30; second++) reader.noteSilence(1000, 10_000);
    line.leave(other);
    expect(source.resume).toHaveBeenCalledTimes(1);
    for (let second = 1; second <= 30; second++) {
      reader.noteSilence(1000, 10_000);
      if (second % 10 === 0) reader.add(1);
    }
    expect(source.giveUp).not.toHaveBeenCalled();
  });
});
