import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failedCall, plainCall } from '../../test/support/plain-call.ts';
import { plainMember } from '../../test/support/plain-member.ts';
import type { Call } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { health } from './health-constants.ts';
import type { Turn } from './planned-call.ts';
import type { HealthChange } from './health-teller.ts';
import { UpstreamPool } from './upstream-pool.ts';
import type { CellState } from './upstream-state.ts';

const models = ['pro', 'flash'].map(
  (id) => ({ id, successor: null, deadlineMs: { '1K': 80_000 } }) as unknown as CatalogueModel,
);
const names = ['a', 'b', 'c'];
const hour = 3_600_000;

/** How a call may end; `undefined`: its caller left before it was made. */
const endings: Readonly<Record<string, (nowMs: number) => Partial<Call> | undefined>> = {
  picture: () => ({}),
  refusal: () => ({ verdict: 'refused', fault: 'caller' }),
  failed: () => failedCall('upstream_error'),
  unsent: () => failedCall('upstream_unavailable', { phase: 'unsent' }),
  lost: () => failedCall('upstream_timeout', { phase: 'unanswered' }),
  left: () => failedCall('client_closed', { phase: 'unanswered', fault: 'caller' }),
  never: () => undefined,
  stated: (nowMs) =>
    failedCall('rate_limit_exceeded', {
      phase: 'refused',
      fault: 'quota',
      untilMs: nowMs + 20_000,
      quota: { kind: 'stated', perMinute: 5 },
    }),
  day: (nowMs) =>
    failedCall('insufficient_quota', {
      phase: 'refused',
      fault: 'quota',
      untilMs: nowMs + 50 * hour,
      quota: { kind: 'day' },
    }),
  spending: () =>
    failedCall('rate_limit_exceeded', { phase: 'refused', fault: 'quota', quota: { kind: 'spending' } }),
  bare: () => failedCall('rate_limit_exceeded', { phase: 'refused', fault: 'quota' }),
  key: () => failedCall('upstream_auth_error', { phase: 'refused', fault: 'credential' }),
  credit: () => failedCall('insufficient_quota', { phase: 'refused', fault: 'credit' }),
  place: () => failedCall('upstream_misconfigured', { phase: 'refused', fault: 'place' }),
  iam: () => failedCall('upstream_auth_error', { phase: 'refused', fault: 'credential', reach: 'model' }),
  zero: () => failedCall('insufficient_quota', { phase: 'refused', fault: 'credit', reach: 'model' }),
  gone: () => failedCall('model_not_found', { phase: 'refused', fault: 'caller', reach: 'model' }),
};

type Command =
  | { readonly kind: 'acquire'; readonly model: number }
  | { readonly kind: 'end'; readonly which: number; readonly how: string }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'operate'; readonly name: string; readonly act: 'drain' | 'restore' | 'reset' };
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('acquire' as const), model: fc.nat(1) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      which: fc.nat(30),
      how: fc.constantFrom(...Object.keys(endings)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 500, 3000, 61_000, 700_000, 7 * hour),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('operate' as const),
      name: fc.constantFrom(...names),
      act: fc.constantFrom('drain', 'restore', 'reset'),
    }),
  },
);

/** A pool and the calls that are under way. Whoever finds nobody at once is turned away: waiting is tested elsewhere. */
function worldOf(random: () => number) {
  const clock = { now: 1.7e12, nowMs: () => clock.now };
  const changes: HealthChange[] = [];
  const members = names.map((name, index) =>
    plainMember(
      { name, close: async () => undefined, draw: () => Promise.reject(new Error('not here')) },
      { priority: index % 2, hasFixedQuota: index === 0 },
    ),
  );
  const pool = new UpstreamPool(members, clock, (change) => changes.push(change), {
    random,
    schedule: () => () => undefined,
  });
  const under: { turn: Turn; model: CatalogueModel; startedAtMs: number; isProbe: boolean }[] = [];
  const cell = (name: string, model: string): CellState | undefined =>
    pool
      .states()
      .find((state) => state.name === name)
      ?.cells.find((one) => one.model === model);
  const acquire = async (model: CatalogueModel, only?: string): Promise<boolean> => {
    try {
      const turn = await pool.acquire(
        { model, canTake: ({ name }) => only === undefined || name === only, tried: [], deadlineAtMs: 0 },
        new AbortController().signal,
      );
      const isProbe = cell(turn.upstream.name, model.id)?.state === 'probing';
      if (isProbe) {
        const rivals = under.filter(
          (one) => one.isProbe && one.model === model && one.turn.upstream.name === turn.upstream.name,
        );
        expect(rivals, 'one probe at a time').toEqual([]);
      }
      under.push({ turn, model, startedAtMs: clock.now, isProbe });
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(PlantainError);
      return false;
    }
  };
  const end = (which: number, how: string): void => {
    const [ended] = under.splice(which % Math.max(1, under.length), 1);
    if (ended === undefined) return;
    const outcome = endings[how]?.(clock.now);
    const { turn, model, startedAtMs } = ended;
    turn.end(
      outcome &&
        plainCall({ ...outcome, model, upstream: turn.upstream.name, startedAtMs, endedAtMs: clock.now }),
    );
  };
  return { pool, clock, changes, under, acquire, end, cell };
}

