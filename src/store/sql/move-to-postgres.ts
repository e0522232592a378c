import { dirname } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { takeServeLock } from '../disk/serve-lock.ts';
import { idBound, idTimeMs } from '../../kernel/ids.ts';
import { copyTable } from './copy-table.ts';
import type { Database } from './database-schema.ts';
import { ledgerMonth, makeMonth } from './ledger-partitions.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { openPostgres } from './open-postgres.ts';
import { openStore } from './open-store.ts';
import { upkeepBounds } from './postgres-dialect.ts';
import { tableShapes, type TableShape } from './table-shape.ts';
import { differences, ledgerSums, tableSums } from './table-sums.ts';

export interface MoveProgress {
  readonly table: string;
  /** Of all tables together. */
  readonly copied: number;
  readonly total: number;
}

export interface Moved {
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
  readonly costMicroUsd: bigint;
}

/**
 * Copies everything of a data folder's database into an empty PostgreSQL, in one transaction there: it holds whole, with
 * the same counts and sums, or leaves the database as empty as it was. Nobody can write either meanwhile, and the
 * folder stays as it is. Throws Error with a plain sentence.
 */
export async function moveToPostgres(
  file: string,
  url: string,
  onProgress: (progress: MoveProgress) => void,
): Promise<Moved> {
  const source = await openStore({ url: undefined, file });
  const lock = await Promise.resolve()
    .then(() => takeServeLock(dirname(file)))
    .catch(async (error: unknown) => {
      await source.close();
      throw error;
    });
  const target = openPostgres(url, undefined, upkeepBounds);
  try {
    await migrate(target.db, 'postgres');
    return await source.db
      .transaction()
      .execute((from) => target.db.transaction().execute((to) => copyAll(from, to, onProgress)));
  } finally {
    await target.close();
    lock.release();
    await source.close();
  }
}

async function copyAll(
  from: Kysely<Database>,
  to: Kysely<Database>,
  onProgress: (progress: MoveProgress) => void,
): Promise<Moved> {
  const tables = await tableShapes(from);
  await takeEmpty(tables, to);
  await makeMonths(from, to);
  const expected = await sumsOf(tables, from);
  const rowsOf = ({ name }: TableShape): number => Number(expected.get(`${name} rows`));
  // The database fills the days itself, as the hours come in; they are compared like the others.
  const toCopy = tables.filter(({ name }) => name !== 'usage_days');
  const total = toCopy.reduce((sum, table) => sum + rowsOf(table), 0);
  let copied = 0;
  for (const table of toCopy) {
    // What it noted of the orders as they came in, which are behind them here; of those that are forgotten there is more.
    if (table.name === 'order_names') await sql`delete from order_names`.execute(to);
    await copyTable(table, from, to, (rows) => {
      copied += rows;
      onProgress({ table: table.name, copied, total });
    });
  }
  const found = differences(await sumsOf(tables, to), expected);
  if (found.length > 0)
    throw new Error(
      `The copy is not what the data folder holds, and was taken back: ${found.slice(0, 5).join('; ')}. Please report it.`,
    );
  return {
    tables: tables.map((table) => ({ name: table.name, rows: rowsOf(table) })),
    costMicroUsd: BigInt(expected.get('ledger cost_micro_usd') ?? '0'),
  };
}

/** Makes a partition for every month that has orders, so that retention can drop them, and reports read what they ask for. */
async function makeMonths(from: Kysely<Database>, to: Kysely<Database>): Promise<void> {
  for (let bound = ''; ; ) {
    const { rows } = await sql<{
      id: string | null;
    }>`select min(id) as id from ledger where id >= ${bound}`.execute(from);
    const atMs = idTimeMs(rows[0]?.id ?? '');
    if (atMs === undefined) return;
    const month = ledgerMonth(atMs);
    await makeMonth(to, month);
    bound = idBound('req', month.endMs);
  }
}

async function sumsOf(
  tables: readonly TableShape[],
  db: Kysely<Database>,
): Promise<ReadonlyMap<string, string>> {
  const sums = new Map(await ledgerSums(db));
  for (const table of tables) for (const [name, sum] of await tableSums(table, db)) sums.set(name, sum);
  return sums;
}

/**
 * Makes sure that nothing is there but what a new database begins with, takes that away, and keeps everybody else from
 * writing until the end: a server that starts too early waits.
 */
async function takeEmpty(tables: readonly TableShape[], to: Kysely<Database>): Promise<void> {
  await sql`lock table ${sql.join(tables.map(({ name }) => sql.table(name)))} in exclusive mode`.execute(to);
  const fresh = openDatabase(':memory:');
  try {
    await migrate(fresh.db);
    for (const { name } of tables) {
      const rows = await rowsIn(name, to);
      if (rows > (await rowsIn(name, fresh.db)))
        throw new Error(
          `That database is in use: its table ${name} has ${String(rows)} ${rows === 1 ? 'row' : 'rows'}. Name an empty one; \`createdb\` makes it.`,
        );
      if (rows > 0) await sql`delete from ${sql.table(name)}`.execute(to);
    }
  } finally {
    await fresh.close();
  }
}

async function rowsIn(table: string, db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db);
  return rows[0]?.n ?? 0;
}
