import { describe, expect, test } from 'vitest';
import type { Outcome, Upstream } from '../journey/upstream.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { UpstreamPool, type UpstreamState } from './upstream-pool.ts';

const upstream = (name: string): Upstream => ({
  name,
  draw: () => Promise.reject(new Error('not asked here')),
});
const failed = (health: UpstreamState['health'], coolDownMs?: number): Outcome => ({
  kind: 'failed',
  error: new PlantainError('rate_limit_exceeded', 'slow down'),
  retry: false,
  health,
  ...(coolDownMs !== undefined && { coolDownMs }),
});
const refused: Outcome = {
  kind: 'refused',
  error: new PlantainError('moderation_blocked', 'no'),
  usage: undefined,
};

function poolOf(first: string, ...others: string[]) {
  const clock = { now: 0, nowMs: () => clock.now };
  const changes: string[] = [];
  const pool = new UpstreamPool([upstream(first), ...others.map(upstream)], clock, (state) =>
    changes.push(`${state.name} ${state.health}${state.reason === '' ? '' : ` ${state.reason}`}`),
  );
  return { pool, clock, changes };
}

describe('UpstreamPool', () => {
  test('asks the first, and another for a second try', () => {
    const { pool } = poolOf('a', 'b', 'c');
    expect([1, 2, 3, 4].map((attempt) => pool.choose(attempt).name)).toEqual(['a', 'b', 'c', 'a']);
  });

  test('a cooling upstream is passed over until its pause is over, to the millisecond', () => {
    const { pool, clock } = poolOf('a', 'b');
    pool.report('a', failed('cooling', 1000));
    expect([pool.choose(1).name, pool.choose(2).name]).toEqual(['b', 'b']);
    clock.now = 999;
    expect(pool.choose(1).name).toBe('b');
    clock.now = 1000;
    expect(pool.choose(1).name).toBe('a');
    expect(pool.states().map(({ health }) => health)).toEqual(['healthy', 'healthy']);
  });

  test('one out of service comes after one that cools down', () => {
    const { pool } = poolOf('a', 'b');
    pool.report('a', failed('out_of_service'));
    pool.report('b', failed('cooling', 1000));
    expect(pool.choose(1).name).toBe('b');
  });

  test('the last upstream left is always asked: its own answer is truer than a guess about it', () => {
    const { pool } = poolOf('only');
    pool.report('only', failed('out_of_service'));
    expect(pool.choose(1).name).toBe('only');
    expect(pool.choose(2).name).toBe('only');
  });

  test('any answer that is no failure of its own brings an upstream back', () => {
    for (const outcome of [refused, failed('healthy')]) {
      const { pool, changes } = poolOf('a');
      pool.report('a', failed('out_of_service'));
      pool.report('a', outcome);
      expect(pool.state('a')).toEqual({ name: 'a', health: 'healthy', reason: '', untilMs: undefined });
      expect(changes).toEqual(['a out_of_service rate_limit_exceeded', 'a healthy']);
    }
  });

  test('changes are told once, not with every answer', () => {
    const { pool, changes } = poolOf('a', 'b');
    pool.report('a', failed('cooling', 10));
    pool.report('a', failed('cooling', 20));
    pool.report('b', refused);
    expect(changes).toEqual(['a cooling rate_limit_exceeded']);
  });
});
