import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { slowed } from '../../test/support/slowed.ts';
import { migrate } from '../store/sql/migrate.ts';
import { openDatabase } from '../store/sql/open-database.ts';
import { SqlClaimStore } from '../store/sql/sql-claim-store.ts';
import { AnswerKeeper } from './answer-keeper.ts';
import { ClaimEntry } from './claim-entry.ts';
import { ClaimSweep, type ClaimSweepOptions, maxClaims } from './claim-sweep.ts';
import { RetryIndex } from './retry-index.ts';

/** A book of ended claims, each with an answer of ten bytes, and the sweep of it. */
async function swept(
  claims: readonly { readonly id: string; readonly keyId?: string; readonly expiresAtMs: number }[],
  options: Partial<ClaimSweepOptions> = {},
) {
  const { db } = openDatabase(':memory:');
  await migrate(db);
  const store = new SqlClaimStore(db);
  const blobs = new Set<string>();
  const answers = new AnswerKeeper(
    {
      put: async (name) => {
        blobs.add(name);
        return { sizeBytes: 10 };
      },
      open: async () => ({ sizeBytes: 10, read: () => Readable.from([]) }),
      remove: async (name) => blobs.delete(name),
    },
    () => `blob ${blobs.size}`,
  );
  const retries = new RetryIndex(100);
  for (const [index, { id, keyId = 'key_1', expiresAtMs }] of claims.entries()) {
    const claim = { id, keyId, idempotencyKey: null, fingerprint: id, createdAtMs: index };
    await store.open(claim);
    const answer = await answers.store({ status: 200, headers: {} }, []);
    const end = { state: 'kept', answer, endedAtMs: index, expiresAtMs } as const;
    await store.end(id, end);
    retries.add(ClaimEntry.of({ ...claim, ...end }, false));
  }
  const sweep = new ClaimSweep({
    store,
    answers,
    retries,
    clock: { nowMs: () => 1000 },
    maxKeptBytes: 1000,
    intervalMs: 1_000_000,
    onError: (error) => {
      throw error;
    },
    ...options,
  });
  const states = async () => (await store.withoutKey()).map(({ id, state }) => `${id} ${state}`);
  return { sweep, answers, blobs, retries, store, states };
}

test('what has expired goes, row, answer and memory of it; the rest stays', async () => {
  const { sweep, blobs, retries, states } = await swept([
    { id: 'a', expiresAtMs: 1000 },
    { id: 'b', expiresAtMs: 1001 },
  ]);
  await sweep.sweep();
  expect(await states()).toEqual(['b kept']);
  expect([...blobs]).toEqual(['blob 1']);
  expect(retries.find({ keyId: 'key_1', fingerprint: 'a', id: 'a' })).toBeUndefined();
  expect(retries.find({ keyId: 'key_1', fingerprint: 'b', id: 'b' })).toBeDefined();
});

test('past the bytes those answers make room that expire first, and their orders are still known', async () => {
  const { sweep, blobs, retries, states } = await swept(
    [
      { id: 'a', expiresAtMs: 3000 },
      { id: 'b', expiresAtMs: 2000 },
      { id: 'c', expiresAtMs: 4000 },
    ],
    { maxKeptBytes: 20 },
  );
  await sweep.sweep();
  expect(await states()).toEqual(['a kept', 'b gone', 'c kept']);
  expect([...blobs]).toEqual(['blob 0', 'blob 2']);
  expect(retries.choose({ keyId: 'key_1', fingerprint: 'b' }, 1000)?.state).toBe('gone');
});

test('an answer that passes the bound makes room at once, also while a sweep is under way', async () => {
  const { sweep, states } = await swept([{ id: 'a', expiresAtMs: 3000 }], { maxKeptBytes: 9 });
  void sweep.sweep();
  sweep.note(10);
  await expect.poll(states).toEqual(['a gone']);
});

