import { expect, test, vi } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { LateWrites } from './late-writes.ts';

const away = new PlantainError('storage_unavailable', 'away');

test('a write that the store cannot take does not fail, and follows when the store is back', async () => {
  const writes = new LateWrites(1);
  let isAway = true;
  const written: string[] = [];
  const write = (id: string) =>
    writes.run(id, async () => {
      if (isAway) throw away;
      written.push(id);
    });
  await Promise.all([write('req_1'), write('req_2')]);
  expect(written).toEqual([]);
  isAway = false;
  await write('req_3');
  await vi.waitFor(() => expect(written.toSorted()).toEqual(['req_1', 'req_2', 'req_3']));
});

test('while the store is away one late write is tried at a time, in their order', async () => {
  const writes = new LateWrites(1);
  const tried: string[] = [];
  const failing = (id: string) =>
    writes.run(id, async () => {
      tried.push(id);
      throw away;
    });
  await failing('req_1');
  await failing('req_2');
  await vi.waitFor(() => expect(tried.length).toBeGreaterThan(5));
  expect(new Set(tried.slice(2))).toEqual(new Set(['req_1']));
});

test('what is no fault of the store is told at once, and not tried again', async () => {
  const writes = new LateWrites(1);
  let tries = 0;
  const broken = writes.run('req_1', async () => {
    tries++;
    throw new Error('a bug');
  });
  await expect(broken).rejects.toThrow('a bug');
  expect(tries).toBe(1);
});

test('of more late writes than are kept the oldest is given up; of two of one claim the later one counts', async () => {
  const writes = new LateWrites(1);
  let isAway = true;
  const written: string[] = [];
  const write = (id: string, what = id) =>
    writes.run(id, async () => {
      if (isAway) throw away;
      written.push(what);
    });
  for (let index = 0; index <= 10_000; index++) await write(`req_${index}`);
  await write('req_10000', 'again');
  isAway = false;
  await vi.waitFor(() => expect(written).toHaveLength(10_000), { timeout: 20_000 });
  expect([written[0], written.at(-1)]).toEqual(['req_1', 'again']);
});

test('however many writes wait for the store, it is asked once a second', async () => {
  vi.useFakeTimers();
  try {
    const writes = new LateWrites();
    let tries = 0;
    const failing = async (): Promise<void> => {
      tries++;
      throw away;
    };
    for (const id of ['req_1', 'req_2', 'req_3']) await writes.run(id, failing);
    await vi.advanceTimersByTimeAsync(999);
    expect(tries).toBe(3);
    await vi.advanceTimersByTimeAsync(1);
    expect(tries).toBe(4);
    await vi.advanceTimersByTimeAsync(1000);
    expect(tries).toBe(5);
  } finally {
    vi.useRealTimers();
  }
});

test('a late write that can never be made is given up, and holds up no other', async () => {
  const writes = new LateWrites(1);
  let isAway = true;
  const written: string[] = [];
  await writes.run('req_1', async () => {
    throw isAway ? away : new Error('a bug');
  });
  await writes.run('req_2', async () => {
    if (isAway) throw away;
    written.push('req_2');
  });
  isAway = false;
  await vi.waitFor(() => expect(written).toEqual(['req_2']), { timeout: 20_000 });
});
