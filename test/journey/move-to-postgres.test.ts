import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createApiKey } from '../../src/access/manage-keys.ts';
import { createProject } from '../../src/access/manage-projects.ts';
import { noLimits } from '../../src/journey/limits.ts';
import { newId } from '../../src/kernel/ids.ts';
import { takeServeLock } from '../../src/store/disk/serve-lock.ts';
import type { Database } from '../../src/store/sql/database-schema.ts';
import { madeMonths } from '../../src/store/sql/ledger-partitions.ts';
import { migrate } from '../../src/store/sql/migrate.ts';
import { openPostgres } from '../../src/store/sql/open-postgres.ts';
import { openStore } from '../../src/store/sql/open-store.ts';
import { SqlAllowanceStore } from '../../src/store/sql/sql-allowance-store.ts';
import { SqlApiKeyStore } from '../../src/store/sql/sql-api-key-store.ts';
import { SqlClaimStore } from '../../src/store/sql/sql-claim-store.ts';
import { SqlLedger } from '../../src/store/sql/sql-ledger.ts';
import { SqlProjectStore } from '../../src/store/sql/sql-project-store.ts';
import { bookFaults } from '../support/book-faults.ts';
import { earlier, earlierDataFolder } from '../support/earlier-data-folder.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { startGateway, testKey } from '../support/start-gateway.ts';

const main = resolve(import.meta.dirname, '../../src/main.ts');
const clock = { nowMs: () => Date.now() };

let server: PostgresServer;
let folder: ReturnType<typeof earlierDataFolder>;
let databases = 0;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.remove());
beforeEach(() => {
  folder = earlierDataFolder();
});
afterEach(() => folder.remove());

async function emptyDatabase(): Promise<string> {
  const name = `move_${String(++databases)}`;
  const postgres = openPostgres(server.url);
  await sql`create database ${sql.table(name)}`.execute(postgres.db);
  await postgres.close();
  return server.url.replace(/postgres$/, name);
}

function plantain(...words: string[]) {
  const { promise, resolve: done } = Promise.withResolvers<{
    code: number;
    stdout: string;
    stderr: string;
  }>();
  const env = { PATH: process.env['PATH'], PLANTAIN_DATA_DIR: folder.path };
  const child = execFile(
    process.execPath,
    [main, ...words],
    { cwd: folder.path, env },
    (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    },
  );
  return { child, ended: promise };
}

const old = Date.UTC(2024, 1, 29);

