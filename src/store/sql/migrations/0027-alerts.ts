import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

/** What is told before a limit is used up: at which percents, what was told, and what is yet to be. */
export function alerts({ wholeNumber, keyedTableEnd }: ColumnKinds): Migration {
  return {
    async up(db) {
      await db.schema.alterTable('allowances').addColumn('alert_at', 'text').execute();
      await db.schema.alterTable('allowances').addColumn('alerts_told', 'text').execute();
      await db.schema
        .createTable('alerts')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('allowance_id', 'text', (column) => column.notNull())
        .addColumn('end_user', 'text')
        .addColumn('limit_name', 'text', (column) => column.notNull())
        .addColumn('allowed', wholeNumber, (column) => column.notNull())
        .addColumn('used', wholeNumber, (column) => column.notNull())
        .addColumn('percent', wholeNumber)
        .addColumn('requested', wholeNumber)
        .addColumn('period_start_ms', wholeNumber)
        .addColumn('resets_at_ms', wholeNumber)
        .addColumn('at_ms', wholeNumber, (column) => column.notNull())
        .addColumn('told_at_ms', wholeNumber)
        .modifyEnd(keyedTableEnd)
        .execute();
      await db.schema
        .createIndex('alerts_untold')
        .on('alerts')
        .column('id')
        .where(sql.ref('told_at_ms'), 'is', null)
        .execute();
    },
  };
}
