import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { idBound } from '../../kernel/ids.ts';
import { maxIdAgeMs } from '../../usage/ledger.ts';
import type { Database } from './database-schema.ts';
import { ledgerFromName } from './ledger-from.ts';
import { ledgerMonth, lockPartitions, madeMonths, partitionedTables } from './ledger-partitions.ts';
import type { DialectName } from './migrations/column-kinds.ts';
import { hourMs } from './hour-columns.ts';

/** Rows that go in one transaction, and what lies between two: orders are written in between. */
const rowsInTurn = 1000;
const pauseMs = 20;
/** No zone is further from UTC: its month may have begun before that of UTC. */
const furthestZoneMs = 40 * hourMs;

/**
 * Removes orders that are older than so many days, and their upstream calls; how many rows went one by one. What they used
 * stays in the sums by hour. Never those that are open, or `unknown`: what became of them may still be told. Nor those of the
 * running month, which budgets are counted from. On PostgreSQL whole months are dropped.
 */
export async function forgetOrders(
  db: Kysely<Database>,
  dialect: DialectName,
  retentionDays: number,
  nowMs: number,
  signal: AbortSignal,
): Promise<number> {
  const oldMs = Math.min(nowMs - retentionDays * 24 * hourMs, ledgerMonth(nowMs).startMs - furthestZoneMs);
  const beforeMs = dialect === 'postgres' ? ledgerMonth(oldMs).startMs : Math.floor(oldMs / hourMs) * hourMs;
  // Ids of orders that were admitted later are not below this.
  const belowId = idBound('req', beforeMs);
  await keepFrom(db, beforeMs + maxIdAgeMs);
  if (dialect === 'postgres') await dropMonths(db, beforeMs);
  const orders = dialect === 'postgres' ? 'ledger_rest' : 'ledger';
  return removeRows(db, orders, belowId, signal);
}

/** Reports take what lies before it from the sums by hour from now on. It never goes back. */
async function keepFrom(db: Kysely<Database>, fromMs: number): Promise<void> {
  await sql`insert into book_state (name, value) values (${ledgerFromName}, ${String(fromMs)})
    on conflict (name) do update set value = excluded.value
    where cast(book_state.value as bigint) < cast(excluded.value as bigint)`.execute(db);
}

/** What of a month has to stay moves to the partition for the rest. */
async function dropMonths(db: Kysely<Database>, beforeMs: number): Promise<void> {
  const last = ledgerMonth(beforeMs).name;
  for (const month of (await madeMonths(db)).filter((name) => name < last))
    await db.transaction().execute(async (transaction) => {
      await lockPartitions(transaction);
      if (!(await madeMonths(transaction)).includes(month)) return;
      const kept = sql`select id from ${sql.table(`ledger_${month}`)} where status in ('open', 'unknown')`;
      for (const { table, id } of partitionedTables) {
        const [parent, own] = [sql.table(table), sql.table(`${table}_${month}`)];
        await sql`alter table ${parent} detach partition ${own}`.execute(transaction);
        await sql`insert into ${parent} select * from ${own} where ${sql.ref(id)} in (${kept})`.execute(
          transaction,
        );
        await sql`drop table ${own}`.execute(transaction);
      }
    });
}

async function removeRows(
  db: Kysely<Database>,
  orders: string,
  belowId: string,
  signal: AbortSignal,
): Promise<number> {
  const table = sql.table(orders);
  let removed = 0;
  for (let after = ''; !signal.aborted; ) {
    const { rows } = await sql<{ id: string }>`select id from ${table}
      where id > ${after} and id < ${belowId} order by id limit ${sql.lit(rowsInTurn)}`.execute(db);
    const last = rows.at(-1)?.id;
    if (last === undefined) return removed;
    removed += await db.transaction().execute(async (transaction) => {
      const gone = await sql`delete from ${table} where id > ${after} and id <= ${last}
        and status not in ('open', 'unknown')`.execute(transaction);
      await sql`delete from attempts where order_id > ${after} and order_id <= ${last}
        and not exists (select 1 from ledger where ledger.id = attempts.order_id)`.execute(transaction);
      return Number(gone.numAffectedRows ?? 0n);
    });
    if (rows.length < rowsInTurn) return removed;
    after = last;
    await sleep(pauseMs);
  }
  return removed;
}
