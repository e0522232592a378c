import { type RawBuilder, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

const statuses = ['succeeded', 'partial', 'refused', 'failed', 'canceled', 'unknown'];
const images = ['images_requested', 'images_delivered'];
const amounts = ['input_tokens', 'output_tokens', 'output_image_tokens', 'cost_micro_usd'];
const billion = sql.lit(1_000_000_000);

/**
 * What was used in each hour, so that reports need not read the ledger, nor the ledger be kept for ever. Amounts are two
 * columns each, whole billions beside the rest: whatever is added to them, neither passes what a column holds.
 */
export function usageHours({ wholeNumber, updatedTableEnd }: ColumnKinds): Migration {
  return {
    async up(db) {
      let table = db.schema
        .createTable('usage_hours')
        .addColumn('hour_ms', wholeNumber, (column) => column.notNull())
        .addColumn('key_id', 'text', (column) => column.notNull())
        .addColumn('project_id', 'text', (column) => column.notNull())
        .addColumn('model', 'text', (column) => column.notNull())
        // Empty where none was asked: a part of a key cannot be null.
        .addColumn('upstream', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('usage_hours_key', ['hour_ms', 'key_id', 'project_id', 'model', 'upstream']);
      const sums = new Map<string, RawBuilder<unknown>>();
      for (const status of statuses)
        sums.set(`${status}_orders`, sql`case when status = ${sql.lit(status)} then 1 else 0 end`);
      for (const name of images) sums.set(name, sql.ref(name));
      for (const name of amounts) {
        sums.set(name, sql`${sql.ref(name)} % ${billion}`);
        sums.set(`${name}_billions`, sql`${sql.ref(name)} / ${billion}`);
      }
      for (const name of sums.keys())
        table = table.addColumn(name, wholeNumber, (column) => column.notNull().defaultTo(0));
      await table.modifyEnd(updatedTableEnd).execute();
      const columns = sql.join([...sums.keys()].map((name) => sql.ref(name)));
      const added = sql.join([...sums.values()].map((sum) => sql`cast(sum(${sum}) as bigint)`));
      // Floored, also where a clock stood before the epoch.
      const hour = sql`created_at_ms - ((created_at_ms % 3600000) + 3600000) % 3600000`;
      await sql`insert into usage_hours (hour_ms, key_id, project_id, model, upstream, ${columns})
        select ${hour}, key_id, project_id, model, coalesce(upstream, ''), ${added} from ledger
        where status <> 'open' group by 1, 2, 3, 4, 5`.execute(db);
    },
  };
}
