import type { Kysely } from 'kysely';
import type { Database } from './database-schema.ts';

export const ledgerFromName = 'ledger_from_ms';

/** Rows of orders that were admitted before this full hour may be gone from the ledger; undefined: all are there. */
export async function ledgerFromMs(db: Kysely<Database>): Promise<number | undefined> {
  const row = await db
    .selectFrom('book_state')
    .select('value')
    .where('name', '=', ledgerFromName)
    .executeTakeFirst();
  return row === undefined ? undefined : Number(row.value);
}
