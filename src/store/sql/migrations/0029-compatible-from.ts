import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

export const compatibilityTable = 'plantain_compatibility';
/** Programs that do not know this step look at no number, and refuse whatever is newer. */
export const firstComparable = '0029';

/** Beside every step, which program has to be there at least to work on what it leaves. */
export function compatibleFromChange({ keyedTableEnd }: ColumnKinds): Migration {
  return {
    async up(db) {
      await db.schema
        .createTable(compatibilityTable)
        .addColumn('migration', 'text', (column) => column.primaryKey().notNull())
        .addColumn('compatible_from', 'text', (column) => column.notNull())
        .modifyEnd(keyedTableEnd)
        .execute();
      await sql`insert into ${sql.table(compatibilityTable)} (migration, compatible_from)
        select name, ${sql.lit(firstComparable)} from plantain_migrations`.execute(db);
    },
  };
}
