import { bringUp } from './bring-up.ts';
import { allMigrations } from './migrate.ts';
import { migrationSql } from './migration-sql.ts';
import { openWith, type StorePlace } from './open-store.ts';
import { compatibleState, type SchemaState } from './schema-state.ts';

/** What a database has of this version's steps. Throws where this version cannot work on it; changes nothing. */
export async function inspectStore(
  place: StorePlace,
): Promise<SchemaState & { readonly newest: string | undefined; readonly sql: string }> {
  const { opened, value } = await openWith(place, async ({ db, dialect }) => {
    const known = Object.keys(allMigrations(dialect));
    const state = await compatibleState(db, known);
    return { ...state, newest: state.applied.at(-1), sql: await migrationSql(dialect, state.missing) };
  });
  await opened.close();
  return value;
}

/** Brings a database up to this version; the names of the steps that took. */
export async function migrateStore(place: StorePlace): Promise<readonly string[]> {
  const { opened, value } = await openWith(place, (database) =>
    bringUp(database, { url: place.url, file: place.file, migrates: true }),
  );
  await opened.close();
  return value;
}
