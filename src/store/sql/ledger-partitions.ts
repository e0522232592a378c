import { type Kysely, sql } from 'kysely';
import { idBound } from '../../kernel/ids.ts';

/** Tables whose rows are those of orders, in the order in which a month of them is dropped. */
export const partitionedTables = [
  { table: 'attempts', id: 'order_id' },
  { table: 'ledger', id: 'id' },
] as const;

/** A month of UTC; its orders are in a partition of their own, by the time that their ids begin with. */
export interface LedgerMonth {
  readonly startMs: number;
  readonly endMs: number;
  /** Such as `2026_11`. */
  readonly name: string;
}

export function ledgerMonth(atMs: number, offset = 0): LedgerMonth {
  const date = new Date(atMs);
  const startMs = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset);
  const start = new Date(startMs);
  return {
    startMs,
    endMs: Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1),
    name: start.toISOString().slice(0, 7).replace('-', '_'),
  };
}

/** The partitions there are, by the names of their months. */
export async function madeMonths<Tables>(db: Kysely<Tables>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`select child.relname as name from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = to_regclass('ledger') and child.relname like 'ledger\\_____\\___' order by 1`.execute(
    db,
  );
  return rows.map(({ name }) => name.slice('ledger_'.length));
}

/**
 * Makes the partitions of a month, where they are missing, in a transaction that is given. Rows of it that came before, and
 * lie in the default partition, move into it; writes to that one wait meanwhile.
 */
export async function makeMonth<Tables>(db: Kysely<Tables>, month: LedgerMonth): Promise<boolean> {
  await lockPartitions(db);
  if ((await madeMonths(db)).includes(month.name)) return false;
  const [low, high] = [sql.lit(idBound('req', month.startMs)), sql.lit(idBound('req', month.endMs))];
  for (const { table, id } of partitionedTables) {
    const [parent, rest, own] = [table, `${table}_rest`, `${table}_${month.name}`].map((name) =>
      sql.table(name),
    );
    await sql`lock table ${rest} in access exclusive mode`.execute(db);
    await sql`create table ${own} (like ${parent} including all)`.execute(db);
    await sql`with moved as (delete from ${rest} where ${sql.ref(id)} >= ${low} and ${sql.ref(id)} < ${high} returning *)
      insert into ${own} select * from moved`.execute(db);
    await sql`alter table ${parent} attach partition ${own} for values from (${low}) to (${high})`.execute(
      db,
    );
  }
  return true;
}

/** One process at a time changes which partitions there are; the lock ends with the transaction. */
export async function lockPartitions<Tables>(db: Kysely<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('plantain ledger partitions'))`.execute(db);
}
