import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

/** What is told before a limit is used up: at which percents, what was told, what is yet to be, and to whom. */
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
      await db.schema
        .createTable('webhook_deliveries')
        .addColumn('event_id', 'text', (column) => column.notNull())
        .addColumn('endpoint', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('body', 'text', (column) => column.notNull())
        .addColumn('created_at_ms', wholeNumber, (column) => column.notNull())
        .addColumn('attempts', wholeNumber, (column) => column.notNull())
        .addColumn('next_at_ms', wholeNumber, (column) => column.notNull())
        .addPrimaryKeyConstraint('webhook_deliveries_key', ['event_id', 'endpoint'])
        .modifyEnd(keyedTableEnd)
        .execute();
      await db.schema
        .createIndex('webhook_deliveries_due')
        .on('webhook_deliveries')
        .column('next_at_ms')
        .execute();
      await db.schema
        .createTable('webhook_endpoints')
        .addColumn('name', 'text', (column) => column.primaryKey().notNull())
        .addColumn('delivered_at_ms', wholeNumber)
        .addColumn('failing_since_ms', wholeNumber)
        .addColumn('last_failure', 'text')
        .addColumn('disabled_at_ms', wholeNumber)
        .modifyEnd(keyedTableEnd)
        .execute();
    },
  };
}
