import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { isStorageFailure } from '../../kernel/storage-failure.ts';
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
import {
  compatibilityTable,
  compatibleFromChange,
  firstComparable,
} from './migrations/0029-compatible-from.ts';
import {
  compatibleFrom,
  compatibleState,
  migrationTable,
  numberOfChange,
  readSchemaState,
  type SchemaChange,
  type SchemaState,
} from './schema-state.ts';
import { alerts } from './migrations/0027-alerts.ts';
import { markupAndEndUsers } from './migrations/0028-markup-and-end-users.ts';
import { consoleSessions } from './migrations/0030-console-sessions.ts';
import { usageDays } from './migrations/0031-usage-days.ts';
import { who } from './migrations/0032-who.ts';
import { allowanceParts } from './migrations/0033-allowance-parts.ts';
import { orderNames } from './migrations/0034-order-names.ts';
import { usageQuarters } from './migrations/0035-usage-quarters.ts';

/**
 * Every migration in order. Names are kept in databases: never rename or reorder, only add at the end. A step may only
 * add, so that the version before it runs beside it; what takes away says so by `compatibleFrom`, a release later.
 */
export function allMigrations(dialect: DialectName): Readonly<Record<string, SchemaChange>> {
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
    '0027-alerts': alerts(kinds),
    '0028-markup-and-end-users': markupAndEndUsers(kinds),
    '0029-compatible-from': compatibleFromChange(kinds),
    '0030-console-sessions': consoleSessions(kinds),
    '0031-usage-days': usageDays(dialect, kinds),
    '0032-who': who(),
    '0033-allowance-parts': allowanceParts(kinds, dialect),
    '0034-order-names': orderNames(dialect, kinds),
    '0035-usage-quarters': usageQuarters(kinds),
  };
}

const migrationLockTable = 'plantain_migrations_lock';
/** A table that others are writing is asked for so often, for as long each time as the connection waits for locks. */
const tries = 3;
const pauseMs = 1000;

/**
 * Brings the tables up to this version, in one transaction, and tells which steps that took; does nothing when they are,
 * or are a newer version's that this one can work on. Several processes may start at once. Throws Error with a plain
 * sentence when the database is one this program cannot work on, or a step fails.
 */
export async function migrate(
  db: Kysely<Database>,
  dialect: DialectName = 'sqlite',
  migrations = allMigrations(dialect),
): Promise<readonly string[]> {
  const known = Object.keys(migrations);
  for (let attempt = 1; ; attempt++) {
    const state = await compatibleState(db, known);
    // Looked up first, because the migrator takes the write lock even when there is nothing to do, and commands
    // that only read would wait for whoever holds it.
    if (state.missing.length === 0) return [];
    const error = await run(db, migrations);
    if (error === undefined) return state.missing;
    if (attempt < tries && (await mayWorkNow(db, dialect, error, state))) continue;
    const reason = error instanceof Error ? error.message : 'for an unknown reason';
    throw new Error(
      `The database could not be brought up to this version, and was left as it was: ${reason}`,
      {
        cause: error,
      },
    );
  }
}

/** A lock that others held may come free; and where a newer version was faster, there may be nothing left to do. */
async function mayWorkNow(
  db: Kysely<Database>,
  dialect: DialectName,
  error: unknown,
  before: SchemaState,
): Promise<boolean> {
  if (!isStorageFailure(error)) return (await readSchemaState(db, before.applied)).unknown.length > 0;
  // On SQLite the driver has waited already.
  if (dialect === 'sqlite') return false;
  await sleep(pauseMs);
  return true;
}

/** What kept it from being done, if anything did. */
async function run(
  db: Kysely<Database>,
  migrations: Readonly<Record<string, SchemaChange>>,
): Promise<unknown> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => recordingMigrations(migrations) },
    migrationTableName: migrationTable,
    migrationLockTableName: migrationLockTable,
  });
  const { error } = await migrator.migrateToLatest();
  return error;
}

/** The same steps, each of which also writes down which programs can work on what it leaves. */
export function recordingMigrations(
  migrations: Readonly<Record<string, SchemaChange>>,
): Record<string, SchemaChange> {
  return Object.fromEntries(
    Object.entries(migrations).map(([name, change]) => {
      if (numberOfChange(name) < firstComparable) return [name, change];
      const up = async (db: Kysely<Database>): Promise<void> => {
        await change.up(db);
        const floor = [firstComparable, await compatibleFrom(db), change.compatibleFrom]
          .filter((number) => number !== undefined)
          .reduce((one, other) => (one > other ? one : other));
        await sql`insert into ${sql.table(compatibilityTable)} (migration, compatible_from)
          values (${sql.lit(name)}, ${sql.lit(floor)})`.execute(db);
      };
      return [name, { ...change, up }];
    }),
  );
}