test('whatever happens in whatever order: times move later, one probes at a time, and nothing is out for ever', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { maxLength: 60 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      async (commands, chance) => {
        const { pool, clock, under, acquire, end, cell } = worldOf(() => chance);
        for (const step of commands) {
          const before = new Map(
            names.flatMap((name) => models.map(({ id }) => [`${name} ${id}`, cell(name, id)] as const)),
          );
          if (step.kind === 'acquire') await acquire(models[step.model] ?? expect.fail());
          else if (step.kind === 'end') end(step.which, step.how);
          else if (step.kind === 'pass') clock.now += step.ms;
          else pool[step.act](step.name);
          if (step.kind === 'operate' && step.act === 'reset') continue;
          for (const name of names) {
            for (const { id } of models) {
              const [old, now] = [before.get(`${name} ${id}`), cell(name, id)];
              const stays = old !== undefined && old.state === now?.state;
              // A probe that is given back lets the next one go at once: `open` again, from `probing`.
              if (stays && old.untilMs !== undefined && now.untilMs !== undefined)
                expect(now.untilMs).toBeGreaterThanOrEqual(old.untilMs);
              if (
                old?.quotaUntilMs !== undefined &&
                step.kind !== 'pass' &&
                now?.state === old.state &&
                !(step.kind === 'end')
              )
                expect(now.quotaUntilMs ?? 0).toBeGreaterThanOrEqual(old.quotaUntilMs);
              expect(now?.health ?? 1).toBeGreaterThanOrEqual(0);
              expect(now?.health ?? 1).toBeLessThanOrEqual(1);
              expect(now?.inFlight ?? 0).toBe(
                under.filter((one) => one.turn.upstream.name === name && one.model.id === id).length,
              );
            }
          }
        }
        // All calls end without a word, a day and a half passes: every slot is free again, and everything but what an operator
        // drained is asked again.
        while (under.length > 0) end(0, 'never');
        clock.now += 36 * hour;
        for (const name of names) {
          pool.restore(name);
          for (const model of models) {
            expect(await acquire(model, name), `${name} ${model.id} is asked again`).toBe(true);
            end(0, 'picture');
            expect(cell(name, model.id)?.state).toBe('ready');
          }
          expect(pool.states().find((state) => state.name === name)).toMatchObject({
            state: 'ok',
            inFlight: 0,
          });
        }
      },
    ),
    { numRuns: 400 },
  );
});

test.each(['left', 'never'])('a probe that ends with nothing (%s) gives its place back', async (how) => {
  const { clock, acquire, end, cell } = worldOf(() => 0);
  const [pro] = models;
  if (pro === undefined) return expect.fail();
  for (let index = 0; index < health.failuresToOpen; index++) {
    await acquire(pro, 'a');
    end(0, 'failed');
  }
  expect(await acquire(pro, 'a')).toBe(false);
  clock.now += health.openMs;
  expect(await acquire(pro, 'a')).toBe(true);
  expect(await acquire(pro, 'a')).toBe(false);
  end(0, how);
  expect(cell('a', 'pro')?.state).toBe('open');
  expect(await acquire(pro, 'a')).toBe(true);
});

test('what older calls bring while a cell is open changes nothing but its health', async () => {
  const { acquire, end, cell, under } = worldOf(() => 0);
  const [pro] = models;
  if (pro === undefined) return expect.fail();
  for (let index = 0; index < 9; index++) await acquire(pro, 'a');
  for (let index = 0; index < health.failuresToOpen; index++) end(0, 'failed');
  const opened = cell('a', 'pro');
  end(0, 'failed');
  end(0, 'lost');
  end(0, 'refusal');
  expect({ ...cell('a', 'pro'), inFlight: 0 }).toEqual({ ...opened, inFlight: 0 });
  end(0, 'picture');
  expect(cell('a', 'pro')).toMatchObject({ state: 'open', untilMs: opened?.untilMs });
  expect(cell('a', 'pro')?.health).toBeGreaterThan(opened?.health ?? 1);
  expect(under).toEqual([]);
});
