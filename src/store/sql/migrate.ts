import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from './database-schema.ts';
import { columnKinds, type DialectName } from './migrations/column-kinds.ts';
import { keysAndLedger } from './migrations/0001-keys-and-ledger.ts';
import { attempts } from './migrations/0002-attempts.ts';
import { claims } from './migrations/0003-claims.ts';
import { priceId } from './migrations/0010-price-id.ts';
import { projectsAndAllowances } from './migrations/0011-projects-and-allowances.ts';
import { instances } from './migrations/0012-instances.ts';
import { claimInstance } from './migrations/0013-claim-instance.ts';
import { usageHours } from './migrations/0020-usage-hours.ts';
import { ledgerMonths } from './migrations/0021-ledger-months.ts';
import { audit } from './migrations/0025-audit.ts';
import { keyPause } from './migrations/0026-key-pause.ts';
import { consoleSessions } from './migrations/0030-console-sessions.ts';

/** Every migration in order. Names are kept in databases: never rename or reorder, only add at the end. */
export function allMigrations(dialect: DialectName): Readonly<Record<string, Migration>> {
  const kinds = columnKinds[dialect];
  return {
    '0001-keys-and-ledger': keysAndLedger(kinds),
    '0002-attempts': attempts(kinds),
    '0003-claims': claims(kinds),
    '0010-price-id': priceId(),
    '0011-projects-and-allowances': projectsAndAllowances(kinds),
    '0012-instances': instances(kinds),
    '0013-claim-instance': claimInstance(),
    '0020-usage-hours': usageHours(kinds),
    '0021-ledger-months': ledgerMonths(dialect),
    '0025-audit': audit(kinds),
    '0026-key-pause': keyPause(kinds),
    '0030-console-sessions': consoleSessions(kinds),
  };
}

const migrationTable = 'plantain_migrations';
const migrationLockTable = 'plantain_migrations_lock';

/**
 * Brings the tables up to this version, in one transaction; does nothing when they are. Several processes may
 * start at once. Throws Error with a plain sentence when the database is a newer Plantain's, or a step fails.
 */
export async function migrate(
  db: Kysely<Database>,
  dialect: DialectName = 'sqlite',
  migrations = allMigrations(dialect),
): Promise<void> {
  const missing = await missingMigrations(db, Object.keys(migrations));
  // Looked up first, because the migrator takes the write lock even when there is nothing to do, and commands
  // that only read would wait for whoever holds it.
  if (missing.length === 0) return;
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableName: migrationTable,
    migrationLockTableName: migrationLockTable,
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const reason = error instanceof Error ? error.message : 'for an unknown reason';
  throw new Error(`The database could not be brought up to this version, and was left as it was: ${reason}`, {
    cause: error,
  });
}

/**
 * Those of the known migrations that this database has not seen. A newer Plantain may have changed the meaning
 * of rows, and an older one writing into them would do quiet damage, so a migration that is not known throws.
 */
async function missingMigrations(db: Kysely<Database>, known: readonly string[]): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === migrationTable)) return known;
  const applied = await sql<{
    name: string;
  }>`select name from ${sql.table(migrationTable)} order by name`.execute(db);
  const names = applied.rows.map((row) => row.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return known.filter((name) => !names.includes(name));
  throw new Error(
    `This database was written by a newer version of Plantain (it has the change "${unknown.at(-1) ?? ''}"). Run that version or a later one, or restore a backup made before the upgrade.`,
  );
}