/** Something in every table, several pages of orders, and texts of all kinds. */
async function fill(): Promise<void> {
  const store = await openStore({ url: undefined, file: join(folder.path, 'plantain.db') });
  const { db } = store;
  const project = await createProject(new SqlProjectStore(db), clock, {
    name: 'shop',
    limits: { ...noLimits, totalMicroUsd: 5_000_000_000 },
  });
  const { record } = await createApiKey(new SqlApiKeyStore(db), clock, {
    name: 'shop',
    projectId: project.id,
  });
  const allowances = new SqlAllowanceStore(db, clock);
  await allowances.setLimits({ kind: 'users', projectId: project.id }, { maxOpen: 5000 });
  await allowances.credit(
    { kind: 'project', id: project.id },
    { id: 'adj_1', amountMicroUsd: 7, reason: 'Käse "✓" \\ 🦊\t\n', actor: 'me', atMs: Date.now() },
  );
  const ledger = new SqlLedger(db);
  const owner = { keyId: record.id, projectId: project.id };
  const orders = (count: number, timeOf: (index: number) => number, { keyId, projectId } = owner) =>
    Array.from({ length: count }, async (_, index) => {
      const atMs = timeOf(index);
      const id = newId('req', atMs);
      await ledger.open({
        id,
        keyId,
        projectId,
        operation: 'generate',
        model: 'm',
        requestedModel: 'm',
        imagesRequested: 1,
        reservedMicroUsd: 1000,
        createdAtMs: atMs,
        endUser: index % 7 === 0 ? `user "${String(index)}" \\ \u2028` : null,
        upstream: null,
      });
      if (index % 100 === 0) return;
      const attempt = {
        upstream: 'u',
        model: 'm',
        startedAtMs: 1,
        endedAtMs: 2,
        verdict: 'picture' as const,
        phase: 'answered' as const,
        fault: null,
        httpStatus: 200,
        errorCode: null,
        inputTokens: 1,
        outputTokens: 2,
        outputImageTokens: 2,
        usageSource: 'upstream' as const,
        costMicroUsd: index,
        priceId: 'p',
        priceLines: [],
      };
      await ledger.complete(
        id,
        {
          status: index % 3 === 0 ? 'failed' : 'succeeded',
          errorCode: null,
          upstream: 'u',
          imagesDelivered: 1,
          inputTokens: 1,
          outputTokens: 2,
          outputImageTokens: 2,
          usageSource: 'upstream',
          costMicroUsd: index,
          bytesOut: 1,
          attempts: 1,
          finishedAtMs: Date.now(),
        },
        [attempt],
      );
    });
  // Of months before, and one of a month in which there is nothing else.
  const nobody = { keyId: 'cli', projectId: 'proj_before' };
  await Promise.all(orders(1, () => old, nobody));
  await Promise.all(orders(40, () => old + 100 * 86_400_000, nobody));
  await Promise.all(orders(2259, Date.now));
  await new SqlClaimStore(db).open({
    id: 'req_claim',
    keyId: record.id,
    idempotencyKey: 'once',
    fingerprint: 'f',
    createdAtMs: 1,
  });
  await store.close();
}

/** Every row of every table but those of migrations, found by other means than the copy finds them. */
async function everything(
  db: Kysely<Database>,
  names: readonly string[],
): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const name of names) {
    const { rows } = await sql<object>`select * from ${sql.table(name)}`.execute(db);
    all[name] = rows
      .map((row) =>
        JSON.stringify(
          Object.entries(row)
            .map(([column, value]) => [
              column,
              value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
            ])
            .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
        ),
      )
      .toSorted();
  }
  return all;
}

async function tablesOf(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{
    name: string;
  }>`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not like 'plantain_%'`.execute(
    db,
  );
  return rows.map(({ name }) => name);
}

/** The tables of a database in which there is something. */
async function filled(url: string): Promise<Record<string, number>> {
  const source = await openStore({ url: undefined, file: join(folder.path, 'plantain.db') });
  const target = openPostgres(url);
  const counts: Record<string, number> = {};
  for (const name of await tablesOf(source.db)) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(
      target.db,
    );
    if (rows[0]?.n !== 0) counts[name] = rows[0]?.n ?? 0;
  }
  await source.close();
  await target.close();
  return counts;
}

