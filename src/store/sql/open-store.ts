import { setTimeout as sleep } from 'node:timers/promises';
import { isStorageFailure } from '../../kernel/storage-failure.ts';
import { bringUp, SchemaBehindError } from './bring-up.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';

export interface StorePlace {
  readonly url: string | undefined;
  readonly file: string;
  /** Commits to the file wait for the disk only where they are flushed by hand. */
  readonly flushesItself?: boolean;
  /** How long a PostgreSQL that is not there yet is waited for: it may be starting as well. */
  readonly patienceMs?: number;
  /** False: somebody else brings the tables up to this version, and is waited for. */
  readonly migrates?: boolean;
}

const retryMs = 250;

/**
 * The database of a server with its tables brought up to this version: PostgreSQL where there is an address, else the
 * SQLite file. `onTrouble` hears of connections that broke.
 */
export async function openStore(
  place: StorePlace,
  onTrouble?: (error: Error) => void,
): Promise<OpenDatabase> {
  const { opened } = await openWith(
    place,
    (database) => bringUp(database, { url: place.url, file: place.file, migrates: place.migrates ?? true }),
    onTrouble,
  );
  return opened;
}

/** The same without a change to its tables; `first` is the first that is done with it, and waits for it. */
export async function openWith<Value>(
  { url, file, flushesItself = false, patienceMs = 0 }: StorePlace,
  first: (opened: OpenDatabase) => Promise<Value>,
  onTrouble?: (error: Error) => void,
): Promise<{ readonly opened: OpenDatabase; readonly value: Value }> {
  // Loaded only where it is used: it is not small.
  const opened =
    url === undefined
      ? openDatabase(file, { flushesItself })
      : (await import('./open-postgres.ts')).openPostgres(url, onTrouble);
  const giveUpAtMs = performance.now() + (url === undefined ? 0 : patienceMs);
  for (;;) {
    try {
      return { opened, value: await first(opened) };
    } catch (error) {
      const reason = error instanceof Error && isStorageFailure(error.cause) ? error.cause : error;
      const mayPass = isStorageFailure(reason) || reason instanceof SchemaBehindError;
      if (!mayPass || performance.now() >= giveUpAtMs) {
        await opened.close();
        throw error;
      }
    }
    await sleep(retryMs);
  }
}
