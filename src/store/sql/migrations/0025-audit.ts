import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

/** Who changed what, and when. Rows are added with the change that they tell of. */
export function audit({ wholeNumber, keyedTableEnd }: ColumnKinds): Migration {
  return {
    async up(db) {
      await db.schema
        .createTable('audit')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('at_ms', wholeNumber, (column) => column.notNull())
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('action', 'text', (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('before', 'text')
        .addColumn('after', 'text')
        .addColumn('address', 'text')
        .addColumn('request_id', 'text')
        .modifyEnd(keyedTableEnd)
        .execute();
      await db.schema.createIndex('audit_subject').on('audit').columns(['subject', 'id']).execute();
    },
  };
}
