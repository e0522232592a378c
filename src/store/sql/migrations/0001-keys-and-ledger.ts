import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

/** API keys and the ledger of orders. */
export function keysAndLedger(kinds: ColumnKinds): Migration {
  return {
    async up(db) {
      await createApiKeys(db, kinds);
      await createLedger(db, kinds);
    },
  };
}

async function createApiKeys(
  db: Kysely<unknown>,
  { wholeNumber, bytes, tableEnd }: ColumnKinds,
): Promise<void> {
  await db.schema
    .createTable('api_keys')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('hint', 'text', (column) => column.notNull())
    .addColumn('hash', bytes, (column) => column.notNull().unique().check(sql`length(hash) = 32`))
    .addColumn('created_at_ms', wholeNumber, (column) => column.notNull())
    .addColumn('revoked_at_ms', wholeNumber)
    .addColumn('replaced_by', 'text')
    .addColumn('strict', wholeNumber, (column) => column.notNull().check(sql`${sql.ref('strict')} in (0, 1)`))
    .modifyEnd(tableEnd)
    .execute();
  // Names are unique among live keys only: a rotated key hands its name on.
  await db.schema
    .createIndex('api_keys_live_name')
    .unique()
    .on('api_keys')
    .column('name')
    .where(sql.ref('revoked_at_ms'), 'is', null)
    .execute();
}

async function createLedger(db: Kysely<unknown>, { wholeNumber, keyedTableEnd }: ColumnKinds): Promise<void> {
  const statuses = sql`status in ('open', 'succeeded', 'partial', 'refused', 'failed', 'canceled', 'unknown')`;
  let table = db.schema
    .createTable('ledger')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('requested_model', 'text', (column) => column.notNull())
    .addColumn('upstream', 'text')
    .addColumn('status', 'text', (column) => column.notNull().check(statuses))
    .addColumn('error_code', 'text')
    .addColumn('usage_source', 'text', (column) => column.notNull())
    .addColumn('end_user', 'text')
    .addColumn('created_at_ms', wholeNumber, (column) => column.notNull())
    .addColumn('finished_at_ms', wholeNumber);
  const amounts = [
    'images_requested',
    'images_delivered',
    'input_tokens',
    'output_tokens',
    'output_image_tokens',
    'reserved_micro_usd',
    'cost_micro_usd',
    'bytes_out',
    'attempts',
  ];
  for (const amount of amounts) {
    table = table.addColumn(amount, wholeNumber, (column) =>
      column.notNull().check(sql`${sql.ref(amount)} >= 0`),
    );
  }
  await table.modifyEnd(keyedTableEnd).execute();
  // No index of times: ids begin with the time, so rows lie in that order and reports find their period by id.
  // Every index is one more page to write for each order.
  // The few rows a crash leaves open are found without reading the whole ledger.
  await db.schema
    .createIndex('ledger_open')
    .on('ledger')
    .column('id')
    .where(sql.ref('status'), '=', sql.lit('open'))
    .execute();
}
