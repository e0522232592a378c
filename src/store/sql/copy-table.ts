import { type Kysely, sql } from 'kysely';
import type { Database } from './database-schema.ts';
import type { TableShape } from './table-shape.ts';

/** Rows at a time: what is in memory, and how often others of this process have a turn. */
const page = 1000;

type Row = Readonly<Record<string, unknown>>;

/** Copies all rows of a table from SQLite to PostgreSQL, in the order of its key. `onRows` hears of every page. */
export async function copyTable(
  table: TableShape,
  from: Kysely<Database>,
  to: Kysely<Database>,
  onRows: (rows: number) => void,
): Promise<void> {
  const names = sql.join(table.columns.map(({ name }) => sql.ref(name)));
  const key = sql.join(table.key.map((name) => sql.ref(name)));
  for (let last: Row | undefined; ; ) {
    const beyond =
      last === undefined ? sql`` : sql`where (${key}) > (${sql.join(table.key.map((name) => last?.[name]))})`;
    const { rows } =
      await sql<Row>`select ${names} from ${sql.table(table.name)} ${beyond} order by ${key} limit ${sql.lit(page)}`.execute(
        from,
      );
    if (rows.length > 0)
      // One parameter for all of them; PostgreSQL reads each value as its column's type.
      await sql`insert into ${sql.table(table.name)} (${names})
        select ${names} from json_populate_recordset(null::${sql.table(table.name)}, ${documentOf(table, rows)}::json)`.execute(
        to,
      );
    onRows(rows.length);
    if (rows.length < page) return;
    last = rows.at(-1);
  }
}

function documentOf(table: TableShape, rows: readonly Row[]): string {
  return JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(table.columns.map(({ name }) => [name, valueOf(table, row, row[name])])),
    ),
  );
}

function valueOf(table: TableShape, row: Row, value: unknown): unknown {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  // PostgreSQL has no place for it, and cutting it out would change what somebody wrote.
  if (typeof value === 'string' && value.includes('\0')) {
    const which = table.key.map((name) => String(row[name])).join(', ');
    throw new Error(
      `The row ${which} of ${table.name} has text with a zero byte, which PostgreSQL cannot keep.`,
    );
  }
  return value;
}
