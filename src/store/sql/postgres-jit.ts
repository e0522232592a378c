import { type Kysely, sql } from 'kysely';
import type { Database } from './database-schema.ts';

/**
 * Keeps PostgreSQL from compiling what a connection asks: the sums of a report took it four seconds, of which running them took
 * a tenth. Not a parameter of the connection, which poolers refuse.
 */
export async function withoutCompiling(connection: Kysely<Database>): Promise<void> {
  await sql`select set_config('jit', 'off', false)`.execute(connection);
}
