import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Database } from './database-schema.ts';
import { ensurePrivateDirectory, ensurePrivateFile, UnwritableFolderError } from '../disk/private-files.ts';
import type { DialectName } from './migrations/column-kinds.ts';
import { WalFlush } from './wal-flush.ts';
import { sqliteDialect } from './sqlite-dialect.ts';

export interface OpenDatabase {
  readonly db: Kysely<Database>;
  readonly dialect: DialectName;
  /** Whether the file that was opened is still the one at its path: a file that was deleted can be written, for nothing. */
  readonly isInPlace: () => Promise<boolean>;
  /** Brings what is committed to the disk; absent where every commit is there already. */
  readonly flush?: () => Promise<void>;
  /** Waits for the query that is running and closes the file. Calling it again does nothing. */
  readonly close: () => Promise<void>;
}

/** How long a write waits for another process that is writing, such as `plantain keys` beside the server. */
const defaultLockWaitMs = 5000;
const walAttempts = 50;
const walPauseMs = 100;

/**
 * Opens the SQLite database at `path`, or makes it: directory 0700, file 0600. `:memory:` opens one of its own.
 * The tables come with `migrate`. Throws Error with a plain sentence when the file cannot be used.
 *
 * Write-ahead log with synchronous=FULL (https://sqlite.org/wal.html): what is committed survives a power cut too. With
 * `flushesItself` commits are not waited for, and `flush` brings them to the disk when they have to last.
 */
export function openDatabase(
  path: string,
  { lockWaitMs = defaultLockWaitMs, flushesItself = false } = {},
): OpenDatabase {
  let file: DatabaseSync;
  try {
    if (path !== ':memory:') {
      ensurePrivateDirectory(dirname(path));
      ensurePrivateFile(path);
    }
    // Without a busy time-out of SQLite's own: that one sleeps on the main thread. The driver waits instead.
    file = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: true });
  } catch (thrown) {
    throw unusable(path, thrown);
  }
  try {
    enterWalMode(file);
    file.exec(`PRAGMA synchronous = ${flushesItself ? 'NORMAL' : 'FULL'}`);
  } catch (thrown) {
    file.close();
    throw unusable(path, thrown);
  }
  const db = new Kysely<Database>({ dialect: sqliteDialect(file, lockWaitMs) });
  const walFlush = flushesItself && path !== ':memory:' ? new WalFlush(path) : undefined;
  const opened = statSync(path, { throwIfNoEntry: false, bigint: true });
  return {
    db,
    dialect: 'sqlite',
    ...(walFlush && { flush: () => walFlush.flush() }),
    isInPlace: async () => {
      if (opened === undefined) return true;
      const current = await stat(path, { bigint: true }).catch(() => undefined);
      return current?.ino === opened.ino && current.dev === opened.dev;
    },
    close: async () => {
      await walFlush?.close();
      // A Kysely that never ran a query does not close what it was given.
      await db.destroy();
      if (file.isOpen) file.close();
    },
  };
}

/** Changing the journal mode does not wait for other processes that open the same new file, so this does. */
function enterWalMode(file: DatabaseSync): void {
  for (let attempt = 1; ; attempt++) {
    try {
      file.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (thrown) {
      if (attempt === walAttempts || !(thrown instanceof Error && /locked|busy/.test(thrown.message)))
        throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, walPauseMs);
    }
  }
}

function unusable(path: string, thrown: unknown): Error {
  if (thrown instanceof UnwritableFolderError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new Error(
    `The database ${path} cannot be opened: ${reason}. Check that the file is Plantain's and that this user may write it and its directory.`,
    {
      cause: thrown,
    },
  );
}
