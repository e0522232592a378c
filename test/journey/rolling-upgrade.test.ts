import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiKey } from '../../src/access/manage-keys.ts';
import { createProject } from '../../src/access/manage-projects.ts';
import { noLimits } from '../../src/journey/limits.ts';
import { bookStatements } from '../../src/store/sql/book-statements.ts';
import { closeLost } from '../../src/store/sql/close-lost.ts';
import { Instance } from '../../src/store/sql/instance.ts';
import { allMigrations, migrate } from '../../src/store/sql/migrate.ts';
import type { OpenDatabase } from '../../src/store/sql/open-database.ts';
import { openPostgres } from '../../src/store/sql/open-postgres.ts';
import { openStore } from '../../src/store/sql/open-store.ts';
import { upkeepBounds } from '../../src/store/sql/postgres-dialect.ts';
import type { SchemaChange } from '../../src/store/sql/schema-state.ts';
import { SqlApiKeyStore } from '../../src/store/sql/sql-api-key-store.ts';
import { SqlLedger } from '../../src/store/sql/sql-ledger.ts';
import { SqlProjectStore } from '../../src/store/sql/sql-project-store.ts';
import { bookFaults } from '../support/book-faults.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { startGateway } from '../support/start-gateway.ts';

/** The version that is running; what it runs on becomes a later version's in these tests. */
const program = resolve(import.meta.dirname, '../support/order-process.ts');
const clock = { nowMs: () => Date.now() };

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.remove());

async function database(name: string): Promise<string> {
  const postgres = openPostgres(server.url);
  await sql`create database ${sql.table(name)}`.execute(postgres.db);
  await postgres.close();
  return server.url.replace(/postgres$/, name);
}

/** What a later version's step may do beside this one: columns in every table that orders touch, and a table. */
const expand: SchemaChange = {
  async up(db) {
    for (const table of ['ledger', 'attempts', 'allowances', 'api_keys', 'projects', 'instances', 'claims'])
      await sql`alter table ${sql.table(table)} add column later text default 'new'`.execute(db);
    await sql`create table later (id text primary key)`.execute(db);
  },
};
const contract: SchemaChange = {
  compatibleFrom: '9998',
  up: async (db) => void (await sql`drop table later`.execute(db)),
};
/** As the process of a later version does at its start. */
async function migrateAsLater(
  url: string,
  changes: Record<string, SchemaChange>,
): Promise<readonly string[]> {
  const upkeep = openPostgres(url, undefined, upkeepBounds);
  try {
    return await migrate(upkeep.db, 'postgres', { ...allMigrations('postgres'), ...changes });
  } finally {
    await upkeep.close();
  }
}

interface Running {
  readonly child: ChildProcess;
  readonly told: Set<string>;
}

function order(url: string, subjects: readonly string[]): Running {
  const told = new Set<string>();
  const child = spawn(process.execPath, [program, url, ...subjects], { stdio: ['ignore', 'pipe', 'ignore'] });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) told.add(line.replace('admitted ', ''));
  });
  return { child, told };
}

async function progress({ told }: Running): Promise<void> {
  const enough = told.size + 100;
  await expect.poll(() => told.size, { timeout: 60_000 }).toBeGreaterThan(enough);
}

async function kill({ child }: Running): Promise<void> {
  expect(child.exitCode).toBeNull();
  const over = once(child, 'close');
  child.kill('SIGKILL');
  await over;
}

async function subjectsIn({ db }: OpenDatabase): Promise<string[]> {
  const project = await createProject(new SqlProjectStore(db), clock, { name: 'p', limits: noLimits });
  const key = await createApiKey(new SqlApiKeyStore(db), clock, {
    name: 'k',
    projectId: project.id,
    limits: { ...noLimits, monthMicroUsd: 500_000_000 },
  });
  return [project.id, key.record.id];
}

