import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Database } from './database-schema.ts';
import { migrate } from './migrate.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { ReportThread } from './report-thread.ts';
import { SqlLedger } from './sql-ledger.ts';
import { sqlTotals } from './sql-totals.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { SqliteReports } from './sqlite-reports.ts';

let directory = '';
let path = '';
let database: OpenDatabase;
let reports: SqliteReports;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'plantain-reports-'));
  path = join(directory, 'plantain.db');
  database = openDatabase(path);
  await migrate(database.db);
  reports = new SqliteReports(path);
});
afterEach(async () => {
  await reports.close();
  await database.close();
  rmSync(directory, { recursive: true });
});
const never = new AbortController().signal;

test('a report in its thread is the same as one beside it, and so are orders', async () => {
  const ledger = new SqlLedger(database.db);
  for (const id of ['req_1', 'req_2'])
    await ledger.open({
      id,
      keyId: 'key_1',
      projectId: 'proj_1',
      operation: 'generate',
      model: 'm',
      requestedModel: 'm',
      imagesRequested: 1,
      reservedMicroUsd: 5,
      createdAtMs: 1,
      endUser: 'ada',
      upstream: null,
    });
  await ledger.closeLeftOpen(2);
  const reader = await reports.open(never);
  for (const by of [['key'], ['user', 'hour']] as const)
    expect(await reader.totals({ by, timeZone: 'Asia/Kolkata' })).toEqual(
      await ledger.totals({ by, timeZone: 'Asia/Kolkata' }),
    );
  expect(await reader.orders({ limit: 5 })).toEqual(await ledger.list({ limit: 5 }));
  await reader.close();
});

test('what is wrong with the question is told as it is beside the thread', async () => {
  await sql`insert into usage_hours (hour_ms, key_id, project_id, model, upstream, failed_orders)
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 50001)
    select i * 3600000, 'k', 'p', 'm', '', 1 from n`.execute(database.db);
  const reader = await reports.open(never);
  await expect(reader.totals({ by: ['hour'] })).rejects.toMatchObject({ code: 'invalid_value', param: 'by' });
  expect(await reader.totals({ by: [] })).toMatchObject([{ orders: 50_001 }]);
  await reader.close();
});

test('a report that nobody waits for ends', async () => {
  const leaving = new AbortController();
  const reader = await reports.open(leaving.signal);
  expect(await reader.orders({ limit: 1 })).toEqual([]);
  const report = reader.totals({ by: ['user'] });
  leaving.abort(new Error('the client left'));
  await expect(report).rejects.toThrow('the client left');
  await expect(reader.totals({ by: [] })).rejects.toThrow('the client left');
  await reader.close();
  const other = await reports.open(never);
  const second = other.totals({ by: ['user'] });
  await other.close();
  await expect(second).rejects.toThrow(/ended before it answered/);
});

test('a thread is kept for the next report, for a while; reports at once have one each, and one that was left is ended', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const asked = vi.spyOn(ReportThread.prototype, 'ask');
  const ended = vi.spyOn(ReportThread.prototype, 'end');
  try {
    const report = async (): Promise<void> => {
      const reader = await reports.open(never);
      await reader.orders({ limit: 1 });
      await reader.close();
    };
    const threads = (): number => new Set(asked.mock.contexts).size;
    await report();
    await report();
    expect([threads(), ended.mock.calls.length]).toEqual([1, 0]);
    await Promise.all([report(), report()]);
    expect([threads(), ended.mock.calls.length]).toEqual([2, 0]);

    const left = await reports.open(never);
    const orders = left.orders({ limit: 1 });
    await left.close();
    await expect(orders).rejects.toThrow(/ended before it answered/);
    await expect(left.orders({ limit: 1 })).rejects.toThrow(/closed/);
    expect(ended.mock.calls.length).toBe(1);

    await report();
    vi.advanceTimersByTime(9_999);
    expect([threads(), ended.mock.calls.length]).toEqual([2, 1]);
    vi.advanceTimersByTime(1);
    expect(ended.mock.calls.length).toBe(2);
  } finally {
    vi.useRealTimers();
    vi.restoreAllMocks();
  }
});

test('a thread can be ended in the middle of a statement: every kind of them has steps of JavaScript in it', async () => {
  const file = new DatabaseSync(path);
  const db = new Kysely<Database>({ dialect: sqliteDialect(file, 0) });
  await sql`insert into usage_hours (hour_ms, key_id, project_id, model, upstream, failed_orders)
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000)
    select i * 3600000, 'k', 'p', 'm', '', 1 from n`.execute(db);
  for (const status of ['open', 'failed'])
    await sql`insert into ledger (id, key_id, operation, model, requested_model, status, usage_source, created_at_ms,
        images_requested, images_delivered, input_tokens, output_tokens, output_image_tokens, reserved_micro_usd,
        cost_micro_usd, bytes_out, attempts)
      with recursive n (i) as (select 1 union all select i + 1 from n where i < 2000)
      select 'req_0' || i || ${status}, 'k', 'generate', 'm', 'm', ${status}, 'none', i, 1, 1, 1, 1, 1, 1, 1, 1, 1 from n`.execute(
      db,
    );
  let steps = 0;
  file.function('pulse', () => {
    steps++;
    return 1;
  });
  for (const query of [
    { by: ['key'], fromMs: 3_600_000 },
    { by: ['hour'], fromMs: 3_600_000 },
    { by: ['user'] },
    { by: ['model'], fromMs: 1, toMs: 1800 },
  ] as const) {
    const before = steps;
    await sqlTotals(db, query, { hasPulse: true });
    expect([query, steps - before]).toEqual([query, expect.toSatisfy((count: number) => count >= 7)]);
  }
  await db.destroy();
});
