import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { allMigrations, migrate } from './migrate.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import type { SchemaChange } from './schema-state.ts';
import { bookFaults } from '../../../test/support/book-faults.ts';
import { createApiKey } from '../../access/manage-keys.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';
import { SqlLedger } from './sql-ledger.ts';
import { plainCompletion, plainOpening } from '../../../test/support/plain-orders.ts';

let opened: OpenDatabase;
beforeEach(() => {
  opened = openDatabase(':memory:');
});
afterEach(() => opened.close());

const schemaOf = async () =>
  (await sql<{ sql: string }>`select sql from sqlite_schema order by name`.execute(opened.db)).rows;

test('migrating twice is migrating once', async () => {
  await migrate(opened.db);
  const schema = await schemaOf();
  const store = new SqlApiKeyStore(opened.db);
  await createApiKey(store, { nowMs: () => 1 }, { name: 'n' });
  await migrate(opened.db);
  expect(await schemaOf()).toStrictEqual(schema);
  expect(await store.count()).toBe(1);
});

test('a step that fails leaves nothing of itself or of the steps before it', async () => {
  const failing: Record<string, Migration> = {
    ...allMigrations('sqlite'),
    '9998-good': { up: async (db) => void (await sql`create table good (id integer)`.execute(db)) },
    '9999-bad': { up: () => Promise.reject(new Error('disk I/O error')) },
  };
  await expect(migrate(opened.db, 'sqlite', failing)).rejects.toThrow(/left as it was: disk I\/O error/);
  const names = (await sql<{ name: string }>`select name from sqlite_schema`.execute(opened.db)).rows.map(
    (row) => row.name,
  );
  expect(names).not.toContain('good');
  expect(names).not.toContain('ledger');
  await migrate(opened.db);
  expect(await new SqlApiKeyStore(opened.db).count()).toBe(0);
});

describe("a newer version's database", () => {
  const up = () => Promise.resolve();
  const newer = (changes: Record<string, SchemaChange>): Promise<unknown> =>
    migrate(opened.db, 'sqlite', { ...allMigrations('sqlite'), ...changes });

  test('that only adds is worked on by the version before it, and nothing is changed', async () => {
    await newer({ '9998-expand': { up } });
    const schema = await schemaOf();
    expect(await migrate(opened.db)).toEqual([]);
    expect(await schemaOf()).toStrictEqual(schema);
  });

  test('that takes something away is refused by versions that do not know what came before, with the cure', async () => {
    await newer({ '9998-expand': { up }, '9999-contract': { up, compatibleFrom: '9998' } });
    const schema = await schemaOf();
    await expect(migrate(opened.db)).rejects.toThrow(
      /newer version of Plantain \(it has the change "9999-contract"; it takes versions that know 9998, and this one knows \d{4}\)\. Run that version or a later one, or restore a backup/,
    );
    expect(await schemaOf()).toStrictEqual(schema);
    // The release between the two.
    expect(await migrate(opened.db, 'sqlite', { ...allMigrations('sqlite'), '9998-expand': { up } })).toEqual(
      [],
    );
  });

  test('stays refused after further steps that only add', async () => {
    await newer({ '9997-contract': { up, compatibleFrom: '9997' }, '9999-expand': { up } });
    await expect(migrate(opened.db)).rejects.toThrow(/versions that know 9997/);
  });

  test('that lacks a step of this one is refused: both would have to be done', async () => {
    await newer({ '9999-expand': { up } });
    await expect(newer({ '9998-another': { up } })).rejects.toThrow(
      /has the change "9999-expand"\), but lacks "9998-another"\. Run `plantain migrate` with the newest version/,
    );
  });

  test('that says nothing of who may work on it is refused', async () => {
    await newer({ '9999-expand': { up } });
    await sql`drop table plantain_compatibility`.execute(opened.db);
    await expect(migrate(opened.db)).rejects.toThrow(/it has the change "9999-expand"\)\. Run that version/);
  });
});

