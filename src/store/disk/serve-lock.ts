import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ensurePrivateDirectory, ensurePrivateFile, UnwritableFolderError } from './private-files.ts';

export interface ServeLock {
  /** Gives the data directory free. Calling it again does nothing. */
  release(): void;
}

/** Another server holds the directory. */
export class FolderInUseError extends Error {}

/** Keeps the lock files open for the life of the process: a collected connection would silently drop its lock. */
const held = new Set<DatabaseSync>();

/**
 * Makes this process the only server on `dataDir`, until `release` or the end of the process, however it ends.
 * Two servers on one directory would close each other's open orders as lost, and count budgets apart.
 *
 * The lock is an exclusive SQLite transaction on the empty `serve.lock`: a lock of the operating system on
 * every platform, so a killed server leaves nothing behind that somebody has to delete. Nothing else may open
 * the file in this process, because closing it would drop the lock (POSIX).
 *
 * Throws Error with a plain sentence when another server holds the directory, or it cannot be written.
 */
export function takeServeLock(dataDir: string): ServeLock {
  const path = join(dataDir, 'serve.lock');
  let file: DatabaseSync | undefined;
  try {
    ensurePrivateDirectory(dataDir);
    ensurePrivateFile(path);
    file = new DatabaseSync(path, { timeout: 0 });
    file.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    if (file?.isOpen === true) file.close();
    throw refusal(dataDir, thrown);
  }
  const lock = file;
  held.add(lock);
  return {
    release: () => {
      if (held.delete(lock)) lock.close();
    },
  };
}

function refusal(dataDir: string, thrown: unknown): Error {
  if (thrown instanceof UnwritableFolderError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (/locked|busy/i.test(reason)) {
    return new FolderInUseError(
      `Another Plantain server is running on the data directory ${dataDir}. Stop it, or give this one a directory of its own (PLANTAIN_DATA_DIR).`,
      { cause: thrown },
    );
  }
  return new Error(
    `The data directory ${dataDir} cannot be locked: ${reason}. Check that it exists on a local disk and that this user may write it.`,
    {
      cause: thrown,
    },
  );
}
