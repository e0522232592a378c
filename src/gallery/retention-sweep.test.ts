import { expect, test, vi } from 'vitest';
import type { BlobInfo, BlobStore } from './blob-store.ts';
import { RetentionSweep, type SweepOutcome } from './retention-sweep.ts';

const never = new AbortController().signal;

function storeOf(
  ages: Map<string, number>,
  nowMs: number,
  remove: (name: string) => Promise<boolean>,
): BlobStore {
  return {
    put: () => Promise.reject(new Error('not used')),
    open: async () => undefined,
    stat: async () => undefined,
    remove,
    list: async function* (beforeMs): AsyncGenerator<BlobInfo> {
      for (const [name, ageMs] of new Map(ages)) {
        if (nowMs - ageMs < beforeMs) yield { name, sizeBytes: 100, modifiedAtMs: nowMs - ageMs };
      }
    },
    removeAbandoned: async () => 2,
  };
}

test('exactly the pictures older than the retention go, a few at a time', async () => {
  const ages = new Map(Array.from({ length: 100 }, (_, index) => [`blob-${index}`, index * 1000]));
  let atOnce = 0;
  let mostAtOnce = 0;
  const blobs = storeOf(ages, 1_000_000, async (name) => {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    await new Promise(setImmediate);
    atOnce--;
    return ages.delete(name);
  });
  const sweep = new RetentionSweep({
    blobs,
    clock: { nowMs: () => 1_000_000 },
    retentionMs: () => 30_000,
    intervalMs: 1000,
    batchSize: 8,
  });
  expect(await sweep.sweepOnce(never)).toEqual({
    removed: 69,
    freedBytes: 6900,
    failed: 0,
    abandoned: 2,
    keptPictures: 31,
    keptBytes: 3100,
  });
  expect(Math.max(...ages.values())).toBe(30_000);
  expect(mostAtOnce).toBeLessThanOrEqual(8);
});

test('pictures that vanish or cannot be removed do not stop the sweep', async () => {
  const ages = new Map([
    ['gone', 9],
    ['locked', 9],
    ['locked too', 9],
    ['old', 9],
  ]);
  const errors: unknown[][] = [];
  const blobs = storeOf(ages, 100, async (name) => {
    if (name.startsWith('locked')) throw new Error(`EACCES: ${name}`);
    return name === 'old';
  });
  const sweep = new RetentionSweep({
    blobs,
    clock: { nowMs: () => 100 },
    retentionMs: () => 5,
    intervalMs: 1000,
    onError: (...told) => errors.push(told),
  });
  expect(await sweep.sweepOnce(never)).toEqual({
    removed: 1,
    freedBytes: 100,
    failed: 2,
    abandoned: 2,
    keptPictures: 2,
    keptBytes: 200,
  });
  // Once, however many they are: each is tried again at every sweep.
  expect(errors).toEqual([[new Error('EACCES: locked'), 2]]);
});

test('an abort ends a sweep after the batch under way', async () => {
  const leaving = new AbortController();
  const ages = new Map(Array.from({ length: 50 }, (_, index) => [`blob-${index}`, 9]));
  const blobs = storeOf(ages, 100, async (name) => {
    leaving.abort();
    return ages.delete(name);
  });
  const sweep = new RetentionSweep({
    blobs,
    clock: { nowMs: () => 100 },
    retentionMs: () => 5,
    intervalMs: 1000,
    batchSize: 5,
  });
  expect(await sweep.sweepOnce(leaving.signal)).toEqual({
    removed: 5,
    freedBytes: 500,
    failed: 0,
    abandoned: 0,
    keptPictures: 0,
    keptBytes: 0,
  });
});

test('sweeps repeat, never overlap, survive a failing store, and stop waits for the one under way', async () => {
  vi.useFakeTimers();
  try {
    const outcomes: SweepOutcome[] = [];
    const errors: unknown[] = [];
    const waiting: (() => void)[] = [];
    let lists = 0;
    const blobs: BlobStore = {
      ...storeOf(new Map(), 0, async () => true),
      list: async function* (): AsyncGenerator<BlobInfo> {
        lists++;
        if (lists === 2) throw new Error('the disk is away');
        await new Promise<void>((resolve) => waiting.push(resolve));
        yield* [];
      },
    };
    const sweep = new RetentionSweep({
      blobs,
      clock: { nowMs: () => 0 },
      retentionMs: () => 1,
      intervalMs: 1000,
      onSwept: (outcome) => outcomes.push(outcome),
      onError: (error) => errors.push(error),
    });
    sweep.start();
    sweep.start();
    await vi.advanceTimersByTimeAsync(5000);
    expect(lists).toBe(1);
    waiting.shift()?.();
    await vi.advanceTimersByTimeAsync(1000);
    expect(outcomes).toHaveLength(1);
    expect(errors).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(lists).toBe(3);
    let stopped = false;
    const stopping = (async () => {
      await sweep.stop();
      stopped = true;
    })();
    await vi.advanceTimersByTimeAsync(0);
    expect(stopped).toBe(false);
    waiting.shift()?.();
    await stopping;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lists).toBe(3);
  } finally {
    vi.useRealTimers();
  }
});
