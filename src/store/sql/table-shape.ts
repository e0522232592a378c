import { type Kysely, sql } from 'kysely';
import type { Database } from './database-schema.ts';

export interface ColumnShape {
  readonly name: string;
  readonly kind: 'whole' | 'text' | 'bytes';
}

/** A table as a copy has to know it. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly ColumnShape[];
  /** The columns of its primary key, in order. */
  readonly key: readonly string[];
}

const kinds: Readonly<Record<string, ColumnShape['kind']>> = {
  integer: 'whole',
  text: 'text',
  blob: 'bytes',
};
/** What every version writes for itself, in whichever database it is. */
const ownOfMigrations = /^plantain_(?:migrations|migrations_lock|compatibility)$/;

/**
 * Every table of a SQLite database with its columns, from the database itself, so that none which a later version adds is
 * forgotten. Throws for what could not be copied row by row.
 */
export async function tableShapes(db: Kysely<Database>): Promise<readonly TableShape[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const shapes: TableShape[] = [];
  for (const { name, isView, columns } of tables) {
    if (isView || ownOfMigrations.test(name)) continue;
    const key = await sql<{
      name: string;
    }>`select name from pragma_table_info(${name}) where pk > 0 order by pk`.execute(db);
    if (key.rows.length === 0) throw new Error(`The table ${name} has no primary key.`);
    shapes.push({
      name,
      columns: columns.map((column) => {
        const kind = kinds[column.dataType.toLowerCase()];
        if (kind === undefined) throw new Error(`${name}.${column.name} is ${column.dataType}.`);
        return { name: column.name, kind };
      }),
      key: key.rows.map((row) => row.name),
    });
  }
  return shapes.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
