import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FolderInUseError, type ServeLock, takeServeLock } from '../disk/serve-lock.ts';
import { allMigrations, migrate } from './migrate.ts';
import type { OpenDatabase } from './open-database.ts';
import { compatibleState, readSchemaState } from './schema-state.ts';

export interface BringUpOptions {
  readonly url: string | undefined;
  readonly file: string;
  readonly migrates: boolean;
}

/** The tables are an earlier version's, and this process may not change them. */
export class SchemaBehindError extends Error {}

/** How long another command is waited for that is changing the tables of the same folder. */
const lockWaitMs = 5000;
const retryMs = 100;

/**
 * Brings the tables of an opened database up to this version, if it may; the names of the steps that took. On PostgreSQL
 * over a connection of its own, which takes its time. A data folder that a server runs on is left alone: that server is
 * of the earlier version, and would find its tables gone.
 */
export async function bringUp(
  opened: OpenDatabase,
  { url, file, migrates }: BringUpOptions,
): Promise<readonly string[]> {
  const known = Object.keys(allMigrations(opened.dialect));
  const state = await compatibleState(opened.db, known);
  if (state.missing.length === 0) return [];
  if (!migrates)
    throw new SchemaBehindError(
      `The database lacks "${state.missing.at(-1) ?? ''}", which this version needs, and database.migrate is false. Run \`plantain migrate\` first.`,
    );
  if (url !== undefined) {
    const { openPostgres } = await import('./open-postgres.ts');
    const { upkeepBounds } = await import('./postgres-dialect.ts');
    const upkeep = openPostgres(url, undefined, upkeepBounds);
    try {
      return await migrate(upkeep.db, 'postgres');
    } finally {
      await upkeep.close();
    }
  }
  // A new file has no server yet whose tables they could be.
  if (state.applied.length === 0) return migrate(opened.db);
  const lock = await serveLock(dirname(file), opened, known);
  return migrate(opened.db).finally(() => lock?.release());
}

/** The folder for this process alone; undefined when another one has brought it up meanwhile. */
async function serveLock(
  folder: string,
  { db }: OpenDatabase,
  known: readonly string[],
): Promise<ServeLock | undefined> {
  const giveUpAtMs = performance.now() + lockWaitMs;
  for (;;) {
    try {
      return takeServeLock(folder);
    } catch (error) {
      if (!(error instanceof FolderInUseError)) throw error;
      if ((await readSchemaState(db, known)).missing.length === 0) return undefined;
      if (performance.now() >= giveUpAtMs)
        throw new Error(
          `The data folder ${folder} is of an earlier version of Plantain, and a server is running on it. Stop that server and start it with this version; until then use its own command.`,
          { cause: error },
        );
    }
    await sleep(retryMs);
  }
}
