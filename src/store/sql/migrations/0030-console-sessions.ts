import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

/** Browsers that are signed in at the console. */
export function consoleSessions({ wholeNumber, bytes, keyedTableEnd }: ColumnKinds): Migration {
  return {
    async up(db) {
      await db.schema
        .createTable('console_sessions')
        .addColumn('hash', bytes, (column) => column.primaryKey().notNull())
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('created_at_ms', wholeNumber, (column) => column.notNull())
        .addColumn('seen_at_ms', wholeNumber, (column) => column.notNull())
        .addColumn('expires_at_ms', wholeNumber, (column) => column.notNull())
        .addColumn('address', 'text', (column) => column.notNull())
        .addColumn('user_agent', 'text', (column) => column.notNull())
        .addColumn('secret_mark', 'text', (column) => column.notNull())
        .modifyEnd(keyedTableEnd)
        .execute();
    },
  };
}
