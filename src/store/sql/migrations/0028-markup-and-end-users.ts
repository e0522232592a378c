import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

/**
 * What projects are charged beside what their orders cost. Of orders without a markup, and all before there was one, the
 * cost is what was charged. And how many end users a template has.
 */
export function markupAndEndUsers({ wholeNumber }: ColumnKinds): Migration {
  return {
    async up(db) {
      await db.schema.alterTable('projects').addColumn('markup_basis_points', wholeNumber).execute();
      await db.schema.alterTable('ledger').addColumn('markup_basis_points', wholeNumber).execute();
      await db.schema.alterTable('ledger').addColumn('charged_micro_usd', wholeNumber).execute();
      await db.schema
        .alterTable('allowances')
        .addColumn('end_users', wholeNumber, (column) => column.notNull().defaultTo(0))
        .execute();
      await sql`update allowances set end_users = (
        select count(*) from allowances as own
        where substr(own.id, 1, length(allowances.id) - 1) = substr(allowances.id, 1, length(allowances.id) - 1)
          and own.id <> allowances.id)
        where id like '%/user/*'`.execute(db);
    },
  };
}
