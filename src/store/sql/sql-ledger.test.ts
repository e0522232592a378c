import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CompiledQuery, Kysely, sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { allQuarters } from '../../../test/support/all-quarters.ts';
import { ledgerContract } from '../../../test/contracts/ledger.contract.ts';
import type { Database } from './database-schema.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { SqlLedger } from './sql-ledger.ts';
import { plainCompletion, plainOpening } from '../../../test/support/plain-orders.ts';
import type { OrdersQuery, TotalsQuery } from '../../usage/ledger.ts';
import { totalsOf } from './sql-totals.ts';
import { sqliteDialect } from './sqlite-dialect.ts';

ledgerContract('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plantain-ledger-'));
  const connections = [
    openDatabase(join(directory, 'plantain.db')),
    openDatabase(join(directory, 'plantain.db')),
  ] as const;
  await migrate(connections[0].db);
  return {
    ledger: new SqlLedger(connections[0].db),
    other: new SqlLedger(connections[1].db),
    addUp: () => allQuarters(connections[0].db, 'sqlite'),
    close: async () => {
      for (const connection of connections) await connection.close();
      await rm(directory, { recursive: true });
    },
  };
});

/** Opens orders one after the other, tells each on stdout once it is written, and completes every third. */
const childProgram = `
import { openDatabase } from ${JSON.stringify(new URL('./open-database.ts', import.meta.url).href)};
import { migrate } from ${JSON.stringify(new URL('./migrate.ts', import.meta.url).href)};
import { SqlLedger } from ${JSON.stringify(new URL('./sql-ledger.ts', import.meta.url).href)};
const { db } = openDatabase(process.argv[1]);
await migrate(db);
const ledger = new SqlLedger(db);
for (let number = 1; ; number++) {
  await ledger.open({ id: 'req_' + number, keyId: 'key_1', projectId: 'proj_1', operation: 'generate', model: 'm', requestedModel: 'm',
    imagesRequested: 1, reservedMicroUsd: 1000 + number, createdAtMs: number, endUser: null, upstream: null });
  process.stdout.write('open ' + number + '\\n');
  if (number % 3 === 0) {
    await ledger.complete('req_' + number, { status: 'succeeded', errorCode: null, upstream: 'u', imagesDelivered: 1, inputTokens: 1,
      outputTokens: 1, outputImageTokens: 1, usageSource: 'upstream', costMicroUsd: 7, bytesOut: 1, attempts: 1, finishedAtMs: number }, []);
    process.stdout.write('done ' + number + '\\n');
  }
  if (number % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
}
`;

test('what a killed server had written is there at the next start, and its open orders are closed at the reserved price', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plantain-crash-'));
  const path = join(directory, 'plantain.db');
  const child = spawn(process.execPath, ['--input-type=module', '-e', childProgram, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.includes('open 200\n')) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string];
  expect(signal).toBe('SIGKILL');
  const told = (word: string) =>
    [...output.matchAll(new RegExp(`^${word} (\\d+)\n`, 'gm'))].map((match) => Number(match[1]));
  const [opened, completed] = [told('open'), new Set(told('done'))];
  expect(opened.length).toBeGreaterThanOrEqual(200);

  const { db, close } = openDatabase(path);
  await migrate(db);
  const ledger = new SqlLedger(db);
  const closed = await ledger.closeLeftOpen(123);
  // The child may have been killed between writing a row and telling of it, so the last one is not judged.
  for (const number of opened) {
    const row = await ledger.find(`req_${number}`);
    if (completed.has(number)) expect(row).toMatchObject({ status: 'succeeded', costMicroUsd: 7 });
    else if (number % 3 !== 0)
      expect(row).toMatchObject({ status: 'unknown', costMicroUsd: 1000 + number, finishedAtMs: 123 });
    else expect(['succeeded', 'unknown']).toContain(row?.status);
  }
  const [total] = await ledger.totals({ by: ['model'] });
  expect(total?.byStatus).toMatchObject({ open: 0, unknown: closed });
  await close();
  await rm(directory, { recursive: true });
});

test('orders whose commit went through unheard are open, not refused as being in the ledger already', async () => {
  const file = new DatabaseSync(':memory:');
  const dialect = sqliteDialect(file, 0);
  let lostAnswers = 0;
  const db = new Kysely<Database>({
    dialect: {
      ...dialect,
      createDriver: () => {
        const driver = dialect.createDriver();
        const commit = driver.commitTransaction.bind(driver);
        driver.commitTransaction = async (connection) => {
          await commit(connection);
          if (lostAnswers === 0) return;
          lostAnswers--;
          throw new Error('the connection broke');
        };
        return driver;
      },
    },
  });
  await migrate(db);
  lostAnswers = 1;
  const ledger = new SqlLedger(db);
  const order = {
    keyId: 'key_1',
    projectId: 'proj_1',
    operation: 'generate' as const,
    model: 'm',
    requestedModel: 'm',
    imagesRequested: 1,
    reservedMicroUsd: 1,
    createdAtMs: 1,
    endUser: null,
    upstream: null,
  };
  await Promise.all([ledger.open({ ...order, id: 'req_1' }), ledger.open({ ...order, id: 'req_2' })]);
  expect(lostAnswers).toBe(0);
  expect([(await ledger.find('req_1'))?.status, (await ledger.find('req_2'))?.status]).toEqual([
    'open',
    'open',
  ]);
  await db.destroy();
});