test('everything in the data folder is in PostgreSQL afterwards, row by row, and servers go on there', async () => {
  await fill();
  const url = await emptyDatabase();
  const moved = await plantain('migrate-to', url).ended;
  expect([moved.code, moved.stderr]).toEqual([0, '']);
  expect(moved.stdout).toMatch(
    /ledger +2306\n[\s\S]*Copied, with the same counts and sums; the ledger's cost is \$/,
  );

  const source = await openStore({ url: undefined, file: join(folder.path, 'plantain.db') });
  const target = openPostgres(url);
  const names = await tablesOf(source.db);
  expect(names.length).toBeGreaterThanOrEqual(10);
  expect(await everything(target.db, names)).toEqual(await everything(source.db, names));
  await source.close();
  const inRest = await sql<{ n: number }>`select (select count(*) from ledger_rest) +
    (select count(*) from attempts_rest) as n`.execute(target.db);
  expect(inRest.rows[0]?.n).toBe(0);
  expect((await madeMonths(target.db)).slice(0, 2)).toEqual(['2024_02', '2024_06']);

  const gateway = await startGateway({ dataDir: folder.path, env: { DATABASE_URL: url } });
  for (const key of [testKey, earlier.rotatedKey]) {
    const answer = await fetch(`${gateway.url}/v1/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"prompt":"a fox"}',
    });
    expect(answer.status).toBe(200);
  }
  expect((await fetch(`${gateway.url}${earlier.link}`)).status).toBe(200);
  await gateway.close();
  expect(await bookFaults(target.db)).toEqual([]);
  await target.close();
}, 120_000);

test('a folder that a server runs on, a database that is in use, and a word that is no address are refused', async () => {
  const url = await emptyDatabase();
  await (await openStore({ url: undefined, file: join(folder.path, 'plantain.db') })).close();
  const running = takeServeLock(folder.path);
  const refused = await plantain('migrate-to', url).ended;
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^plantain: Another Plantain server is running on the data directory/);
  running.release();

  const inUse = openPostgres(url);
  await migrate(inUse.db, 'postgres');
  await createApiKey(new SqlApiKeyStore(inUse.db), clock, { name: 'theirs' });
  await inUse.close();
  const again = await plantain('migrate-to', url).ended;
  expect([again.code, again.stderr]).toEqual([
    1,
    'plantain: That database is in use: its table allowances has 2 rows. Name an empty one; `createdb` makes it.\n',
  ]);
  const wrong = await plantain('migrate-to', 'mysql://me:my-password@host/db').ended;
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    'plantain: Say where to, as in postgres://user:password@host:5432/plantain.\n',
  ]);
}, 60_000);

test('a copy that is not equal to the cent is taken back whole', async () => {
  await fill();
  const url = await emptyDatabase();
  const target = openPostgres(url);
  await migrate(target.db, 'postgres');
  await sql`create function change_one() returns trigger language plpgsql as $$
    begin if new.cost_micro_usd = 1001 then new.cost_micro_usd = 1002; end if; return new; end $$`.execute(
    target.db,
  );
  await sql`create trigger change_one before insert on ledger for each row execute function change_one()`.execute(
    target.db,
  );
  await target.close();
  const { code, stderr } = await plantain('migrate-to', url).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /The copy is not what the data folder holds, and was taken back: ledger of key_\w+ in proj_\w+, succeeded: .*; ledger cost_micro_usd: \d+ there, \d+ here/,
  );
  expect(await filled(url)).toEqual({ projects: 1, allowances: 1 });
}, 120_000);

test('a copy that is killed leaves nothing behind, and is made by the next', async () => {
  await fill();
  const url = await emptyDatabase();
  const target = openPostgres(url);
  await migrate(target.db, 'postgres');
  await sql`create function wait_long() returns trigger language plpgsql as $$ begin perform pg_sleep(600); return new; end $$`.execute(
    target.db,
  );
  await sql`create trigger wait_long before insert on ledger for each statement execute function wait_long()`.execute(
    target.db,
  );
  const { child, ended } = plantain('migrate-to', url);
  const atWork = async (): Promise<number> =>
    (
      await sql<{ n: number }>`select count(*) as n from pg_stat_activity
        where datname = current_database() and wait_event = 'PgSleep'`.execute(target.db)
    ).rows[0]?.n ?? 0;
  await expect.poll(atWork, { timeout: 60_000 }).toBe(1);
  child.kill('SIGKILL');
  await ended;
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`.execute(
    target.db,
  );
  await expect.poll(atWork, { timeout: 20_000 }).toBe(0);
  expect(await filled(url)).toEqual({ projects: 1, allowances: 1 });
  await sql`drop trigger wait_long on ledger`.execute(target.db);
  await target.close();
  expect((await plantain('migrate-to', url).ended).code).toBe(0);
  expect((await filled(url))['ledger']).toBe(2306);
}, 120_000);
