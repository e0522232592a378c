import type { Migration } from 'kysely/migration';
import type { ColumnKinds } from './column-kinds.ts';

/**
 * What projects are charged beside what their orders cost. Of orders without a markup, and all before there was one, the
 * cost is what was charged.
 */
export function markup({ wholeNumber }: ColumnKinds): Migration {
  return {
    async up(db) {
      await db.schema.alterTable('projects').addColumn('markup_basis_points', wholeNumber).execute();
      await db.schema.alterTable('ledger').addColumn('markup_basis_points', wholeNumber).execute();
      await db.schema.alterTable('ledger').addColumn('charged_micro_usd', wholeNumber).execute();
    },
  };
}
