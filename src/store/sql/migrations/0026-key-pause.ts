import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

/** Keys can be disabled for a while, and an adjustment that is sent twice is made once. */
export function keyPause({ wholeNumber }: ColumnKinds): Migration {
  return {
    async up(db) {
      await db.schema.alterTable('api_keys').addColumn('disabled_at_ms', wholeNumber).execute();
      await db.schema.alterTable('adjustments').addColumn('idempotency_key', 'text').execute();
      await db.schema
        .createIndex('adjustments_idempotency_key')
        .unique()
        .on('adjustments')
        .column('idempotency_key')
        .where(sql.ref('idempotency_key'), 'is not', null)
        .execute();
      await db.schema
        .createIndex('adjustments_allowance')
        .on('adjustments')
        .columns(['allowance_id', 'id'])
        .execute();
    },
  };
}
