import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allMigrations, migrate } from './migrate.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { SqlApiKeyStore } from './sql-api-key-store.ts';

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
  await store.insert(
    { id: 'key_1', name: 'n', hint: '', createdAtMs: 1, revokedAtMs: null, replacedBy: null, strict: false },
    Buffer.alloc(32),
  );
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

test("a newer version's database is refused before anything is changed", async () => {
  await migrate(opened.db, 'sqlite', {
    ...allMigrations('sqlite'),
    '9999-future': { up: () => Promise.resolve() },
  });
  const schema = await schemaOf();
  await expect(migrate(opened.db)).rejects.toThrow(
    /newer version of Plantain \(it has the change "9999-future"\)/,
  );
  expect(await schemaOf()).toStrictEqual(schema);
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
