import type { Migration } from 'kysely/migration';

/** Which of the processes that share a database made a claim: the others leave it alone while that one lives. */
export function claimInstance(): Migration {
  return {
    async up(db) {
      await db.schema.alterTable('claims').addColumn('instance_id', 'text').execute();
    },
  };
}
