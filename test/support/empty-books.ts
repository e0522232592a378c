import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/store/sql/database-schema.ts';
import { migrate } from '../../src/store/sql/migrate.ts';
import type { DialectName } from '../../src/store/sql/migrations/column-kinds.ts';
import { openDatabase } from '../../src/store/sql/open-database.ts';
import { openPostgres } from '../../src/store/sql/open-postgres.ts';
import type { PostgresServer } from './postgres-server.ts';

/** An empty database with all tables, over two connections as two processes have them. */
export interface EmptyBook {
  readonly dialect: DialectName;
  readonly db: Kysely<Database>;
  readonly otherDb: Kysely<Database>;
  close(): Promise<void>;
}

export async function emptySqliteBook(): Promise<EmptyBook> {
  const folder = await mkdtemp(join(tmpdir(), 'plantain-book-'));
  const file = join(folder, 'plantain.db');
  const [one, other] = [openDatabase(file), openDatabase(file)];
  await migrate(one.db);
  return {
    dialect: 'sqlite',
    db: one.db,
    otherDb: other.db,
    close: async () => {
      await one.close();
      await other.close();
      await rm(folder, { recursive: true });
    },
  };
}

let made = 0;
const templates = new WeakMap<PostgresServer, Promise<void>>();

/** A new database of a real server, copied from one whose tables were made once. */
export async function emptyPostgresBook(server: PostgresServer): Promise<EmptyBook> {
  const known = templates.get(server) ?? makeTemplate(server);
  templates.set(server, known);
  await known;
  const name = `book${String(++made)}`;
  await onServer(server, `create database ${name} template book_template`);
  const url = urlOf(server, name);
  const [one, other] = [openPostgres(url), openPostgres(url)];
  return {
    dialect: 'postgres',
    db: one.db,
    otherDb: other.db,
    close: async () => {
      await one.close();
      await other.close();
    },
  };
}

async function makeTemplate(server: PostgresServer): Promise<void> {
  await onServer(server, 'create database book_template');
  const template = openPostgres(urlOf(server, 'book_template'));
  await migrate(template.db, 'postgres');
  for (const id of ['inst_a', 'inst_b'])
    await sql`insert into instances values (${id}, 1, 1, 2, 'test')`.execute(template.db);
  await template.close();
}

async function onServer(server: PostgresServer, statement: string): Promise<void> {
  const { db, close } = openPostgres(server.url);
  await sql.raw(statement).execute(db);
  await close();
}

const urlOf = (server: PostgresServer, name: string): string => server.url.replace(/postgres$/, name);
