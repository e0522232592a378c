import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

const counts = [
  'succeeded_orders',
  'partial_orders',
  'refused_orders',
  'failed_orders',
  'canceled_orders',
  'unknown_orders',
  'images_requested',
  'images_delivered',
];
const amounts = [
  'input_tokens',
  'output_tokens',
  'output_image_tokens',
  'cost_micro_usd',
  'charged_micro_usd',
];
const sums = [...counts, ...amounts.flatMap((name) => [name, `${name}_billions`])];

/**
 * Days that are over, by quarter hours, model and upstream: where clocks of every zone that is in use turn. They are added up
 * from the orders later, not when one is closed, and hold for as long as the day has as many orders as were added up here.
 */
export function usageQuarters({ wholeNumber, keyedTableEnd }: ColumnKinds): Migration {
  return {
    async up(db) {
      let table = db.schema
        .createTable('usage_quarters')
        .addColumn('quarter_ms', wholeNumber, (column) => column.notNull())
        .addColumn('model', 'text', (column) => column.notNull())
        .addColumn('upstream', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('usage_quarters_key', ['quarter_ms', 'model', 'upstream']);
      for (const name of sums) table = table.addColumn(name, wholeNumber, (column) => column.notNull());
      await table.modifyEnd(keyedTableEnd).execute();
      await db.schema
        .createTable('quarter_days')
        .addColumn('day_ms', wholeNumber, (column) => column.notNull().primaryKey())
        .addColumn('orders', wholeNumber, (column) => column.notNull())
        .addColumn('unknown_orders', wholeNumber, (column) => column.notNull())
        .modifyEnd(keyedTableEnd)
        .execute();
    },
  };
}
