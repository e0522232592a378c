import { describe, expect, test, vi } from 'vitest';
import { failedCall, plainCall } from '../../test/support/plain-call.ts';
import { plainMember } from '../../test/support/plain-member.ts';
import type { Call } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { Upstream } from '../journey/upstream.ts';
import type { PlannedCall, Turn } from './planned-call.ts';
import type { PoolMember } from './pool-member.ts';
import { UpstreamPool } from './upstream-pool.ts';

const upstream = (name: string, fields: Partial<Upstream> = {}): Upstream => ({
  name,
  close: async () => undefined,
  draw: () => Promise.reject(new Error('not asked here')),
  ...fields,
});
/** A picture of it is likely to take a second. */
const model = { id: 'pro', successor: null, deadlineMs: { '1K': 8000 } } as unknown as CatalogueModel;
const other = { ...model, id: 'flash' };
const minute = 60_000;

interface Settings {
  readonly random?: () => number;
  readonly members?: Readonly<Record<string, Partial<PoolMember>>>;
}

/** A pool of upstreams by these names, at time 0; time passes by `pass`, and with it what waits for it. */
function poolOf(names: readonly string[], { random = () => 0, members = {} }: Settings = {}) {
  const clock = { now: 0, nowMs: () => clock.now };
  const changes: string[] = [];
  let timers: { atMs: number; run: () => void }[] = [];
  const list = names.map((name) => plainMember(upstream(name), members[name]));
  const pool = new UpstreamPool(
    list,
    clock,
    ({ upstream: name, model: id, level, from, to, reason, untilMs }) =>
      changes.push(
        `${name}${id === undefined ? '' : `/${id}`} ${level} ${from}>${to} ${reason} ${untilMs ?? ''}`.trim(),
      ),
    {
      random,
      schedule: (atMs, run) => {
        const timer = { atMs, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((one) => one !== timer);
        };
      },
    },
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const pass = async (toMs: number): Promise<void> => {
    for (;;) {
      const [next] = timers
        .filter(({ atMs }) => atMs <= toMs)
        .toSorted((left, right) => left.atMs - right.atMs);
      if (next === undefined) break;
      timers = timers.filter((one) => one !== next);
      clock.now = Math.max(clock.now, next.atMs);
      next.run();
      await settle();
    }
    clock.now = toMs;
    await settle();
  };
  const acquire = (fields: Partial<PlannedCall> = {}, signal = new AbortController().signal): Promise<Turn> =>
    pool.acquire(
      { model, canTake: () => true, tried: [], deadlineAtMs: clock.now + 30_000, ...fields },
      signal,
    );
  /** A call that went this way, from a turn of its own. */
  const call = async (answer: Partial<Call>, name?: string): Promise<string> => {
    const turn = await acquire(name === undefined ? {} : { canTake: (one) => one.name === name });
    turn.end({
      ...plainCall(),
      model,
      upstream: turn.upstream.name,
      startedAtMs: clock.now,
      endedAtMs: clock.now,
      ...answer,
    });
    return turn.upstream.name;
  };
  const states = () =>
    pool
      .states()
      .map(
        ({ name, state, cells }) =>
          `${name} ${cells[0]?.state === undefined || state !== 'ok' ? state : cells[0].state}`,
      );
  return { pool, clock, changes, pass, acquire, call, states, list };
}

const limited = (untilMs?: number, quota?: Call['quota']): Partial<Call> =>
  failedCall('rate_limit_exceeded', {
    phase: 'refused',
    fault: 'quota',
    httpStatus: 429,
    ...(untilMs !== undefined && { untilMs }),
    ...(quota && { quota }),
  });
const broken = failedCall('upstream_error');
const told = (fault: Call['fault'], fields: Partial<Call> = {}): Partial<Call> =>
  failedCall('upstream_auth_error', { phase: 'refused', fault, httpStatus: 403, ...fields });
/** Only what a call says of its outcome. */
const outcome = ({
  upstream: _u,
  model: _m,
  startedAtMs: _s,
  endedAtMs: _e,
  ...rest
}: Partial<Call>): Partial<Call> => rest;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it was given a turn'),
    (error: unknown) => error,
  );