test('no step takes away what a version may need that does not know the step before it', () => {
  const names = Object.keys(allMigrations('sqlite'));
  for (const [name, { compatibleFrom }] of Object.entries(allMigrations('sqlite')))
    if (compatibleFrom !== undefined) {
      expect(compatibleFrom < name.slice(0, 4)).toBe(true);
      expect(names.map((known) => known.slice(0, 4))).toContain(compatibleFrom);
    }
});

test('on PostgreSQL the same tables are made, in its own column types', async () => {
  const statements: string[] = [];
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: (event) => void statements.push(event.query.sql),
  });
  for (const migration of Object.values(allMigrations('postgres'))) await migration.up(db);
  const made = statements.join(';\n');
  expect(made).toContain('"hash" bytea not null unique');
  expect(made).toContain('"cost_micro_usd" bigint not null check ("cost_micro_usd" >= 0)');
  expect(made).toContain('"replaced_by" text');
  expect(made).not.toMatch(/\)\s*strict|blob|\binteger\b|\?|\$\d/);
});

test('names of migrations sort in their order, since they run sorted by name', () => {
  const names = Object.keys(allMigrations('sqlite'));
  expect(names).toStrictEqual([...names].sort());
});

test('keys and projects of which parts had limits before are known to have them', async () => {
  const older = Object.entries(allMigrations('sqlite')).filter(([name]) => name < '0033');
  await migrate(opened.db, 'sqlite', Object.fromEntries(older));
  for (const id of ['key_a', 'key_a/model/m', 'key_b', 'proj_c', 'proj_c/user/*', 'proj_ca'])
    await sql`insert into allowances (id) values (${id})`.execute(opened.db);
  await migrate(opened.db);
  const { rows } = await sql<{
    id: string;
  }>`select id from allowances where has_parts = 1 order by id`.execute(opened.db);
  expect(rows.map(({ id }) => id)).toEqual(['key_a', 'proj_c']);
});

test('what orders of before were asked for by, and sent to, is noted by the hour', async () => {
  const older = Object.entries(allMigrations('sqlite')).filter(([name]) => name < '0034');
  await migrate(opened.db, 'sqlite', Object.fromEntries(older));
  const ledger = new SqlLedger(opened.db);
  const call = {
    model: 'm',
    startedAtMs: 1,
    endedAtMs: 2,
    verdict: 'failed',
    phase: 'failed',
    fault: null,
  } as const;
  const sums = { httpStatus: 503, errorCode: null, inputTokens: 0, outputTokens: 0, outputImageTokens: 0 };
  const attempt = {
    ...call,
    ...sums,
    usageSource: 'none',
    costMicroUsd: 0,
    priceId: null,
    priceLines: [],
  } as const;
  for (const [hour, requestedModel, upstreams] of [
    [5, 'gpt', ['gemini']],
    [6, 'm', ['vertex', 'gemini']],
    [7, 'm', ['gemini']],
  ] as const) {
    const order = plainOpening({ createdAtMs: hour * 3_600_000 + 1, requestedModel });
    await ledger.open(order);
    const done = plainCompletion({ finishedAtMs: hour * 3_600_000 + 9 });
    await ledger.complete(
      order.id,
      done,
      upstreams.map((upstream) => ({ ...attempt, upstream })),
    );
  }
  await migrate(opened.db);
  const { rows: noted } = await sql<{
    kind: string;
    name: string;
    hour_ms: number;
  }>`select * from order_names order by kind, name`.execute(opened.db);
  expect(noted.map(({ kind, name, hour_ms }) => [kind, name, hour_ms / 3_600_000])).toEqual([
    ['model', 'gpt', 5],
    ['upstream', 'gemini', 6],
    ['upstream', 'vertex', 6],
  ]);
});

