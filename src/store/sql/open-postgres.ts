import { Kysely } from 'kysely';
import type { Database } from './database-schema.ts';
import type { OpenDatabase } from './open-database.ts';
import { type PostgresBounds, postgresDialect } from './postgres-dialect.ts';

/**
 * A PostgreSQL database, 15 or newer. It is reached with the first query; the tables come with `migrate`. `onTrouble`
 * hears of connections that broke.
 */
export function openPostgres(
  url: string,
  onTrouble: (error: Error) => void = () => undefined,
  bounds: Partial<PostgresBounds> = {},
): OpenDatabase {
  const db = new Kysely<Database>({ dialect: postgresDialect(url, onTrouble, bounds) });
  let closing: Promise<void> | undefined;
  return {
    db,
    dialect: 'postgres',
    isInPlace: async () => true,
    close: () => (closing ??= db.destroy()),
  };
}
