import { describe, expect, test } from 'vitest';
import { failedCall, plainCall } from '../../test/support/plain-call.ts';
import { plainMember } from '../../test/support/plain-member.ts';
import type { Call } from '../journey/call.ts';
import type { Upstream } from '../journey/upstream.ts';
import { healthOf } from './upstream-state.ts';
import { UpstreamPool } from './upstream-pool.ts';

const upstream = (name: string): Upstream => ({
  name,
  close: async () => undefined,
  draw: () => Promise.reject(new Error('not asked here')),
});
/** A 429 that was told at `endedAtMs`, with a pause until `untilMs`. */
const limited = (upstreamName: string, untilMs: number, fields: Partial<Call> = {}): Call =>
  failedCall('rate_limit_exceeded', {
    upstream: upstreamName,
    phase: 'refused',
    fault: 'quota',
    httpStatus: 429,
    untilMs,
    ...fields,
  });
const refusedKey = (upstreamName: string, fields: Partial<Call> = {}): Call =>
  failedCall('upstream_auth_error', {
    upstream: upstreamName,
    phase: 'refused',
    fault: 'credential',
    httpStatus: 401,
    ...fields,
  });
const drawn = (upstreamName: string, fields: Partial<Call> = {}): Call =>
  plainCall({ upstream: upstreamName, ...fields });

/** The name of the upstream that the `tries`-th try gets. */
const chosen = async (pool: UpstreamPool, tries = 1): Promise<string> => {
  const tried = Array.from({ length: tries - 1 }, () => plainCall());
  const planned = { model: plainCall().model, canTake: () => true, tried, deadlineAtMs: 1e15 };
  return (await pool.acquire(planned, new AbortController().signal)).upstream.name;
};

function poolOf(first: string, ...others: string[]) {
  const clock = { now: 0, nowMs: () => clock.now };
  const changes: string[] = [];
  const members = [first, ...others].map((name) => plainMember(upstream(name)));
  const pool = new UpstreamPool(members, clock, (state) =>
    changes.push(
      `${state.name} ${healthOf(state, clock.now)}${state.reason === '' ? '' : ` ${state.reason}`}`,
    ),
  );
  return { pool, clock, changes };
}

describe('UpstreamPool', () => {
  test('asks the first, and another for a second try', async () => {
    const { pool } = poolOf('a', 'b', 'c');
    expect(await Promise.all([1, 2, 3, 4].map((tries) => chosen(pool, tries)))).toEqual(['a', 'b', 'c', 'a']);
  });

  test('a cooling upstream is passed over until its pause is over, to the millisecond', async () => {
    const { pool, clock } = poolOf('a', 'b');
    pool.report(limited('a', 1000));
    expect([await chosen(pool, 1), await chosen(pool, 2)]).toEqual(['b', 'b']);
    clock.now = 999;
    expect(await chosen(pool, 1)).toBe('b');
    clock.now = 1000;
    expect(await chosen(pool, 1)).toBe('a');
    expect(pool.states().map((state) => healthOf(state, 1000))).toEqual(['healthy', 'healthy']);
  });

  test.each(['credential', 'credit', 'place'] as const)(
    'one that lacks its %s is out of service, and comes after one that cools down',
    async (fault) => {
      const { pool } = poolOf('a', 'b');
      pool.report(refusedKey('a', { fault }));
      pool.report(limited('b', 1000));
      expect(await chosen(pool, 1)).toBe('b');
      expect(healthOf(pool.state('a'), 0)).toBe('out_of_service');
    },
  );

  test('the last upstream left is always asked: its own answer is truer than a guess about it', async () => {
    const { pool } = poolOf('only');
    pool.report(refusedKey('only'));
    expect(await chosen(pool, 1)).toBe('only');
    expect(await chosen(pool, 2)).toBe('only');
  });

  test.each(['picture', 'refused', 'words', 'continued'] as const)(
    'an answer (%s) to a call that began after the bad news brings an upstream back',
    (verdict) => {
      for (const bad of [refusedKey('a', { endedAtMs: 50 }), limited('a', 1000, { endedAtMs: 50 })]) {
        const { pool, changes } = poolOf('a');
        pool.report(bad);
        pool.report(drawn('a', { verdict, startedAtMs: 50 }));
        expect(healthOf(pool.state('a'), 0)).toBe('healthy');
        expect(changes.at(-1)).toBe('a healthy');
      }
    },
  );

  test('an answer to a call that began before the bad news does not make them old', async () => {
    for (const bad of [refusedKey('a', { endedAtMs: 50 }), limited('a', 1000, { endedAtMs: 50 })]) {
      const { pool, changes } = poolOf('a', 'b');
      pool.report(bad);
      pool.report(drawn('a', { startedAtMs: 49, endedAtMs: 60 }));
      expect(await chosen(pool, 1)).toBe('b');
      expect(changes).toHaveLength(1);
    }
  });

  test.each([
    ['the caller', failedCall('upstream_rejected', { phase: 'refused', fault: 'caller' })],
    ['a model that is gone', failedCall('model_not_found', { phase: 'refused', fault: 'caller' })],
    ['a 500', failedCall('upstream_error')],
    ['a 503', failedCall('upstream_unavailable', { fault: 'capacity' })],
    ['a 503 that names a time', failedCall('upstream_unavailable', { fault: 'capacity', untilMs: 9999 })],
    ['a reset', failedCall('upstream_error', { phase: 'unanswered', httpStatus: undefined })],
    ['a fault of ours', failedCall('internal_error', { fault: 'ours', phase: 'broken_off' })],
  ])('what failed for %s changes nothing: no pause ends by it, and none begins', (_name, call) => {
    for (const bad of [refusedKey('a'), limited('a', 1000)]) {
      const { pool, changes } = poolOf('a', 'b');
      pool.report({ ...call, upstream: 'b', startedAtMs: 100 });
      pool.report(bad);
      const before = pool.state('a');
      pool.report({ ...call, upstream: 'a', startedAtMs: 100, endedAtMs: 200 });
      expect(pool.state('a')).toEqual(before);
      expect(healthOf(pool.state('b'), 0)).toBe('healthy');
      expect(changes).toHaveLength(1);
    }
  });

  test('of two pauses the later one holds, whichever was told last', () => {
    for (const [first, second] of [
      [1000, 5000],
      [5000, 1000],
    ] as const) {
      const { pool } = poolOf('a');
      pool.report(limited('a', first));
      pool.report(limited('a', second));
      expect(pool.state('a').untilMs).toBe(5000);
    }
  });

  test('an upstream out of service that only limits is in service again, if it was asked since', () => {
    const { pool } = poolOf('a');
    pool.report(refusedKey('a', { endedAtMs: 50 }));
    pool.report(limited('a', 1000, { startedAtMs: 10, endedAtMs: 60 }));
    expect(healthOf(pool.state('a'), 0)).toBe('out_of_service');
    pool.report(limited('a', 1000, { startedAtMs: 70, endedAtMs: 80 }));
    expect(pool.state('a')).toMatchObject({ untilMs: 1000 });
  });

  test('changes are told once, not with every answer', () => {
    const { pool, changes } = poolOf('a', 'b');
    pool.report(limited('a', 10));
    pool.report(limited('a', 20));
    pool.report(drawn('b'));
    expect(changes).toEqual(['a cooling rate_limit_exceeded']);
  });
});
