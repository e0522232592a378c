import type { Migration } from 'kysely/migration';

/** What priced every upstream call, and what its price is made of: a new price list explains no old sum. */
export function priceId(): Migration {
  return {
    async up(db) {
      await db.schema.alterTable('attempts').addColumn('price_id', 'text').execute();
      await db.schema.alterTable('attempts').addColumn('price_lines', 'text').execute();
    },
  };
}