test('a version runs on beside a later one that only added, and starts again there: no order is lost, every counter is its sum', async () => {
  const url = await database('rolling');
  const store = await openStore({ url, file: '' });
  const subjects = await subjectsIn(store);
  const [first, second] = [order(url, subjects), order(url, subjects)];
  await Promise.all([progress(first), progress(second)]);
  expect(await migrateAsLater(url, { '9998-expand': expand })).toEqual(['9998-expand']);
  await Promise.all([progress(first), progress(second)]);
  // Rolled back by its operator: the earlier version starts on the later one's tables.
  await kill(second);
  const third = order(url, subjects);
  await Promise.all([progress(first), progress(third)]);
  // A group whose commit was lost is found again, although its row has more columns than the earlier version knows.
  const ledger = new SqlLedger(store.db, { postgres: { instance: { id: 'inst_x' } } });
  const opening = {
    id: 'req_twice',
    keyId: subjects[1] ?? '',
    projectId: subjects[0] ?? '',
    operation: 'generate' as const,
    model: 'm',
    requestedModel: 'm',
    imagesRequested: 1,
    reservedMicroUsd: 1,
    createdAtMs: 1,
    endUser: null,
    upstream: null,
  };
  await ledger.open(opening);
  expect(await ledger.open(opening)).toEqual({});
  await kill(first);
  await kill(third);
  await sql`insert into instances (id, started_at_ms, heartbeat_at_ms, ended_at_ms, version) values ('inst_x', 1, 1, 2, 'test')`.execute(
    store.db,
  );
  const reaper = new Instance(store.db, {
    version: 'test',
    closeLost: () => closeLost(store.db, bookStatements('postgres'), Date.now()),
    onClosed: () => undefined,
    onTrouble: () => undefined,
    deadMs: 0,
  });
  const rowsOf = () => store.db.selectFrom('ledger').select(['id', 'status']).execute();
  // Again and again, as a server does: the database may still be at what a killed process had sent it.
  const openOrders = async () => {
    await reaper.reap();
    return (await rowsOf()).filter(({ status }) => status === 'open');
  };
  await expect.poll(openOrders, { timeout: 20_000 }).toEqual([]);
  const rows = await rowsOf();
  const ids = new Set(rows.map(({ id }) => id));
  expect([first, second, third].flatMap(({ told }) => [...told]).filter((id) => !ids.has(id))).toEqual([]);
  expect(await bookFaults(store.db)).toEqual([]);

  await migrateAsLater(url, { '9998-expand': expand, '9999-contract': contract });
  await expect(startGateway({ env: { DATABASE_URL: url } })).rejects.toThrow(
    /newer version of Plantain \(it has the change "9999-contract".* Run that version or a later one/,
  );
  await store.close();
}, 120_000);

test('a whole server draws on a later version’s tables', async () => {
  const url = await database('whole');
  const first = await startGateway({ env: { DATABASE_URL: url } });
  await migrateAsLater(url, { '9998-expand': expand });
  const second = await startGateway({ env: { DATABASE_URL: url } });
  for (const { url: address, key } of [first, second]) {
    const answer = await fetch(`${address}/v1/images/generations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': address,
      },
      body: '{"prompt":"a fox"}',
    });
    expect(answer.status).toBe(200);
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
  }
  await first.close();
  await second.close();
}, 60_000);

test('a step that needs a table which others hold lets go of the queue for it, tries again, and holds', async () => {
  const url = await database('held');
  await migrateAsLater(url, {});
  const holder = openPostgres(url, undefined, upkeepBounds);
  const held = await holder.db.startTransaction().execute();
  await sql`select * from ledger`.execute(held);
  const migrating = migrateAsLater(url, { '9998-expand': expand });
  // The second try has begun: the first let those through that had come behind it.
  const begun = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`select count(distinct xact_start) as n from pg_stat_activity
      where wait_event_type = 'Lock' and datname = 'held'`.execute(holder.db);
    return rows[0]?.n ?? 0;
  };
  await expect.poll(begun, { timeout: 20_000, interval: 50 }).toBe(1);
  await expect.poll(begun, { timeout: 20_000, interval: 50 }).toBe(0);
  await expect.poll(begun, { timeout: 20_000, interval: 50 }).toBe(1);
  await held.rollback().execute();
  expect(await migrating).toEqual(['9998-expand']);
  await holder.close();
}, 60_000);

test('of servers that start at once on an empty database one makes the tables, whatever their versions', async () => {
  const url = await database('together');
  const starts = await Promise.all([
    migrateAsLater(url, {}),
    migrateAsLater(url, { '9998-expand': expand }),
    migrateAsLater(url, {}),
    migrateAsLater(url, { '9998-expand': expand }),
  ]);
  const last = openPostgres(url);
  expect(starts.some((made) => made.includes('0001-keys-and-ledger'))).toBe(true);
  expect(await migrate(last.db, 'postgres')).toEqual([]);
  await last.close();
}, 60_000);

test('a server that may not change tables waits for who may, and says what to do where nobody comes', async () => {
  const url = await database('verified');
  const place = { url, file: '', migrates: false };
  await expect(openStore(place)).rejects.toThrow(/database\.migrate is false\. Run `plantain migrate` first/);
  const waiting = openStore({ ...place, patienceMs: 60_000 });
  await migrateAsLater(url, {});
  await (await waiting).close();
}, 60_000);

test('`plantain migrate` makes the tables of PostgreSQL ahead of its servers, and leaves those of a later version alone', async () => {
  const url = await database('ahead');
  const run = async (...words: string[]): Promise<string> => {
    const child = spawn(
      process.execPath,
      [resolve(import.meta.dirname, '../../src/main.ts'), 'migrate', ...words],
      { env: { PATH: process.env['PATH'], DATABASE_URL: url }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    expect(((await once(child, 'close')) as [number])[0]).toBe(0);
    return out;
  };
  expect(await run('--wait', '60s')).toBe(
    Object.keys(allMigrations('postgres'))
      .map((name) => `Done: ${name}\n`)
      .join(''),
  );
  await migrateAsLater(url, { '9998-expand': expand });
  expect(await run()).toBe(
    "Nothing to do: the database is a newer version's (9998-expand), and this one works on it.\n",
  );
}, 60_000);
