import { setTimeout as sleep } from 'node:timers/promises';
import { isStorageFailure } from '../../kernel/storage-failure.ts';
import { migrate } from './migrate.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';

export interface StorePlace {
  readonly url: string | undefined;
  readonly file: string;
  /** Commits to the file wait for the disk only where they are flushed by hand. */
  readonly flushesItself?: boolean;
  /** How long a PostgreSQL that is not there yet is waited for: it may be starting as well. */
  readonly patienceMs?: number;
}

const retryMs = 250;

/**
 * The database of a server with its tables brought up to this version: PostgreSQL where there is an address, else the
 * SQLite file. `onTrouble` hears of connections that broke.
 */
export async function openStore(
  { url, file, flushesItself = false, patienceMs = 0 }: StorePlace,
  onTrouble?: (error: Error) => void,
): Promise<OpenDatabase> {
  // Loaded only where it is used: it is not small.
  const opened =
    url === undefined
      ? openDatabase(file, { flushesItself })
      : (await import('./open-postgres.ts')).openPostgres(url, onTrouble);
  const giveUpAtMs = performance.now() + (url === undefined ? 0 : patienceMs);
  for (;;) {
    try {
      await migrate(opened.db, opened.dialect);
      return opened;
    } catch (error) {
      const reason = error instanceof Error && isStorageFailure(error.cause) ? error.cause : error;
      if (!isStorageFailure(reason) || performance.now() >= giveUpAtMs) {
        await opened.close();
        throw error;
      }
    }
    await sleep(retryMs);
  }
}
