import { migrate } from './migrate.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';

export interface StorePlace {
  readonly url: string | undefined;
  readonly file: string;
  /** Commits to the file wait for the disk only where they are flushed by hand. */
  readonly flushesItself?: boolean;
}

/**
 * The database of a server with its tables brought up to this version: PostgreSQL where there is an address, else the
 * SQLite file. `onTrouble` hears of connections that broke.
 */
export async function openStore(
  { url, file, flushesItself = false }: StorePlace,
  onTrouble?: (error: Error) => void,
): Promise<OpenDatabase> {
  // Loaded only where it is used: it is not small.
  const opened =
    url === undefined
      ? openDatabase(file, { flushesItself })
      : (await import('./open-postgres.ts')).openPostgres(url, onTrouble);
  try {
    await migrate(opened.db, opened.dialect);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}
