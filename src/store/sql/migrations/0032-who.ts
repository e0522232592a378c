import type { Migration } from 'kysely/migration';

/** Whose session changed something, and what it takes to sign one out at their identity provider too. */
export function who(): Migration {
  return {
    async up(db) {
      await db.schema.alterTable('audit').addColumn('who', 'text').execute();
      await db.schema.alterTable('console_sessions').addColumn('sign_out', 'text').execute();
    },
  };
}
