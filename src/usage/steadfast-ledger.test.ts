import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { LedgerAttempt, LedgerCompletion, LedgerOpening } from './ledger.ts';
import { SteadfastLedger, type SteadfastOptions } from './steadfast-ledger.ts';

const full = new PlantainError('storage_full', 'full');
const locked = new PlantainError('storage_unavailable', 'locked');
const calls = [{ upstream: 'google', costMicroUsd: 5 } as LedgerAttempt];
const done = { status: 'succeeded', costMicroUsd: 5 } as LedgerCompletion;

/** Makes every try to complete a row; tests replace it. */
let store: (id: string) => Promise<boolean>;
/** What the store was asked, and what operators were told, in order. */
let tried: string[];
let told: string[];
/** The calls that came with every try. */
let written: (readonly LedgerAttempt[])[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  store = async () => true;
  tried = [];
  told = [];
  written = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const failWith = (error: Error) => () => Promise.reject(error);

function steadfast(options: SteadfastOptions = {}): SteadfastLedger {
  const ledger = {
    open: () => store('open').then(() => ({})),
    complete: (id: string, _completion: LedgerCompletion, attempts: readonly LedgerAttempt[]) => {
      tried.push(id);
      written.push(attempts);
      return store(id);
    },
    closeLeftOpen: async () => 3,
    find: async () => undefined,
    attempts: async () => calls,
    list: async () => [],
    totals: async () => [],
  };
  return new SteadfastLedger(
    ledger,
    {
      onLate: (id, { costMicroUsd }, cause) => told.push(`${id} late ($${costMicroUsd}): ${String(cause)}`),
      onCaughtUp: (id) => told.push(`${id} caught up`),
      onLost: (id, { costMicroUsd }, cause) => told.push(`${id} lost ($${costMicroUsd}): ${String(cause)}`),
    },
    options,
  );
}

test('a store that works is asked once for each order, its answer counts, and nobody hears of it', async () => {
  const ledger = steadfast();
  expect(await ledger.complete('a', done, [])).toBe(true);
  store = async () => false;
  expect(await ledger.complete('a', done, [])).toBe(false);
  expect(await ledger.closeLeftOpen(1)).toBe(3);
  await ledger.stop(1000);
  expect([tried, told]).toEqual([['a', 'a'], []]);
});

test.each([full, locked])(
  'an order whose row the store cannot take is done all the same, and its row follows (%s)',
  async (error) => {
    const ledger = steadfast();
    store = failWith(error);
    expect(await ledger.complete('a', done, [])).toBe(true);
    expect(told).toEqual([`a late ($5): ${String(error)}`]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(tried.length).toBeGreaterThan(2);
    store = async () => true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([`a late ($5): ${String(error)}`, 'a caught up']);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test('the calls of an order go with its row, also when that is late', async () => {
  const ledger = steadfast();
  expect(await ledger.attempts('a')).toBe(calls);
  store = failWith(full);
  await ledger.complete('a', done, calls);
  store = async () => true;
  await vi.advanceTimersByTimeAsync(1000);
  await ledger.complete('b', done, calls);
  expect([tried, written]).toEqual([
    ['a', 'a', 'b'],
    [calls, calls, calls],
  ]);
});

test('while rows are late further orders do not wait, and all are written oldest first once the store is back', async () => {
  const ledger = steadfast();
  store = failWith(full);
  await ledger.complete('a', done, []);
  tried = [];
  await ledger.complete('b', done, []);
  await ledger.complete('c', done, []);
  expect([tried, told.length]).toEqual([[], 3]);
  store = async () => true;
  await vi.advanceTimersByTimeAsync(1000);
  expect(tried).toEqual(['a', 'b', 'c']);
});

test('a long line is written in batches without a pause between them', async () => {
  const ledger = steadfast();
  store = failWith(full);
  for (let number = 0; number < 1000; number++) await ledger.complete(String(number), done, []);
  tried = [];
  let running = 0;
  let most = 0;
  store = async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    return true;
  };
  await vi.advanceTimersByTimeAsync(1010);
  expect([tried.length, new Set(tried).size, most]).toEqual([1000, 1000, 200]);
});

test('an answer waits for a slow store only so long; the row is written once and told as late', async () => {
  const ledger = steadfast({ patienceMs: 500 });
  const slow = Promise.withResolvers<boolean>();
  store = () => slow.promise;
  const first = ledger.complete('a', done, []);
  await vi.advanceTimersByTimeAsync(499);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(await first).toBe(true);
  // The next does not even wait that long.
  expect(await ledger.complete('b', done, [])).toBe(true);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(tried).toEqual(['a', 'b']);
  slow.resolve(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(told.filter((line) => line.endsWith('caught up'))).toEqual(['a caught up', 'b caught up']);
  expect(tried).toEqual(['a', 'b']);
});

test('what is being written is not written a second time while others are tried again', async () => {
  const ledger = steadfast();
  const slow = Promise.withResolvers<boolean>();
  store = (id) => (id === 'slow' ? slow.promise : Promise.reject(full));
  const first = ledger.complete('slow', done, []);
  await Promise.all([ledger.complete('b', done, []), ledger.complete('c', done, [])]);
  await vi.advanceTimersByTimeAsync(3500);
  await first;
  expect(tried.filter((id) => id === 'slow')).toHaveLength(1);
  expect(tried.filter((id) => id === 'b')).toHaveLength(4);
  // One clock for all that is late.
  expect(vi.getTimerCount()).toBe(1);
});

test('a row that the ledger refuses for good is told and not tried again, and the order is done', async () => {
  const ledger = steadfast();
  store = failWith(new Error('order a is not in the ledger'));
  expect(await ledger.complete('a', done, [])).toBe(true);
  await vi.advanceTimersByTimeAsync(5000);
  expect(tried).toEqual(['a']);
  expect(told).toEqual(['a lost ($5): Error: order a is not in the ledger']);
});

test('only so many are kept: the oldest is lost, and told with all that it would have said', async () => {
  const ledger = steadfast({ maxKept: 2 });
  store = failWith(full);
  for (const id of ['a', 'b', 'c']) await ledger.complete(id, done, []);
  expect(told.filter((line) => line.includes('lost'))).toEqual(['a lost ($5): too many others are waiting']);
  store = async () => true;
  tried = [];
  await vi.advanceTimersByTimeAsync(1000);
  expect(tried).toEqual(['b', 'c']);
});

test('a stop waits for what is late and then for no longer than it may', async () => {
  const ledger = steadfast();
  store = failWith(full);
  await ledger.complete('a', done, []);
  const stopped = ledger.stop(5000);
  store = async () => true;
  await vi.advanceTimersByTimeAsync(1100);
  await stopped;
  expect(told.at(-1)).toBe('a caught up');

  store = failWith(full);
  await ledger.complete('b', done, []);
  let isStopped = false;
  const gaveUp = ledger.stop(5000).then(() => (isStopped = true));
  await vi.advanceTimersByTimeAsync(4900);
  expect(isStopped).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  await gaveUp;
  expect(told.at(-1)).toBe(`b lost ($5): ${String(full)}`);
  tried = [];
  await vi.advanceTimersByTimeAsync(5000);
  expect(tried).toEqual([]);
});

test('a try that ends after the stop says nothing more', async () => {
  const ledger = steadfast();
  const slow = Promise.withResolvers<boolean>();
  store = () => slow.promise;
  void ledger.complete('a', done, []);
  const stopped = ledger.stop(1000);
  await vi.advanceTimersByTimeAsync(1100);
  await stopped;
  const before = told.length;
  slow.reject(new Error('the database is not open'));
  await vi.advanceTimersByTimeAsync(2000);
  expect([told.length, told.at(-1)?.startsWith('a lost')]).toEqual([before, true]);
});

test('an order whose row cannot be opened is refused', async () => {
  const ledger = steadfast();
  const opening = { id: 'a' } as LedgerOpening;
  await ledger.open(opening);
  store = failWith(full);
  await expect(ledger.open(opening)).rejects.toBe(full);
  expect(told).toEqual([]);
});
