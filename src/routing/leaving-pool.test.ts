import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { plainCall } from '../../test/support/plain-call.ts';
import { plainMember } from '../../test/support/plain-member.ts';
import { loadTestModels } from '../../test/support/test-models.ts';
import type { Call } from '../journey/call.ts';
import type { Upstream } from '../journey/upstream.ts';
import { systemClock } from '../kernel/clock.ts';
import { LeavingPool } from './leaving-pool.ts';
import type { Turn } from './planned-call.ts';

const upstreamOf = (name: string): Upstream => ({
  name,
  draw: () => Promise.reject(new Error('not asked here')),
  close: async () => undefined,
});
const old = upstreamOf('old');
const fresh = upstreamOf('fresh');
const signal = new AbortController().signal;
const [model = plainCall().model] = loadTestModels();

let pool: LeavingPool;
let hasLeft: boolean;
beforeEach(() => {
  pool = new LeavingPool([plainMember(old)], systemClock, () => undefined);
  hasLeft = false;
});

const acquire = (
  tried: readonly Call[] = [],
  canTake: (upstream: Upstream) => boolean = () => true,
): Promise<Turn> => pool.acquire({ model, canTake, tried, deadlineAtMs: Date.now() + 600_000 }, signal);

function replace(): void {
  pool.replaceMembers([plainMember(fresh)]);
  void pool.leave(old).then(() => {
    hasLeft = true;
  });
}

/** Two rounds of the event loop: one for what was decided, one for who hears of it. */
async function rounds(): Promise<boolean> {
  await nextTurn();
  await nextTurn();
  return hasLeft;
}

test('an upstream with calls under way has left when the last of them has ended', async () => {
  const turns = [await acquire(), await acquire()];
  replace();
  expect(await rounds()).toBe(false);
  turns[0]?.end(plainCall({ model, upstream: 'old' }));
  // Saying it twice is saying it once.
  turns[0]?.end(plainCall({ model, upstream: 'old' }));
  expect(await rounds()).toBe(false);
  turns[1]?.end(undefined);
  expect(await rounds()).toBe(true);
  expect((await acquire()).upstream).toBe(fresh);
});

test('an upstream at rest has left at once, a turn that is just being granted included', async () => {
  replace();
  expect(await rounds()).toBe(true);
  pool.replaceMembers([plainMember(old)]);
  const granted = acquire();
  hasLeft = false;
  replace();
  const turn = await granted;
  expect([turn.upstream, await rounds()]).toEqual([old, false]);
  turn.end(plainCall({ model, upstream: 'old' }));
  expect(await rounds()).toBe(true);
});

test('an answer that asks to be continued is continued where it began, though that has left the choice', async () => {
  const turn = await acquire();
  replace();
  const continued = plainCall({ model, upstream: 'old', verdict: 'continued' });
  turn.end(continued);
  const next = await acquire([continued], (upstream) => upstream === old);
  expect([next.upstream, await rounds()]).toEqual([old, false]);
  next.end(plainCall({ model, upstream: 'old' }));
  expect(await rounds()).toBe(true);
});

test('what is drained stays so when its entry changes, until an operator restores it', async () => {
  pool.drain('old');
  pool.replaceMembers([plainMember(old, { identity: 'with another key' }), plainMember(fresh)]);
  expect(pool.states().map(({ name, state }) => [name, state])).toEqual([
    ['old', 'disabled'],
    ['fresh', 'ok'],
  ]);
  expect((await acquire()).upstream).toBe(fresh);
  pool.restore('old');
  expect(pool.states()[0]?.state).toBe('ok');
});