test('what a data folder of an earlier version holds belongs to the default project, with what was used of it', async () => {
  const { '0001-keys-and-ledger': first, '0002-attempts': second } = allMigrations('sqlite');
  if (first === undefined || second === undefined) throw new Error('migrations are missing');
  await migrate(opened.db, 'sqlite', { '0001-keys-and-ledger': first, '0002-attempts': second });
  const key = (id: string, name: string, revokedAtMs: number | null, byte: number) =>
    sql`insert into api_keys (id, name, hint, hash, created_at_ms, revoked_at_ms, strict)
      values (${id}, ${name}, ${`hint of ${id}`}, ${Buffer.alloc(32, byte)}, 5, ${revokedAtMs}, 1)`.execute(
      opened.db,
    );
  await key('key_a', 'website', null, 1);
  await key('key_b', 'website', 7, 2);
  const order = (id: string, keyId: string, status: string, reserved: number, cost: number) =>
    sql`insert into ledger (id, key_id, operation, model, requested_model, status, usage_source, created_at_ms,
        finished_at_ms, images_requested, images_delivered, input_tokens, output_tokens, output_image_tokens,
        reserved_micro_usd, cost_micro_usd, bytes_out, attempts)
      values (${id}, ${keyId}, 'generate', 'm', 'm', ${status}, 'none', 1, 9, 1, 0, 0, 0, 0, ${reserved}, ${cost}, 0, 0)`.execute(
      opened.db,
    );
  await order('req_1', 'key_a', 'succeeded', 100, 30);
  await order('req_2', 'key_a', 'open', 200, 0);
  await order('req_3', 'key_b', 'unknown', 40, 40);
  await order('req_4', 'cli', 'failed', 1000, 1);

  await migrate(opened.db);
  const store = new SqlApiKeyStore(opened.db);
  expect(await store.list()).toMatchObject([
    {
      id: 'key_a',
      projectId: 'proj_default',
      name: 'website',
      strict: true,
      revokedAtMs: null,
      expiresAtMs: null,
      secrets: [{ hint: 'hint of key_a', validUntilMs: null }],
    },
    { id: 'key_b', revokedAtMs: 7 },
  ]);
  expect((await store.findByHash(Buffer.alloc(32, 1)))?.key.id).toBe('key_a');
  const allowances = await opened.db.selectFrom('allowances').selectAll().orderBy('id').execute();
  expect(
    allowances.map((row) => [row.id, row.open_orders, row.total_used_micro_usd, row.max_open]),
  ).toStrictEqual([
    ['key_a', 1, 230, null],
    ['key_b', 0, 40, null],
    ['proj_default', 1, 271, null],
  ]);
  const lost = await opened.db.selectFrom('ledger').select(['id', 'lost_at_ms', 'project_id']).execute();
  expect(lost.map((row) => [row.id, row.lost_at_ms, row.project_id])).toStrictEqual([
    ['req_1', null, 'proj_default'],
    ['req_2', null, 'proj_default'],
    ['req_3', 9, 'proj_default'],
    ['req_4', null, 'proj_default'],
  ]);
});

test('a ledger that is older than the sums by hour has them, whatever is in it', async () => {
  const { db } = opened;
  const before = Object.entries(allMigrations('sqlite')).filter(([name]) => name < '0020');
  await migrate(db, 'sqlite', Object.fromEntries(before));
  const large = Number.MAX_SAFE_INTEGER;
  for (const [index, [status, upstream, atMs, amount]] of (
    [
      ['succeeded', 'gemini', 3_600_000, large],
      ['partial', 'gemini', 7_199_999, large],
      ['open', null, 7_200_000, 0],
      ['unknown', 'sandbox', 7_200_000, 5],
      ['failed', null, -1, 1],
    ] as const
  ).entries())
    await sql`insert into ledger (id, key_id, operation, model, requested_model, upstream, status, usage_source,
        created_at_ms, images_requested, images_delivered, input_tokens, output_tokens, output_image_tokens,
        reserved_micro_usd, cost_micro_usd, bytes_out, attempts)
      values (${`req_${String(index)}`}, 'key_a', 'generate', 'm', 'm', ${upstream}, ${status}, 'none', ${atMs}, 2, 1,
        ${amount}, ${amount}, ${amount}, 100, ${amount}, 0, 1)`.execute(db);
  await migrate(db);
  expect((await bookFaults(db)).filter((fault) => /^the (?:hour|day)/.test(fault))).toEqual([]);
  expect(await db.selectFrom('usage_hours').select('hour_ms').execute()).toHaveLength(3);
  expect(await db.selectFrom('usage_days').select('day_ms').execute()).toHaveLength(3);
});
