import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

/** Requests that may be sent twice, each with the id of its order. */
export function claims({ wholeNumber, keyedTableEnd }: ColumnKinds): Migration {
  const states = sql`state in ('open', 'kept', 'gone', 'unknown')`;
  return {
    async up(db) {
      await db.schema
        .createTable('claims')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('key_id', 'text', (column) => column.notNull())
        .addColumn('idempotency_key', 'text')
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull().check(states))
        .addColumn('answer_head', 'text')
        .addColumn('body_name', 'text')
        .addColumn('size_bytes', wholeNumber, (column) => column.notNull().check(sql`size_bytes >= 0`))
        .addColumn('created_at_ms', wholeNumber, (column) => column.notNull())
        .addColumn('ended_at_ms', wholeNumber)
        .addColumn('expires_at_ms', wholeNumber)
        .modifyEnd(keyedTableEnd)
        .execute();
      // Of two claims at the same time exactly one holds.
      await db.schema
        .createIndex('claims_key')
        .unique()
        .on('claims')
        .columns(['key_id', 'idempotency_key'])
        .where(sql.ref('idempotency_key'), 'is not', null)
        .execute();
    },
  };
}
