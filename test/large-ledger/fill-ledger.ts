import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { bookStatements } from '../../src/store/sql/book-statements.ts';
import type { LedgerTable } from '../../src/store/sql/database-schema.ts';
import { ledgerColumns } from '../../src/store/sql/ledger-row.ts';
import { ledgerMonth, makeMonth } from '../../src/store/sql/ledger-partitions.ts';
import type { OpenDatabase } from '../../src/store/sql/open-database.ts';
import { hourMs } from '../../src/store/sql/hour-columns.ts';
import { UsageHours } from '../../src/store/sql/usage-hours.ts';
import { yearOfOrders } from './make-rows.ts';

/** Many rows at once go in much faster than by the statements of orders; the sums by hour go in by those. */
export interface FillOptions {
  readonly rows: number;
  readonly endMs: number;
  /** The SQLite file, or where PostgreSQL can read one. */
  readonly path: string;
}

const rowsInPart = 200_000;

/** A ledger of a year, with its sums by hour. */
export async function fillLedger(database: OpenDatabase, options: FillOptions): Promise<void> {
  const { rows, endMs } = options;
  const writer =
    database.dialect === 'sqlite' ? sqliteWriter(options) : await postgresWriter(database, options);
  const statements = bookStatements(database.dialect);
  let part: LedgerTable[] = [];
  let hours = new UsageHours();
  let hour = 0;
  for (const row of yearOfOrders(rows, endMs)) {
    const own = Math.floor(row.created_at_ms / hourMs);
    if (own !== hour && part.length >= rowsInPart) {
      await writer.write(part);
      await hours.write(statements, database.db);
      [part, hours] = [[], new UsageHours()];
    }
    hour = own;
    part.push(row);
    hours.add(row);
  }
  await writer.write(part);
  await hours.write(statements, database.db);
  writer.close();
  await sql`analyze`.execute(database.db);
}

interface RowWriter {
  write(rows: readonly LedgerTable[]): Promise<void>;
  close(): void;
}

function sqliteWriter({ path }: FillOptions): RowWriter {
  const file = new DatabaseSync(path);
  file.exec('pragma synchronous = off');
  const names = ledgerColumns.map(({ name }) => name);
  const insert = file.prepare(
    `insert into ledger (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
  );
  return {
    async write(rows) {
      file.exec('begin immediate');
      for (const row of rows) insert.run(...valuesOf(row));
      file.exec('commit');
    },
    close: () => file.close(),
  };
}

async function postgresWriter({ db }: OpenDatabase, { path, endMs }: FillOptions): Promise<RowWriter> {
  for (let offset = -12; offset <= 0; offset++)
    await db.transaction().execute((transaction) => makeMonth(transaction, ledgerMonth(endMs, offset)));
  const names = sql.join(ledgerColumns.map(({ name }) => sql.ref(name)));
  return {
    async write(rows) {
      writeFileSync(
        path,
        rows
          .map(
            (row) =>
              `${valuesOf(row)
                .map((value) => value ?? '')
                .join(',')}\n`,
          )
          .join(''),
      );
      chmodSync(path, 0o644);
      await sql`copy ledger (${names}) from ${sql.lit(path)} with (format csv)`.execute(db);
    },
    close: () => rmSync(path, { force: true }),
  };
}

function valuesOf(row: LedgerTable): (string | number | null)[] {
  return ledgerColumns.map(({ name }) => row[name as keyof LedgerTable]);
}
