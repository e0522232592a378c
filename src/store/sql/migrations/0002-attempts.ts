import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

const counts = [
  'started_at_ms',
  'ended_at_ms',
  'input_tokens',
  'output_tokens',
  'output_image_tokens',
  'cost_micro_usd',
];

/** The upstream calls of every order, in the order of their keys: an order's lie together, and orders by time. */
export function attempts({ wholeNumber, keyedTableEnd }: ColumnKinds): Migration {
  return {
    async up(db) {
      let table = db.schema
        .createTable('attempts')
        .addColumn('order_id', 'text', (column) => column.notNull())
        .addColumn('ordinal', wholeNumber, (column) => column.notNull().check(sql`ordinal >= 1`))
        .addColumn('upstream', 'text', (column) => column.notNull())
        .addColumn('model', 'text', (column) => column.notNull())
        .addColumn('verdict', 'text', (column) => column.notNull())
        .addColumn('phase', 'text', (column) => column.notNull())
        .addColumn('fault', 'text')
        .addColumn('http_status', wholeNumber)
        .addColumn('error_code', 'text')
        .addColumn('usage_source', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('attempts_key', ['order_id', 'ordinal']);
      for (const count of counts)
        table = table.addColumn(count, wholeNumber, (column) =>
          column.notNull().check(sql`${sql.ref(count)} >= 0`),
        );
      await table.modifyEnd(keyedTableEnd).execute();
    },
  };
}