test('a report reads no row of the ledger but open ones, those of the hours its period cuts, and those it alone can tell', async () => {
  const { db, close } = openDatabase(':memory:');
  await migrate(db);
  const plan = async (query: TotalsQuery): Promise<string[]> => {
    const { sql: text, parameters } = (await totalsOf(db, query)).compile(db);
    const rows = await db.executeQuery<{ detail: string }>(
      CompiledQuery.raw(`explain query plan ${text}`, [...parameters]),
    );
    return rows.rows.flatMap(({ detail }) => (/ledger|usage_/.test(detail) ? [detail] : []));
  };
  const [open, hours, days, ids] = [
    'SCAN ledger USING INDEX ledger_open',
    'SEARCH usage_hours USING PRIMARY KEY (hour_ms>? AND hour_ms<?)',
    'SEARCH usage_days USING PRIMARY KEY (day_ms>? AND day_ms<?)',
    'SEARCH ledger USING PRIMARY KEY (id>? AND id<?)',
  ];
  const period = { fromMs: 3_600_000, toMs: 7_200_000 };
  expect(await plan({ by: ['model'], ...period })).toEqual([open, hours]);
  expect(await plan({ by: ['key'], ...period, fromMs: 1 })).toEqual([open, ids, hours]);
  expect(await plan({ by: ['user'], ...period })).toEqual([open, ids]);
  const dayMs = 24 * 3_600_000;
  const month = { fromMs: 3 * dayMs, toMs: 33 * dayMs };
  expect(await plan({ by: ['day', 'key'], ...month })).toEqual([open, days]);
  expect(await plan({ by: ['key'], fromMs: month.fromMs + 1, toMs: month.toMs + 1 })).toEqual([
    open,
    ids,
    hours,
    hours,
    days,
  ]);
  // Days of another clock, and hours of any, are not made of days of UTC.
  expect(await plan({ by: ['day'], timeZone: 'Europe/Berlin', ...month })).toEqual([open, hours]);
  expect(await plan({ by: ['hour'], ...month })).toEqual([open, hours]);
  await close();
});

test('a list of a name that nobody asked for, an upstream or an end user reads no closed order', async () => {
  const { db, close } = openDatabase(':memory:');
  await migrate(db);
  const ledger = new SqlLedger(db);
  for (let day = 1; day <= 20; day++) {
    const createdAtMs = Date.UTC(2026, 0, day);
    const order = plainOpening({
      createdAtMs,
      model: 'm',
      requestedModel: day === 3 ? 'rare' : 'gpt',
      endUser: day === 4 ? 'ada' : null,
    });
    await ledger.open(order);
    await ledger.complete(order.id, plainCompletion({ finishedAtMs: createdAtMs + 1 }), []);
  }
  // As if they were there no more: what is found is found without them.
  const before = Date.UTC(2026, 0, 3);
  await sql`update ledger set model = 'other', requested_model = 'rare', upstream = 'broken' where created_at_ms > ${before}`.execute(
    db,
  );
  const listed = async (query: Partial<OrdersQuery>) =>
    (await ledger.list({ limit: 100, ...query })).map(({ createdAtMs }) =>
      new Date(createdAtMs).getUTCDate(),
    );
  expect(await listed({ model: 'rare' })).toEqual([3]);
  expect(await listed({ model: 'other' })).toEqual([]);
  expect(await listed({ upstream: 'broken' })).toEqual([]);
  expect(await listed({ endUser: 'ada' })).toEqual([4]);
  const plan = await sql<{
    detail: string;
  }>`explain query plan select * from ledger where end_user = ${'ada'} order by id desc limit 100`.execute(
    db,
  );
  expect(plan.rows.map(({ detail }) => detail)).toEqual([
    'SEARCH ledger USING INDEX ledger_end_user (end_user=?)',
  ]);
  await close();
});

test('finding what was left open does not read the whole ledger', async () => {
  const { db, close } = openDatabase(':memory:');
  await migrate(db);
  const plan = await sql<{
    detail: string;
  }>`explain query plan update ledger set cost_micro_usd = 0 where status = 'open'`.execute(db);
  expect(plan.rows.map((row) => row.detail).join()).toContain('ledger_open');
  await close();
});

test('orders that wait for the book wait for those that are under way elsewhere, some milliseconds, and for nobody else', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plantain-gather-'));
  const { db, close } = openDatabase(join(directory, 'plantain.db'));
  await migrate(db);
  // One flush for each group that admits.
  const flush = vi.fn(() => Promise.resolve());
  const ledger = new SqlLedger(db, { flush });
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `req_${letter}`);
  const open = (id: string) => ledger.open(plainOpening({ id, createdAtMs: 1 }));
  const complete = (id: string) => ledger.complete(id, plainCompletion({ finishedAtMs: 2 }), []);
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await nextTurn();
  };
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    await Promise.all(ids.map(open));
    expect(flush).toHaveBeenCalledTimes(1);
    const statuses = async () => (await ledger.list({ limit: 10 })).map(({ status }) => status);

    // All but one are back, and wait for it; time stands still.
    const ended = ids.slice(1).map(complete);
    await turns();
    expect(new Set(await statuses())).toEqual(new Set(['open']));
    const last = complete('req_a');
    await Promise.all([...ended, last]);
    expect(new Set(await statuses())).toEqual(new Set(['succeeded']));

    // As many as before are expected again; they do not come, and the others go on in time.
    const few = ['g', 'h'].map((letter) => open(`req_${letter}`));
    await turns();
    expect(flush).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(13);
    await Promise.all(few);
    expect(flush).toHaveBeenCalledTimes(2);
    // Two gather with nobody.
    await complete('req_g');
    await complete('req_h');
  } finally {
    vi.useRealTimers();
    await close();
    await rm(directory, { recursive: true });
  }
});
