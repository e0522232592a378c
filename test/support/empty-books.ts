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

/** A new database of a real server. */
export async function emptyPostgresBook(server: PostgresServer): Promise<EmptyBook> {
  const name = `book${String(++made)}`;
  const first = openPostgres(server.url);
  await sql`create database ${sql.id(name)}`.execute(first.db);
  await first.close();
  const url = server.url.replace(/postgres$/, name);
  const [one, other] = [openPostgres(url), openPostgres(url)];
  await migrate(one.db, 'postgres');
  for (const id of ['inst_a', 'inst_b'])
    await sql`insert into instances values (${id}, 1, 1, 2, 'test')`.execute(one.db);
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
