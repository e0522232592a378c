import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Database } from './database-schema.ts';
import { compatibilityTable } from './migrations/0029-compatible-from.ts';

/** A step from one version's tables to the next. */
export interface SchemaChange extends Migration {
  /**
   * Only of a step that takes something away: the number of the newest step that a program has to know to work on the
   * tables behind this one. It comes one release after the step that made the old program's way superfluous.
   */
  readonly compatibleFrom?: string;
}

export const migrationTable = 'plantain_migrations';

/** What a database has of the steps that a program knows. */
export interface SchemaState {
  readonly applied: readonly string[];
  /** Known to the program, and not done here yet. */
  readonly missing: readonly string[];
  /** Done here by a newer program. */
  readonly unknown: readonly string[];
  /** The number of the step that a program has to know at least; undefined where nothing says. */
  readonly compatibleFrom: string | undefined;
}

/** `0029-compatible-from` → `0029`. */
export const numberOfChange = (name: string): string => name.slice(0, 4);

/** Reads what was done to a database; changes nothing. `known`: the program's steps, in order. */
export async function readSchemaState(db: Kysely<Database>, known: readonly string[]): Promise<SchemaState> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const has = (name: string): boolean => tables.some((table) => table.name === name);
  if (!has(migrationTable)) return { applied: [], missing: known, unknown: [], compatibleFrom: undefined };
  const rows = await sql<{
    name: string;
  }>`select name from ${sql.table(migrationTable)} order by name`.execute(db);
  const applied = rows.rows.map(({ name }) => name);
  return {
    applied,
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
    compatibleFrom: has(compatibilityTable) ? await compatibleFrom(db) : undefined,
  };
}

/** The highest number that any step of this database asks for. */
export async function compatibleFrom(db: Kysely<Database>): Promise<string | undefined> {
  const { rows } = await sql<{
    floor: string | null;
  }>`select max(compatible_from) as floor from ${sql.table(compatibilityTable)}`.execute(db);
  return rows[0]?.floor ?? undefined;
}

/** The same of a database that this program can work on; throws Error with a plain sentence where it cannot. */
export async function compatibleState(db: Kysely<Database>, known: readonly string[]): Promise<SchemaState> {
  const state = await readSchemaState(db, known);
  refuseIncompatible(state, known);
  return state;
}

/**
 * Throws Error with a plain sentence where this program cannot work on the database, whatever it does: an older one
 * writing into tables whose meaning has changed would do quiet damage. It can where every newer step only added.
 */
function refuseIncompatible(state: SchemaState, known: readonly string[]): void {
  const newest = state.unknown.at(-1);
  if (newest === undefined) return;
  const own = numberOfChange(known.at(-1) ?? '');
  const isCompatible = state.compatibleFrom !== undefined && own >= state.compatibleFrom;
  if (isCompatible && state.missing.length === 0) return;
  const what = `This database was written by a newer version of Plantain (it has the change "${newest}"`;
  throw new Error(
    isCompatible
      ? `${what}), but lacks "${state.missing[0] ?? ''}". Run \`plantain migrate\` with the newest version first.`
      : `${what}${state.compatibleFrom === undefined ? '' : `; it takes versions that know ${state.compatibleFrom}, and this one knows ${own}`}). Run that version or a later one, or restore a backup made before the upgrade.`,
  );
}
