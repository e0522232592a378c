import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, expect, test, vi } from 'vitest';
import { recordsContract } from '../../../test/contracts/records.contract.ts';
import { startPostgres } from '../../../test/support/postgres-server.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { openPostgres } from './open-postgres.ts';
import { SqlLedger } from './sql-ledger.ts';
import { SqlRecords } from './sql-records.ts';

const clock = { nowMs: () => Date.UTC(2026, 10, 26, 12) };

recordsContract('SQLite', async (auditRetentionMs) => {
  const directory = await mkdtemp(join(tmpdir(), 'plantain-records-'));
  const [first, second] = [
    openDatabase(join(directory, 'plantain.db')),
    openDatabase(join(directory, 'plantain.db')),
  ];
  await migrate(first.db);
  const options = { clock, dialect: 'sqlite', auditRetentionMs } as const;
  return {
    records: new SqlRecords(first.db, options),
    other: new SqlRecords(second.db, options),
    ledger: new SqlLedger(first.db),
    close: async () => {
      await first.close();
      await second.close();
      await rm(directory, { recursive: true });
    },
  };
});

test('a change is on the disk before it is told of, where a commit alone does not bring it there', async () => {
  const { db, close } = openDatabase(':memory:');
  await migrate(db);
  const flush = vi.fn(async () => undefined);
  const records = new SqlRecords(db, { clock, dialect: 'sqlite', auditRetentionMs: 0, flush });
  await records.change(async () => expect(flush).not.toHaveBeenCalled());
  expect(flush).toHaveBeenCalledOnce();
  await close();
});

const server = await startPostgres();
const [one, two] = [openPostgres(server.url), openPostgres(server.url)];
await migrate(one.db, 'postgres');
afterAll(async () => {
  await one.close();
  await two.close();
  await server.remove();
});

recordsContract('PostgreSQL', async (auditRetentionMs) => {
  await sql`truncate projects, api_keys, key_secrets, allowances, adjustments, audit, ledger, attempts, usage_hours, instances`.execute(
    one.db,
  );
  await sql`insert into instances values ('inst_ended', 1, 1, 2, 'test')`.execute(one.db);
  await sql`insert into projects (id, name, created_at_ms) values ('proj_default', 'default', 0)`.execute(
    one.db,
  );
  await sql`insert into allowances (id) values ('proj_default')`.execute(one.db);
  const options = { clock, dialect: 'postgres', auditRetentionMs } as const;
  return {
    records: new SqlRecords(one.db, options),
    other: new SqlRecords(two.db, options),
    ledger: new SqlLedger(one.db, {
      postgres: { instance: { id: 'inst_ended' }, usesDatabaseClock: false },
    }),
    close: async () => undefined,
  };
});

test('changes of one process come one after the other, and when too many wait, more are told to come again', async () => {
  const { db, close } = openDatabase(':memory:');
  await migrate(db);
  const records = new SqlRecords(db, { clock, dialect: 'sqlite', auditRetentionMs: 0 });
  const { promise: first, resolve } = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const changes = Array.from({ length: 105 }, () =>
    records.change(async () => {
      most = Math.max(most, ++running);
      await first;
      running--;
    }),
  );
  resolve();
  const ends = await Promise.allSettled(changes);
  expect(ends.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 100 }, () => 'fulfilled'),
    ...Array.from({ length: 5 }, () => 'rejected'),
  ]);
  expect(most).toBe(1);
  await close();
});