describe('UpstreamPool', () => {
  test('asks the highest priority that can be asked, and what a picture did not ask yet before what it did', async () => {
    const { acquire } = poolOf(['a', 'b', 'c'], { members: { b: { priority: 1 } } });
    expect((await acquire()).upstream.name).toBe('b');
    const tried = [plainCall({ ...broken, upstream: 'b', model })];
    expect((await acquire({ tried })).upstream.name).toBe('a');
    const all = ['a', 'b', 'c'].map((name) => plainCall({ ...broken, upstream: name, model }));
    expect((await acquire({ tried: all })).upstream.name).toBe('b');
    expect(await failure(acquire({ tried: [...all, ...all] }))).toMatchObject({
      code: 'upstream_unavailable',
    });
  });

  test('a stated pause counts for the model and the group, and is over to the millisecond', async () => {
    const { pool, call, acquire, pass } = poolOf(['a', 'b', 'c'], {
      members: { a: { quotaGroup: 'g' }, b: { quotaGroup: 'g' } },
    });
    expect(await call(outcome(limited(5000)))).toBe('a');
    expect(pool.states()[1]?.cells[0]).toMatchObject({
      state: 'ready',
      reason: 'minute',
      quotaUntilMs: 5000,
    });
    expect((await acquire()).upstream.name).toBe('c');
    expect((await acquire({ model: other })).upstream.name).toBe('a');
    await pass(4999);
    expect((await acquire()).upstream.name).toBe('c');
    await pass(5000);
    expect((await acquire()).upstream.name).toBe('a');
  });

  test('orders that find the only upstream paused wait their turn, first come first served, one at a time', async () => {
    const { call, acquire, pass, pool } = poolOf(['a']);
    await call(outcome(limited(5000)));
    const got: string[] = [];
    for (const name of ['first', 'second', 'third']) void acquire().then(() => got.push(name));
    await pass(4999);
    expect([got, pool.waiting]).toEqual([[], 3]);
    await pass(5000);
    expect(got).toEqual(['first']);
    await pass(6000);
    expect(got).toEqual(['first', 'second']);
    await pass(7000);
    expect([got, pool.waiting]).toEqual([['first', 'second', 'third'], 0]);
  });

  test('an answer after a pause lets all who wait go', async () => {
    const { call, acquire, pass } = poolOf(['a']);
    await call(outcome(limited(5000)));
    const got: Turn[] = [];
    for (let index = 0; index < 3; index++) void acquire().then((turn) => got.push(turn));
    await pass(5000);
    expect(got).toHaveLength(1);
    got[0]?.end(plainCall({ model, upstream: 'a', startedAtMs: 5000, endedAtMs: 5100 }));
    await pass(5001);
    expect(got).toHaveLength(3);
  });

  test('an order that would wait past its deadline is told when to come back', async () => {
    const { call, acquire } = poolOf(['a']);
    await call(outcome(limited(29_500)));
    expect(await failure(acquire())).toMatchObject({
      code: 'rate_limit_exceeded',
      retryAfterSeconds: 30,
      headers: { 'x-should-retry': 'true' },
    });
    expect(await failure(acquire({ deadlineAtMs: 1e9, patienceMs: 10 }))).toMatchObject({
      code: 'rate_limit_exceeded',
    });
  });

  test.each([
    ['out_of_credit', 'credit', 'insufficient_quota'],
    ['bad_credential', 'credential', 'upstream_auth_error'],
    ['needs_operator', 'place', 'upstream_misconfigured'],
  ] as const)(
    'an upstream that is %s is not asked; alone, it is told and not to be retried',
    async (state, fault, code) => {
      const { call, acquire, states } = poolOf(['a', 'b']);
      await call(outcome(told(fault)), 'a');
      expect(states()[0]).toBe(`a ${state}`);
      expect((await acquire()).upstream.name).toBe('b');
      const error = await failure(acquire({ canTake: ({ name }) => name === 'a' }));
      expect(error).toMatchObject({ code, entry: { retryable: false } });
    },
  );

  test.each([
    ['credential', {}, 'upstream_auth_error'],
    ['credit', {}, 'insufficient_quota'],
    ['caller', { error: failedCall('model_not_found').error }, 'model_not_found'],
  ] as const)(
    'what concerns one model (%s) takes that model out, and no other',
    async (fault, fields, code) => {
      const { call, acquire, states, pass } = poolOf(['a']);
      await call(outcome(told(fault, { ...fields, reach: 'model' })));
      expect(states()).toEqual(['a missing']);
      expect(await failure(acquire())).toMatchObject({ code });
      expect((await acquire({ model: other })).upstream.name).toBe('a');
      await pass(10 * minute);
      expect((await acquire()).upstream.name).toBe('a');
      expect(states()).toEqual(['a probing']);
    },
  );

  test('five failures in a row open a cell; one order probes it when its time is over, and brings it back', async () => {
    const { call, acquire, states, pass, changes } = poolOf(['a']);
    for (let index = 0; index < 5; index++) {
      expect(states()).toEqual([index === 0 ? 'a ok' : 'a ready']);
      await call(outcome(broken));
    }
    expect(states()).toEqual(['a open']);
    const got: Turn[] = [];
    for (let index = 0; index < 3; index++) void acquire().then((turn) => got.push(turn));
    await pass(2499);
    expect(got).toHaveLength(0);
    await pass(2500);
    expect([got.length, states()]).toEqual([1, ['a probing']]);
    await pass(9000);
    expect(got).toHaveLength(1);
    got[0]?.end(plainCall({ model, upstream: 'a', startedAtMs: 2500, endedAtMs: 9000 }));
    await pass(9001);
    expect([got.length, states()]).toEqual([3, ['a ready']]);
    expect(changes).toEqual([
      'a/pro cell ready>open upstream_error 2500',
      'a/pro cell open>probing upstream_error 2500',
      'a/pro cell probing>ready',
    ]);
  });

  test('a probe whose caller leaves gives its place to the next order at once', async () => {
    const { call, acquire, pass, states } = poolOf(['a']);
    for (let index = 0; index < 5; index++) await call(outcome(broken));
    await pass(2500);
    const first = await acquire();
    let second: Turn | undefined;
    void acquire().then((turn) => (second = turn));
    await pass(2600);
    expect(second).toBeUndefined();
    first.end(undefined);
    await pass(2600);
    expect([second?.upstream.name, states()]).toEqual(['a', ['a probing']]);
  });

  test('three that cannot be reached open a cell', async () => {
    const { call, states } = poolOf(['a']);
    for (let index = 0; index < 3; index++) await call(outcome({ ...broken, phase: 'unsent' }));
    expect(states()).toEqual(['a open']);
  });

  test('the sandbox only plays failures: nothing is learnt from it', async () => {
    const { call, states } = poolOf(['a'], { members: { a: { hasHealth: false } } });
    for (let index = 0; index < 9; index++)
      await call(outcome(index % 2 === 0 ? broken : told('credential')));
    await call(outcome(limited(1e6)));
    expect(states()).toEqual(['a ready']);
  });

  test('no more calls at once than the operator allows: the next waits for one to end', async () => {
    const { acquire, pass } = poolOf(['a'], { members: { a: { maxConcurrent: 2 } } });
    const first = await acquire();
    await acquire();
    let third: Turn | undefined;
    void acquire().then((turn) => (third = turn));
    await pass(5000);
    expect(third).toBeUndefined();
    first.end(plainCall({ model, upstream: 'a' }));
    await pass(5000);
    expect(third?.upstream.name).toBe('a');
  });

  test.each([
    ['the operator allows', { requestsPerMinute: 3 }, undefined],
    ['the upstream told', {}, { kind: 'stated' as const, perMinute: 3 }],
  ])('a minute has no more calls of a model than %s', async (_name, fields, quota) => {
    const { acquire, pass, call, clock } = poolOf(['a'], { members: { a: fields } });
    if (quota !== undefined) await call(outcome(limited(1000, quota)));
    const startsMs: number[] = [];
    await pass(minute);
    for (let index = 0; index < 8; index++) {
      void acquire({ deadlineAtMs: 1e9 }).then(
        (turn) => {
          startsMs.push(clock.now);
          turn.end(plainCall({ model, upstream: 'a', startedAtMs: clock.now, endedAtMs: clock.now }));
        },
        () => undefined,
      );
    }
    await pass(minute);
    await pass(5 * minute);
    for (const startMs of startsMs)
      expect(startsMs.filter((one) => one >= startMs && one < startMs + minute).length).toBeLessThanOrEqual(
        3,
      );
    expect(startsMs.length).toBeGreaterThanOrEqual(6);
  });

  test('an order given up while it waits leaves the line', async () => {
    const { call, acquire, pool } = poolOf(['a']);
    await call(outcome(limited(5000)));
    const controller = new AbortController();
    const waiting = failure(acquire({}, controller.signal));
    expect(pool.waiting).toBe(1);
    controller.abort(new Error('gone'));
    expect(await waiting).toMatchObject({ message: 'gone' });
    expect(pool.waiting).toBe(0);
  });

  test('a drained upstream gets no order until it is restored; those under way go on', async () => {
    const { pool, acquire, states } = poolOf(['a', 'b']);
    const under = await acquire();
    expect(pool.drain('a')).toBe(true);
    expect((await acquire()).upstream.name).toBe('b');
    under.end(plainCall({ model, upstream: 'a' }));
    expect(states()[0]).toBe('a disabled');
    expect(pool.states()[0]?.reason).toBe('drained');
    expect(await failure(acquire({ canTake: ({ name }) => name === 'a' }))).toMatchObject({
      code: 'upstream_misconfigured',
      message: expect.stringContaining('out of service') as string,
    });
    expect(pool.reset('a')).toBe(true);
    expect(states()[0]).toBe('a disabled');
    expect(pool.restore('a')).toBe(true);
    expect((await acquire()).upstream.name).toBe('a');
    expect([pool.drain('x'), pool.restore('x'), pool.reset('x')]).toEqual([false, false, false]);
  });

  test('a reset forgets everything bad, and those who wait go', async () => {
    const { pool, call, acquire, pass, states } = poolOf(['a']);
    await call(outcome(limited(20_000)));
    let turn: Turn | undefined;
    void acquire().then((given) => (turn = given));
    await pass(10);
    expect(turn).toBeUndefined();
    pool.reset('a');
    await pass(10);
    expect(turn?.upstream.name).toBe('a');
    turn?.end({
      ...plainCall(),
      ...outcome(told('credential')),
      model,
      upstream: 'a',
      startedAtMs: 10,
      endedAtMs: 20,
    });
    expect(states()).toEqual(['a bad_credential']);
    pool.reset('a');
    expect(states()).toEqual(['a ready']);
  });

  test('a reload keeps what is known of an upstream whose credentials stayed, and of no other', async () => {
    const { pool, call, states, acquire } = poolOf(['a', 'b']);
    await call(outcome(told('credential')), 'a');
    await call(outcome(told('credential')), 'b');
    pool.replaceMembers([
      plainMember(upstream('a'), { weight: 5 }),
      plainMember(upstream('b'), { identity: 'another key' }),
      plainMember(upstream('c')),
    ]);
    expect(states()).toEqual(['a bad_credential', 'b ok', 'c ok']);
    expect((await acquire()).upstream.name).toBe('b');
    pool.replaceMembers([plainMember(upstream('a'))]);
    expect(states()).toEqual(['a bad_credential']);
  });

  test('an upstream whose key a free question can tell of is left to it; credit is probed by one live order a step', async () => {
    const asked = plainMember(upstream('a', { checkKey: () => Promise.reject(new Error('not here')) }));
    const { pool, call, acquire, pass, states } = poolOf(['a']);
    pool.replaceMembers([asked]);
    await call(outcome(told('credential')));
    await pass(2 * minute);
    expect(await failure(acquire())).toMatchObject({ code: 'upstream_auth_error' });
    pool.hearKey('a', { fault: null, reason: '' });
    await call(outcome(told('credit')));
    pool.hearKey('a', { fault: null, reason: '' });
    expect(states()).toEqual(['a out_of_credit']);
    await pass(3 * minute - 1);
    expect(await failure(acquire())).toMatchObject({ code: 'insufficient_quota' });
    await pass(3 * minute);
    const probe = await acquire();
    expect(await failure(acquire())).toMatchObject({ code: 'insufficient_quota' });
    probe.end({
      ...plainCall(),
      ...outcome(told('credit')),
      model,
      upstream: 'a',
      startedAtMs: 3 * minute,
      endedAtMs: 3 * minute,
    });
    await pass(7 * minute);
    expect(await failure(acquire())).toMatchObject({ code: 'insufficient_quota' });
    await pass(8 * minute);
    await call({});
    expect(states()).toEqual(['a ready']);
  });

  test('retries have a budget: ten in flight, or a fifth of all calls', async () => {
    const { pool, acquire, pass } = poolOf(['a', 'b', 'c']);
    const tried = [plainCall({ ...broken, upstream: 'a', model })];
    const turns: Turn[] = [];
    for (let index = 0; index < 10; index++) {
      expect(pool.mayRetry).toBe(true);
      turns.push(await acquire({ tried }));
    }
    expect(pool.mayRetry).toBe(false);
    let waited: Turn | undefined;
    void acquire({ tried }).then((turn) => (waited = turn));
    expect(pool.waiting).toBe(1);
    // One that was not asked yet does not wait behind it.
    turns.push(await acquire());
    turns[0]?.end(undefined);
    await pass(0);
    turns.push(waited ?? expect.fail('a retry had no turn when another one had ended'));
    expect(pool.mayRetry).toBe(false);
    for (let index = 0; index < 40; index++) turns.push(await acquire());
    expect(pool.mayRetry).toBe(true);
    for (const turn of turns) {
      turn.end(undefined);
      turn.end(undefined);
    }
    expect(pool.mayRetry).toBe(true);
    expect(pool.states().map(({ inFlight }) => inFlight)).toEqual([0, 0, 0]);
  });

  test('of two that are drawn, the healthier and quicker one for its load is taken', async () => {
    const random = vi.fn(() => 0.3);
    const { acquire, call } = poolOf(['a', 'b'], { random });
    await call(outcome(broken), 'a');
    expect((await acquire()).upstream.name).toBe('b');
    // b has a call in flight: (1 − 0.3)² of a is still less than half of b.
    expect((await acquire()).upstream.name).toBe('b');
    expect((await acquire()).upstream.name).toBe('a');
  });
});
