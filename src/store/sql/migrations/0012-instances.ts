import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

/** The processes that share a database, so that each knows whose open orders nobody will end any more. */
export function instances({ wholeNumber, keyedTableEnd }: ColumnKinds): Migration {
  return {
    async up(db) {
      await db.schema
        .createTable('instances')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('started_at_ms', wholeNumber, (column) => column.notNull())
        .addColumn('heartbeat_at_ms', wholeNumber, (column) => column.notNull())
        .addColumn('ended_at_ms', wholeNumber)
        .addColumn('version', 'text', (column) => column.notNull())
        .modifyEnd(keyedTableEnd)
        .execute();
    },
  };
}
