import * as fc from 'fast-check';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { allQuarters } from '../../../test/support/all-quarters.ts';
import { plainCompletion, plainOpening } from '../../../test/support/plain-orders.ts';
import { startPostgres } from '../../../test/support/postgres-server.ts';
import type { LedgerStatus, TotalsBy, TotalsQuery } from '../../usage/ledger.ts';
import { forgetOrders } from './forget-orders.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { openPostgres } from './open-postgres.ts';
import { SqlLedger } from './sql-ledger.ts';
import { sqlTotals, totalsOf } from './sql-totals.ts';

vi.setConfig({ testTimeout: 120_000 });
const server = await startPostgres();
const databases = [openDatabase(':memory:'), openPostgres(server.url)] as const;
for (const { db, dialect } of databases) await migrate(db, dialect);
afterAll(async () => {
  for (const database of databases) await database.close();
  await server.remove();
});

const dayMs = 86_400_000;
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
];
const groupings: readonly TotalsBy[][] = [
  ['hour'],
  ['day'],
  ['day', 'model'],
  ['upstream', 'hour'],
  ['model', 'upstream', 'day'],
];
/** Clocks are set on the 29th in Europe, the 5th of April at Lord Howe. */
const startMs = Date.UTC(2026, 2, 27);
const spanDays = 12;
const statuses: readonly LedgerStatus[] = [
  'succeeded',
  'partial',
  'refused',
  'failed',
  'canceled',
  'unknown',
];

describe.each(databases)('quarters on $dialect', ({ db, dialect }) => {
  const ledger = new SqlLedger(
    db,
    dialect === 'postgres' ? { postgres: { instance: { id: 'inst_a' }, usesDatabaseClock: false } } : {},
  );
  const order = async (
    atMs: number,
    status: LedgerStatus,
    model: string,
    upstream: string | null,
    cost: number,
  ): Promise<string> => {
    // Of a project without an allowance: its orders may come in any order of time.
    const opening = plainOpening({
      projectId: 'proj_1',
      createdAtMs: atMs,
      model,
      requestedModel: model,
      upstream,
    });
    await ledger.open(opening);
    if (status !== 'open')
      await ledger.complete(
        opening.id,
        plainCompletion({ status, upstream, costMicroUsd: cost, finishedAtMs: atMs + 1 }),
        [],
      );
    return opening.id;
  };
  /** From quarters; without them from hours and rows, which the contract of the ledger holds against the rows. */
  const expectSame = async (query: TotalsQuery): Promise<void> => {
    expect([query, await sqlTotals(db, query)]).toEqual([
      query,
      await sqlTotals(db, query, { except: 'all' }),
    ]);
  };
  const usesQuarters = async (query: TotalsQuery): Promise<boolean> =>
    (await totalsOf(db, query)).compile(db).sql.includes('usage_quarters');

  test('whatever orders there are, come late, end late or turn out otherwise: reports by any clock are what the rows tell', async () => {
    const random = fc.record({
      offsetMs: fc.nat({ max: spanDays * dayMs }),
      status: fc.constantFrom<LedgerStatus>('open', ...statuses),
      model: fc.constantFrom('model-a', 'model-b'),
      upstream: fc.constantFrom('gemini', 'sandbox', null),
      cost: fc.nat({ max: 3_000_000_000 }),
    });
    const step = fc.record({
      orders: fc.array(random, { minLength: 1, maxLength: 8 }),
      addsUp: fc.boolean(),
      told: fc.boolean(),
      zone: fc.constantFrom(...zones),
      fromMs: fc.nat({ max: 2 * dayMs }),
      toMs: fc.nat({ max: 2 * dayMs }),
      filter: fc.constantFrom<Partial<TotalsQuery>>(
        {},
        { models: ['model-b'] },
        { upstreams: ['gemini', 'sandbox'] },
        { keyIds: ['key_none'] },
      ),
    });
    const unknown: string[] = [];
    let used = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        for (const { orders, addsUp, told, zone, filter, ...cut } of steps) {
          for (const { offsetMs, status, model, upstream, cost } of orders) {
            const id = await order(startMs + offsetMs, status, model, upstream, cost);
            if (status === 'unknown') unknown.push(id);
          }
          if (addsUp) await allQuarters(db, dialect);
          const late = told ? unknown.pop() : undefined;
          if (late !== undefined)
            expect(
              await ledger.complete(
                late,
                plainCompletion({ status: 'failed', costMicroUsd: 3, finishedAtMs: startMs }),
                [],
              ),
            ).toBe(true);
          for (const by of groupings)
            for (const period of [
              {},
              { fromMs: startMs + cut.fromMs, toMs: startMs + spanDays * dayMs - cut.toMs },
            ]) {
              const query = { by, timeZone: zone, ...filter, ...period };
              if (await usesQuarters(query)) used++;
              await expectSame(query);
            }
        }
      }),
      { numRuns: 12 },
    );
    expect(used).toBeGreaterThan(50);
  });

  test('an order that turns out otherwise, or comes late, is in the next report, and its day is added up anew', async () => {
    const lost = await order(startMs + 2 * dayMs, 'unknown', 'model-c', 'gemini', 50);
    await allQuarters(db, dialect);
    const query: TotalsQuery = { by: ['hour'], timeZone: 'Asia/Kathmandu', models: ['model-c'] };
    const costs = async () => (await sqlTotals(db, query)).map(({ costMicroUsd }) => costMicroUsd);
    expect([await usesQuarters(query), await costs()]).toEqual([true, [50n]]);
    await ledger.complete(lost, plainCompletion({ costMicroUsd: 20, finishedAtMs: startMs }), []);
    expect(await costs()).toEqual([20n]);
    await order(startMs + 2 * dayMs + 1, 'refused', 'model-c', 'gemini', 7);
    expect(await costs()).toEqual([27n]);
    expect([await allQuarters(db, dialect), await allQuarters(db, dialect)]).toEqual([1, 0]);
    expect(await costs()).toEqual([27n]);
  });

  test('days that begin within an hour are what they were, also when their orders are forgotten', async () => {
    await allQuarters(db, dialect);
    const query: TotalsQuery = { by: ['day'], timeZone: 'Asia/Kolkata' };
    const before = await sqlTotals(db, query);
    await forgetOrders(db, dialect, 1, startMs + 100 * dayMs, new AbortController().signal);
    expect(await sqlTotals(db, query)).toEqual(before);
    expect(await allQuarters(db, dialect)).toBe(0);
  });
});
