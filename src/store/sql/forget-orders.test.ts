import { sql } from 'kysely';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { startPostgres } from '../../../test/support/postgres-server.ts';
import { newId } from '../../kernel/ids.ts';
import { type LedgerCompletion, type TotalsBy, totalsGroups } from '../../usage/ledger.ts';
import { forgetOrders } from './forget-orders.ts';
import { LedgerKeeper } from './ledger-keeper.ts';
import { quartersOf } from './usage-quarters.ts';
import { ledgerMonth, madeMonths, makeMonth } from './ledger-partitions.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { openPostgres } from './open-postgres.ts';
import { SqlAllowanceStore } from './sql-allowance-store.ts';
import { SqlLedger } from './sql-ledger.ts';

vi.setConfig({ testTimeout: 120_000 });
const server = await startPostgres();
const postgres = openPostgres(server.url);
const sqlite = openDatabase(':memory:');
await migrate(postgres.db, 'postgres');
await migrate(sqlite.db);
afterAll(async () => {
  await postgres.close();
  await sqlite.close();
  await server.remove();
});

const nowMs = Date.now();
const dayMs = 86_400_000;
const never = new AbortController().signal;
const byText = (one: string, other: string): number => (one < other ? -1 : 1);
const order = (id: string, createdAtMs: number) => ({
  id,
  keyId: 'key_1',
  projectId: 'proj_1',
  operation: 'generate' as const,
  model: 'm',
  requestedModel: 'm',
  imagesRequested: 1,
  reservedMicroUsd: 100,
  createdAtMs,
  endUser: 'ada',
  upstream: null,
});
const completion: LedgerCompletion = {
  status: 'succeeded',
  errorCode: null,
  upstream: 'gemini',
  imagesDelivered: 1,
  inputTokens: 3,
  outputTokens: 5,
  outputImageTokens: 5,
  usageSource: 'upstream',
  costMicroUsd: 7,
  bytesOut: 1,
  attempts: 1,
  finishedAtMs: nowMs,
};
const attempt = {
  upstream: 'gemini',
  model: 'm',
  startedAtMs: 1,
  endedAtMs: 2,
  verdict: 'picture' as const,
  phase: 'answered' as const,
  fault: null,
  httpStatus: 200,
  errorCode: null,
  inputTokens: 3,
  outputTokens: 5,
  outputImageTokens: 5,
  usageSource: 'upstream' as const,
  costMicroUsd: 7,
  priceId: null,
  priceLines: [],
};

describe.each([
  ['SQLite', sqlite],
  ['PostgreSQL', postgres],
] as const)('forgetting on %s', (_, { db, dialect }) => {
  const shared = { instance: { id: 'inst_a' }, usesDatabaseClock: false };
  const ledger = new SqlLedger(db, dialect === 'postgres' ? { postgres: shared } : {});
  const ids = async (table: 'ledger' | 'attempts', id: string): Promise<unknown[]> =>
    (
      await sql<{ id: string }>`select ${sql.ref(id)} as id from ${sql.table(table)} order by 1`.execute(db)
    ).rows.map((row) => row.id);

  test('old orders go with their calls, their sums stay in every report, and what is open or unknown stays', async () => {
    // Three months of them, each made ahead, but for the oldest, which is with the rest.
    if (dialect === 'postgres')
      for (const offset of [-4, -3])
        await db.transaction().execute((transaction) => makeMonth(transaction, ledgerMonth(nowMs, offset)));
    const old = [100, 101, 102, 130, 131, 132].map((days) => {
      const atMs = nowMs - days * dayMs;
      return order(newId('req', atMs), atMs);
    });
    const oldest = order(newId('req', nowMs - 300 * dayMs), nowMs - 300 * dayMs);
    const running = order(newId('req', nowMs), nowMs);
    for (const one of [...old, oldest, running]) await ledger.open(one);
    const [open, lost, ...closed] = old;
    for (const one of [...closed, oldest, running]) await ledger.complete(one.id, completion, [attempt]);
    await sql`update ledger set instance_id = 'inst_x' where id = ${open?.id ?? ''}`.execute(db);
    if (dialect === 'postgres') await sql`insert into instances values ('inst_a', 1, 1, 2, '')`.execute(db);
    else await sql`update ledger set status = 'failed' where id = ${open?.id ?? ''}`.execute(db);
    await ledger.closeLeftOpen(nowMs);
    if (dialect === 'sqlite')
      await sql`update ledger set status = 'open' where id = ${open?.id ?? ''}`.execute(db);
    expect(await ledger.find(lost?.id ?? '')).toMatchObject({ status: 'unknown' });
    expect(await ledger.find(open?.id ?? '')).toMatchObject({ status: 'open' });

    const reports = (groups: readonly TotalsBy[], more = {}) =>
      Promise.all(groups.map((by) => ledger.totals({ by: [by], ...more })));
    const kept = totalsGroups.filter((group) => group !== 'user' && group !== 'error');
    const before = await reports(kept);
    const [total] = await ledger.totals({ by: [] });

    const stopped = new AbortController();
    stopped.abort();
    await forgetOrders(db, dialect, 30, nowMs, stopped.signal);
    await forgetOrders(db, dialect, 30, nowMs, never);
    expect(await ids('ledger', 'id')).toEqual(
      [open, lost, running].map((one) => one?.id ?? '').toSorted(byText),
    );
    expect(await ids('attempts', 'order_id')).toEqual([running.id]);
    expect(await reports(kept)).toEqual(before);
    // Whose they were is gone with their rows; what they cost is not.
    for (const by of ['user', 'error'] as const) {
      const rows = await ledger.totals({ by: [by] });
      expect(rows.reduce((sum, row) => sum + row.costMicroUsd, 0n)).toBe(total?.costMicroUsd);
      expect(rows.reduce((sum, row) => sum + row.orders, 0)).toBe(total?.orders);
    }
    // A limit that comes after them counts them all the same.
    const allowances = new SqlAllowanceStore(db, { nowMs: () => nowMs }, dialect);
    const made = await allowances.setLimits(
      { kind: 'key', id: 'key_1', model: 'm' },
      { totalMicroUsd: 5000 },
    );
    expect(made.counters).toMatchObject({ openOrders: 1, totalUsedMicroUsd: 6 * 7 + 200 });

    // The truth that comes late is still taken, and then that one goes too.
    expect(await ledger.complete(lost?.id ?? '', completion, [])).toBe(true);
    expect((await ledger.totals({ by: [] }))[0]?.costMicroUsd).toBe((total?.costMicroUsd ?? 0n) - 93n);
    expect(await forgetOrders(db, dialect, 30, nowMs, never)).toBe(1);
    expect(await ids('ledger', 'id')).toEqual([open?.id, running.id]);
  });

  test('orders of the running month stay, however few days are kept', async () => {
    const atMs = ledgerMonth(nowMs).startMs;
    const first = order(newId('req', atMs), atMs);
    await ledger.open(first);
    await ledger.complete(first.id, completion, []);
    await forgetOrders(db, dialect, 1, nowMs, never);
    expect(await ledger.find(first.id)).toBeDefined();
  });
});