test('answers add up, with those that a sweep left: none is swept for before they are more than the bound', async () => {
  const { sweep, store } = await swept([{ id: 'a', expiresAtMs: 3000 }], { maxKeptBytes: 30 });
  let sweeps = 0;
  const totals = store.totals.bind(store);
  store.totals = () => {
    sweeps++;
    return totals();
  };
  const noted = async (bytes: number): Promise<number> => {
    sweep.note(bytes);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    return sweeps;
  };
  expect([await noted(10), await noted(20), await noted(1)]).toEqual([0, 0, 1]);
  // Ten bytes are left in the book, so that twenty are free.
  expect([await noted(20), await noted(1)]).toEqual([1, 2]);
});

test('a sweep is over when all it does is done, in whichever order the book and the blobs are', async () => {
  const claims = ['a', 'b', 'c', 'd'].map((id, index) => ({ id, expiresAtMs: index === 0 ? 1 : 5000 }));
  const { sweep, store, answers, states } = await swept(claims, {
    bounds: { ofAll: 2, ofOneKey: 3 },
    maxKeptBytes: 10,
  });
  const inBook = slowed(store, ['expired', 'crowdedKeys', 'beyond', 'totals', 'firstKept', 'end', 'remove']);
  const inBlobs = slowed(answers, ['remove']);
  await sweep.sweep();
  expect([inBook(), inBlobs()]).toEqual([0, 0]);
  expect(await states()).toEqual(['c gone', 'd kept']);
});

test('as many claims are remembered as docs/retries.md says', () => {
  expect(maxClaims).toEqual({ ofAll: 100_000, ofOneKey: 20_000 });
});

test('of one key, and of all, the oldest beyond the bounds are forgotten', async () => {
  const claims = ['a', 'b', 'c', 'd'].map((id) => ({
    id,
    keyId: id === 'a' ? 'key_2' : 'key_1',
    expiresAtMs: 5000,
  }));
  const ofKey = await swept(claims, { bounds: { ofAll: 100, ofOneKey: 2 } });
  await ofKey.sweep.sweep();
  expect(await ofKey.states()).toEqual(['a kept', 'c kept', 'd kept']);
  const ofAll = await swept(claims, { bounds: { ofAll: 2, ofOneKey: 100 } });
  await ofAll.sweep.sweep();
  expect(await ofAll.states()).toEqual(['c kept', 'd kept']);
  expect(ofAll.blobs.size).toBe(2);
});

test('a sweep that cannot work is told, and stopping waits for the one under way', async () => {
  const told: unknown[] = [];
  const { sweep, store } = await swept([], { onError: (error) => told.push(error) });
  store.expired = () => Promise.reject(new Error('locked'));
  sweep.start();
  await sweep.stop();
  expect(told).toEqual([new Error('locked')]);
});

test('where bytes are counted of which no answer is left to find, a sweep comes to its end', async () => {
  const { sweep, store } = await swept([{ id: 'a', expiresAtMs: 2000 }], { maxKeptBytes: 0 });
  store.firstKept = async () => [];
  await sweep.sweep();
  expect((await store.totals()).bytes).toBe(10);
});

test('it sweeps at its start and every interval, and stopped no more', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const { sweep, store } = await swept([]);
    let sweeps = 0;
    const expired = store.expired.bind(store);
    store.expired = (nowMs, count) => {
      sweeps++;
      return expired(nowMs, count);
    };
    sweep.start();
    await sweep.sweep();
    expect(sweeps).toBe(1);
    vi.advanceTimersByTime(999_999);
    expect(sweeps).toBe(1);
    vi.advanceTimersByTime(1);
    expect(sweeps).toBe(2);
    await sweep.stop();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('stopping ends a sweep that has more to do', async () => {
  const { sweep, store } = await swept([{ id: 'a', expiresAtMs: 1 }]);
  const [claim] = await store.expired(1000, 1);
  // However much is forgotten, there is more.
  store.expired = async () => [claim ?? expect.fail('it has expired')];
  sweep.start();
  await sweep.stop();
  const crowdedKeys = vi.spyOn(store, 'crowdedKeys');
  sweep.note(1_000_000);
  await new Promise(setImmediate);
  expect(crowdedKeys).not.toHaveBeenCalled();
  expect((await store.totals()).bytes).toBe(0);
});
