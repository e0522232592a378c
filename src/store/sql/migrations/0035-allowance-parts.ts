import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds, DialectName } from './column-kinds.ts';

/** Which keys and projects have limits of single models or end users, so that orders know when to look for them once more. */
export function allowanceParts({ wholeNumber }: ColumnKinds, dialect: DialectName): Migration {
  const subject =
    dialect === 'postgres' ? sql`split_part(id, '/', 1)` : sql`substr(id, 1, instr(id, '/') - 1)`;
  return {
    async up(db) {
      await db.schema
        .alterTable('allowances')
        .addColumn('has_parts', wholeNumber, (column) => column.notNull().defaultTo(0))
        .execute();
      await sql`update allowances set has_parts = 1 where id in (
        select ${subject} from allowances where id like '%/%')`.execute(db);
    },
  };
}
