import { type RawBuilder, sql } from 'kysely';

export type DialectName = 'sqlite' | 'postgres';

/** What the two databases spell differently in a table's definition. */
export interface ColumnKinds {
  /** A whole number of up to 64 bits. */
  readonly wholeNumber: 'integer' | 'bigint';
  readonly bytes: 'blob' | 'bytea';
  /** Ends a `create table`: SQLite checks column types only in strict tables, PostgreSQL always does. */
  readonly tableEnd: RawBuilder<unknown>;
  /** The same for a table kept in the order of its key: one tree to write in SQLite instead of two. */
  readonly keyedTableEnd: RawBuilder<unknown>;
  /** The same for a table whose rows change all the time: room on each page keeps an update from moving its row. */
  readonly updatedTableEnd: RawBuilder<unknown>;
}

export const columnKinds: Readonly<Record<DialectName, ColumnKinds>> = {
  sqlite: {
    wholeNumber: 'integer',
    bytes: 'blob',
    tableEnd: sql`strict`,
    keyedTableEnd: sql`strict, without rowid`,
    updatedTableEnd: sql`strict, without rowid`,
  },
  postgres: {
    wholeNumber: 'bigint',
    bytes: 'bytea',
    tableEnd: sql``,
    keyedTableEnd: sql``,
    updatedTableEnd: sql`with (fillfactor = 50)`,
  },
};
