import { sql } from 'kysely';
import { idBound } from '../../src/kernel/ids.ts';
import {
  billion,
  closedStatuses,
  hourAmounts,
  hourColumns,
  hourImages,
  hourMs,
} from '../../src/store/sql/hour-columns.ts';
import { ledgerMonth, makeMonth } from '../../src/store/sql/ledger-partitions.ts';
import type { OpenDatabase } from '../../src/store/sql/open-database.ts';
import { orderColumns, ordersInSql, yearMs } from './orders-in-sql.ts';

const days = 365;

/** A ledger of a year that ends at a full hour, made in the database itself a day at a time; and its sums. */
export async function fillLedger({ db, dialect }: OpenDatabase, count: number, endMs: number): Promise<void> {
  if (dialect === 'sqlite') {
    await sql`pragma synchronous = off`.execute(db);
    await sql`pragma cache_size = -200000`.execute(db);
  } else
    for (let offset = -12; offset <= 0; offset++)
      await db.transaction().execute((transaction) => makeMonth(transaction, ledgerMonth(endMs, offset)));
  const columns = sql.join(orderColumns.map((name) => sql.ref(name)));
  const startMs = endMs - yearMs;
  for (let day = 0; day < days; day++) {
    const [from, to] = [Math.ceil((count * day) / days), Math.ceil((count * (day + 1)) / days)];
    if (from === to) continue;
    const [fromMs, toMs] = [startMs + day * 24 * hourMs, startMs + (day + 1) * 24 * hourMs];
    await sql`insert into ledger (${columns}) ${ordersInSql(dialect, { count, endMs, from, to })}`.execute(
      db,
    );
    await sql`insert into usage_hours (${sql.join(hourColumns.map(({ name }) => sql.ref(name)))})
      select created_at_ms - created_at_ms % ${sql.lit(hourMs)}, key_id, project_id, model, upstream, ${sums}
      from ledger where id >= ${idBound('req', fromMs)} and id < ${idBound('req', toMs)}
      group by 1, 2, 3, 4, 5`.execute(db);
  }
  // PostgreSQL does it by itself after a while; nobody does it on SQLite.
  if (dialect === 'postgres') await sql`analyze`.execute(db);
}

/** In the order of `hourSums`. Nothing of it was charged otherwise than it cost. */
const sums = sql.join(
  [
    ...closedStatuses.map((status) => sql`case when status = ${sql.lit(status)} then 1 else 0 end`),
    ...hourImages.map((name) => sql.ref(name)),
    ...hourAmounts
      .map((name) => (name === 'charged_micro_usd' ? 'cost_micro_usd' : name))
      .flatMap((name) => [
        sql`${sql.ref(name)} % ${sql.lit(billion)}`,
        sql`${sql.ref(name)} / ${sql.lit(billion)}`,
      ]),
  ].map((amount) => sql`cast(sum(${amount}) as bigint)`),
);
