import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { takeServeLock } from '../disk/serve-lock.ts';
import { allMigrations } from '../sql/migrate.ts';
import { type BackupManifest, databaseName } from './backup-manifest.ts';
import { appliedSteps } from './copied-database.ts';
import { unpackBackup } from './unpack-backup.ts';

export interface RestoreWish {
  readonly dataDir: string;
  readonly chunks: AsyncIterable<Buffer | string>;
  /** Whether what lies in the folder may be replaced. */
  readonly replaces: boolean;
  /** Whether servers on this folder have their keys and ledger in PostgreSQL. */
  readonly usesPostgres: boolean;
  readonly signal: AbortSignal;
}

const lockName = 'serve.lock';
/** What belongs to a database, and to no other one. */
const databaseFiles = [databaseName, `${databaseName}-wal`, `${databaseName}-shm`, 'answers'];

/**
 * Puts what is in an archive into a data folder: all of it, or the folder stays as it was. Throws Error with a plain
 * sentence where a server runs there, something lies there, or the archive is damaged or a newer version's.
 */
export async function restoreBackup(wish: RestoreWish): Promise<BackupManifest> {
  const { dataDir } = wish;
  const wasThere = existsSync(dataDir);
  const before = wasThere ? await readdir(dataDir) : [];
  const lock = takeServeLock(dataDir);
  let isDone = false;
  try {
    if (!wish.replaces && before.some((name) => name !== lockName))
      throw new Error(
        `There is something in ${dataDir} already. Name an empty folder with --data-dir, or replace what is there with --force.`,
      );
    const staging = await mkdtemp(join(dataDir, '.plantain-restore-'));
    try {
      const manifest = await unpackBackup(wish.chunks, staging, wish.signal);
      checkDatabase(manifest, staging, wish.usesPostgres);
      wish.signal.throwIfAborted();
      await replace(dataDir, staging);
      isDone = true;
      return manifest;
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  } finally {
    lock.release();
    if (!isDone && !before.includes(lockName)) await rm(join(dataDir, lockName), { force: true });
    if (!isDone && !wasThere) await rm(dataDir, { recursive: true, force: true });
  }
}

/** Throws where this version could not work with what was unpacked. */
function checkDatabase({ database, plantain }: BackupManifest, staging: string, usesPostgres: boolean): void {
  const file = join(staging, databaseName);
  if (!existsSync(file)) {
    if (database === 'postgres') return;
    throw new Error('This is no backup that can be restored: it has no database. Nothing was changed.');
  }
  if (usesPostgres)
    throw new Error(
      'This backup has a database of its own, and DATABASE_URL names PostgreSQL. Restore it without that setting, and move it with `plantain migrate-to`.',
    );
  let steps: readonly string[];
  try {
    steps = appliedSteps(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`This is no backup that can be restored: ${reason}. Nothing was changed.`, {
      cause: error,
    });
  }
  const known = Object.keys(allMigrations('sqlite'));
  const newer = steps.find((step) => !known.includes(step));
  if (newer !== undefined)
    throw new Error(
      `This backup is of a newer version of Plantain, ${plantain} (its database has the change "${newer}"). Restore it with that version or a later one. Nothing was changed.`,
    );
}

/** Everything that was unpacked in the place of what is there; where that fails, what was there comes back. */
async function replace(dataDir: string, staging: string): Promise<void> {
  const coming = await readdir(staging);
  const going = new Set([...coming, ...(coming.includes(databaseName) ? databaseFiles : [])]);
  const aside = await mkdtemp(join(dataDir, '.plantain-replaced-'));
  const moved: (readonly [from: string, to: string])[] = [];
  const move = async (from: string, to: string): Promise<void> => {
    await rename(from, to);
    moved.push([from, to]);
  };
  try {
    for (const name of going)
      if (existsSync(join(dataDir, name))) await move(join(dataDir, name), join(aside, name));
    for (const name of coming) await move(join(staging, name), join(dataDir, name));
  } catch (error) {
    for (const [from, to] of moved.toReversed()) await rename(to, from);
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}
