import type { Kysely } from 'kysely';
import type { Database } from './database-schema.ts';

/**
 * Runs a transaction that holds if its work answers true, and changes nothing if it answers false or throws. Within a
 * transaction it is part of that one: whoever began it undoes it.
 */
export async function allOrNothing(
  db: Kysely<Database>,
  work: (transaction: Kysely<Database>) => Promise<boolean>,
): Promise<boolean> {
  if (db.isTransaction) return work(db);
  const transaction = await db.startTransaction().execute();
  let holds = false;
  try {
    holds = await work(transaction);
  } finally {
    await (holds ? transaction.commit() : transaction.rollback()).execute();
  }
  return holds;
}
