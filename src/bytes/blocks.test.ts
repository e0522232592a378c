import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { blockBytes, giveBackMemory, takeBytes } from './blocks.ts';

const memoryOf = ({ buffer }: Buffer): ArrayBuffer => buffer as ArrayBuffer;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  // Two rests: one that sees what is there, and one that gives it back.
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
});

test('a block that was given back is the next one, and nobody sees it any more who had it', () => {
  const block = takeBytes(1_000_000);
  const view = block.subarray(5, 10);
  block.fill('a');
  giveBackMemory(memoryOf(block));
  expect([block.length, view.length]).toEqual([0, 0]);
  const next = takeBytes(blockBytes);
  expect([next.length, next.toString('latin1', 0, 3)]).toEqual([blockBytes, 'aaa']);
  expect(takeBytes(blockBytes).toString('latin1', 0, 3)).not.toBe('aaa');
});

test('other memory is freed', () => {
  const small = takeBytes(blockBytes - 1);
  expect(small.length).toBe(blockBytes - 1);
  const transfer = vi.spyOn(ArrayBuffer.prototype, 'transfer');
  giveBackMemory(memoryOf(small));
  expect(transfer.mock.calls).toEqual([[0]]);
  transfer.mockRestore();
  expect(small.length).toBe(0);
});

/** How many of these many blocks, once given back, come again. */
function kept(count: number, between: () => void = () => undefined): number {
  const blocks = Array.from({ length: count }, () => takeBytes(blockBytes).fill('c'));
  for (const block of blocks) giveBackMemory(memoryOf(block));
  between();
  const again = Array.from({ length: count }, () => takeBytes(blockBytes));
  return again.filter((block) => block[0] === 0x63 && block[blockBytes - 1] === 0x63).length;
}

test('96 MB are kept of a burst, and a rest of two seconds gives them back to the system', () => {
  const memory = vi.spyOn(ArrayBuffer.prototype, 'transfer');
  const freed = (): number => memory.mock.calls.filter(([length]) => length === 0).length;
  expect(kept(400)).toBeGreaterThanOrEqual(384);
  expect(freed()).toBe(16);
  memory.mockClear();
  kept(10, () => {
    vi.advanceTimersByTime(900);
    expect(freed()).toBe(0);
    vi.advanceTimersByTime(2000);
    expect(freed()).toBe(10);
  });
  memory.mockRestore();
});

test('what is left of a burst is given back also while fewer blocks go round', () => {
  const give = (blocks: readonly Buffer[]): void => {
    for (const block of blocks) giveBackMemory(memoryOf(block));
  };
  give(Array.from({ length: 50 }, () => takeBytes(blockBytes)));
  const memory = vi.spyOn(ArrayBuffer.prototype, 'transfer');
  for (let second = 0; second < 5; second++) {
    give(Array.from({ length: 3 }, () => takeBytes(blockBytes)));
    vi.advanceTimersByTime(1000);
  }
  expect(memory.mock.calls.filter(([length]) => length === 0)).toHaveLength(47);
  memory.mockRestore();
});
