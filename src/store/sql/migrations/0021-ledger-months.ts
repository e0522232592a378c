import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { ledgerMonth, makeMonth, partitionedTables } from '../ledger-partitions.ts';
import type { DialectName } from './column-kinds.ts';

/**
 * On PostgreSQL the orders of each month, and their upstream calls, are in partitions of their own, so that reading a
 * period reads its months alone, and old months are dropped at once. Ids are compared byte by byte, as their times are. What belongs to no
 * month that is made yet is in the partition for the rest.
 */
export function ledgerMonths(dialect: DialectName): Migration {
  return {
    async up(db) {
      if (dialect !== 'postgres') return;
      for (const { table, id } of partitionedTables) await partition(db, table, id);
      await sql`create index ledger_open on ledger (instance_id) where status = 'open'`.execute(db);
      for (const offset of [-1, 0, 1, 2]) await makeMonth(db, ledgerMonth(Date.now(), offset));
    },
  };
}

async function partition(db: Kysely<unknown>, name: string, id: string): Promise<void> {
  const [table, plain, rest] = [name, `${name}_plain`, `${name}_rest`].map((one) => sql.table(one));
  const key = name === 'ledger' ? sql`id` : sql`order_id, ordinal`;
  await sql`alter table ${table} alter column ${sql.ref(id)} type text collate "C"`.execute(db);
  await sql`alter table ${table} rename to ${sql.ref(`${name}_plain`)}`.execute(db);
  await sql`create table ${table} (like ${plain} including defaults including constraints, primary key (${key}))
    partition by range (${sql.ref(id)})`.execute(db);
  await sql`create table ${rest} partition of ${table} default`.execute(db);
  await sql`insert into ${table} select * from ${plain}`.execute(db);
  await sql`drop table ${plain}`.execute(db);
}