describe('the months of the ledger on PostgreSQL', () => {
  const { db } = postgres;
  const ledger = new SqlLedger(db, { postgres: { instance: { id: 'inst_b' }, usesDatabaseClock: false } });

  test('the next ones are made ahead, by whoever comes first', async () => {
    const inAYear = Date.UTC(new Date(nowMs).getUTCFullYear() + 1, 5, 30);
    const faults: unknown[] = [];
    const keepers = Array.from(
      { length: 4 },
      () =>
        new LedgerKeeper({
          ...postgres,
          retentionDays: () => 0,
          openReader: async () => ({
            quarters: (day) => quartersOf(db, day),
            close: async () => undefined,
          }),
          nowMs: () => inAYear,
          onForgotten: () => undefined,
          onTrouble: (error) => faults.push(error),
        }),
    );
    await Promise.all(keepers.map((keeper) => keeper.keep()));
    for (const keeper of keepers) {
      keeper.start();
      await keeper.stop();
    }
    expect(faults).toEqual([]);
    expect(await madeMonths(db)).toEqual(
      expect.arrayContaining([0, 1, 2].map((offset) => ledgerMonth(inAYear, offset).name)),
    );
  });

  test('an order of a month that nobody made is not lost, and is in it once it is made', async () => {
    const atMs = Date.UTC(2031, 4, 20);
    const late = order(newId('req', atMs), atMs);
    await ledger.open(late);
    await ledger.complete(late.id, completion, [attempt]);
    const placeOf = async (table: string, id: string) =>
      (
        await sql<{ place: string }>`select tableoid::regclass::text as place from ${sql.table(table)}
        where ${sql.ref(id)} = ${late.id}`.execute(db)
      ).rows;
    expect(await placeOf('ledger', 'id')).toEqual([{ place: 'ledger_rest' }]);
    expect(await db.transaction().execute((transaction) => makeMonth(transaction, ledgerMonth(atMs)))).toBe(
      true,
    );
    expect(await db.transaction().execute((transaction) => makeMonth(transaction, ledgerMonth(atMs)))).toBe(
      false,
    );
    expect(await placeOf('ledger', 'id')).toEqual([{ place: 'ledger_2031_05' }]);
    expect(await placeOf('attempts', 'order_id')).toEqual([{ place: 'attempts_2031_05' }]);
    expect(await ledger.find(late.id)).toMatchObject({ status: 'succeeded' });
    await expect(ledger.open(late)).rejects.toThrow('is in the ledger already');
  });

  test('a period is read from its months alone', async () => {
    const fromMs = ledgerMonth(nowMs).startMs;
    const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select count(*) from ledger
      where id >= ${newId('req', fromMs)} and id < ${newId('req', fromMs + dayMs)}`.execute(db);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain(`ledger_${ledgerMonth(fromMs).name}`);
    expect(plan).not.toContain('2031');
  });
});
