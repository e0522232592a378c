import { migrate } from './migrate.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';

/**
 * The database of a server with its tables brought up to this version: PostgreSQL where there is an address, else the
 * SQLite file. `onTrouble` hears of connections that broke.
 */
export async function openStore(
  { url, file }: { readonly url: string | undefined; readonly file: string },
  onTrouble?: (error: Error) => void,
): Promise<OpenDatabase> {
  // Loaded only where it is used: it is not small.
  const opened =
    url === undefined
      ? openDatabase(file)
      : (await import('./open-postgres.ts')).openPostgres(url, onTrouble);
  try {
    await migrate(opened.db, opened.dialect);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}
