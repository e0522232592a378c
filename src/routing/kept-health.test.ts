import { expect, test, vi } from 'vitest';
import { failedCall, plainCall } from '../../test/support/plain-call.ts';
import { plainMember } from '../../test/support/plain-member.ts';
import type { Call } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { KeyCheck } from '../journey/upstream.ts';
import { HealthKeeper } from './health-keeper.ts';
import { KeyProbes } from './key-probes.ts';
import { type KeptHealth, nothingKept } from './kept-health.ts';
import type { PoolMember } from './pool-member.ts';
import { UpstreamPool } from './upstream-pool.ts';

const model = { id: 'pro', successor: null, deadlineMs: { '1K': 8000 } } as unknown as CatalogueModel;
const minute = 60_000;
const member = (
  name: string,
  check?: () => Promise<KeyCheck>,
  fields: Partial<PoolMember> = {},
): PoolMember =>
  plainMember(
    {
      name,
      close: async () => undefined,
      draw: () => Promise.reject(new Error('not here')),
      ...(check && { checkKey: check }),
    },
    fields,
  );
const clock = { now: 0, nowMs: () => clock.now };
const poolOf = (...members: PoolMember[]): UpstreamPool =>
  new UpstreamPool(members, clock, () => undefined, { random: () => 0 });

async function call(
  pool: UpstreamPool,
  name: string,
  fault: Call['fault'],
  fields: Partial<Call> = {},
): Promise<void> {
  const planned = {
    model,
    canTake: (one: { name: string }) => one.name === name,
    tried: [],
    deadlineAtMs: 1e9,
  };
  const turn = await pool.acquire(planned, new AbortController().signal);
  const failed = failedCall('upstream_auth_error', { phase: 'refused', fault, ...fields });
  turn.end(plainCall({ ...failed, model, upstream: name, startedAtMs: clock.now, endedAtMs: clock.now }));
}

test('a restart knows what was out, what was missing and which quotas were used up for long; short pauses it forgets', async () => {
  clock.now = 0;
  const names = ['key', 'gone', 'day', 'short', 'rich'];
  const pool = poolOf(...names.map((name) => member(name)));
  await call(pool, 'key', 'credential');
  await call(pool, 'gone', 'credit', { reach: 'model' });
  await call(pool, 'day', 'quota', { quota: { kind: 'day' }, untilMs: 5 * minute });
  await call(pool, 'short', 'quota', { untilMs: 20_000 });
  await call(pool, 'rich', 'quota', { quota: { kind: 'spending' } });
  pool.drain('short');
  const kept = JSON.parse(JSON.stringify(pool.kept())) as KeptHealth;
  const next = poolOf(...names.map((name) => member(name)), member('other'));
  next.recall(kept);
  expect(next.kept()).toEqual(pool.kept());
  expect(next.states().map(({ state }) => state)).toEqual([
    'bad_credential',
    'ok',
    'ok',
    'disabled',
    'ok',
    'ok',
  ]);
  next.restore('short');
  const error = (name: string) =>
    call(next, name, undefined).then(
      () => 'taken',
      ({ code }: { code: string }) => code,
    );
  expect(await Promise.all(names.filter((name) => name !== 'rich').map(error))).toEqual([
    'upstream_auth_error',
    'insufficient_quota',
    'insufficient_quota',
    'taken',
  ]);
  expect(await error('rich')).toBe('rate_limit_exceeded');
});

test('what was known of a key is not taken for another one', async () => {
  clock.now = 0;
  const pool = poolOf(member('a'));
  await call(pool, 'a', 'credential');
  const next = poolOf(member('a', undefined, { identity: 'new key' }));
  next.recall(pool.kept());
  expect(next.states()[0]?.state).toBe('ok');
});

test('changes are written once they have gathered, the last ones at the end, and trouble is told', async () => {
  vi.useFakeTimers();
  try {
    clock.now = 0;
    const saved: KeptHealth[] = [];
    const troubles: unknown[] = [];
    let isFull = false;
    const keeper = new HealthKeeper(
      {
        load: () => Promise.reject(new Error('damaged')),
        save: async (kept) => {
          if (isFull) throw new Error('full');
          saved.push(kept);
        },
      },
      (cause) => troubles.push(cause),
    );
    const pool = poolOf(member('a'), member('b'));
    keeper.changed();
    await keeper.start(pool);
    expect(troubles).toHaveLength(1);
    keeper.changed();
    await vi.advanceTimersByTimeAsync(5000);
    expect(saved).toEqual([]);
    await call(pool, 'a', 'credential');
    keeper.changed();
    keeper.changed();
    await vi.advanceTimersByTimeAsync(5000);
    expect(saved).toEqual([pool.kept()]);
    isFull = true;
    await call(pool, 'b', 'credential');
    keeper.changed();
    await vi.advanceTimersByTimeAsync(5000);
    expect(troubles).toHaveLength(2);
    isFull = false;
    pool.reset('a');
    await keeper.stop();
    expect(saved).toEqual([saved[0], pool.kept()]);
    pool.reset('b');
    keeper.changed();
    await keeper.stop();
    expect(saved).toHaveLength(2);
    expect(nothingKept.upstreams).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});

test('a dead key is asked for after 1, 5, 25 and 60 minutes and then hourly, until it is good', async () => {
  clock.now = 0;
  const askedAt: number[] = [];
  let fault: KeyCheck['fault'] = 'credential';
  const check = async (): Promise<KeyCheck> => {
    askedAt.push(clock.now / minute);
    return { fault, httpStatus: 401, reason: 'no', dateMs: undefined };
  };
  const one = member('a', check);
  const pool = poolOf(one, member('b', check));
  const probes = new KeyProbes(pool, clock, () => [one.upstream]);
  await call(pool, 'a', 'credential');
  for (; clock.now < 220 * minute; clock.now += minute / 2) await probes.look();
  expect(askedAt).toEqual([1, 6, 31, 91, 151, 211]);
  fault = null;
  clock.now = 271 * minute;
  await probes.look();
  expect(pool.states()[0]?.state).toBe('ok');
  clock.now = 400 * minute;
  await probes.look();
  expect(askedAt).toHaveLength(7);
});

test('credit cannot be asked for, one question is out at a time, and a stop ends it', async () => {
  clock.now = 0;
  const signals: AbortSignal[] = [];
  const one = member('a', undefined, {});
  const upstream = {
    ...one.upstream,
    checkKey: (signal: AbortSignal) =>
      new Promise<KeyCheck>((resolve) => {
        signals.push(signal);
        signal.addEventListener('abort', () =>
          resolve({ fault: null, httpStatus: undefined, reason: '', dateMs: undefined }),
        );
      }),
  };
  const pool = poolOf({ ...one, upstream });
  const probes = new KeyProbes(pool, clock, () => [upstream]);
  await call(pool, 'a', 'credit');
  clock.now = 10 * minute;
  await probes.look();
  expect(signals).toHaveLength(0);
  pool.reset('a');
  await call(pool, 'a', 'credential');
  clock.now = 20 * minute;
  const asking = probes.look();
  await probes.look();
  expect(signals).toHaveLength(1);
  probes.start();
  probes.stop();
  await asking;
  expect(signals[0]?.aborted).toBe(true);
  expect(pool.states()[0]?.state).toBe('bad_credential');
  await probes.look();
  expect(signals).toHaveLength(1);
});
