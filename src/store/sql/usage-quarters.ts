import { type Kysely, type RawBuilder, sql } from 'kysely';
import { idBound } from '../../kernel/ids.ts';
import { maxIdAgeMs } from '../../usage/ledger.ts';
import type { UsageQuarter } from '../../usage/report-desk.ts';
import type { Database } from './database-schema.ts';
import {
  billion,
  closedStatuses,
  hourAmounts,
  hourImages,
  hourMs,
  hourSums,
  ledgerAmount,
} from './hour-columns.ts';
import { ManyRows, text, whole } from './many-rows.ts';
import type { DialectName } from './migrations/column-kinds.ts';

const dayMs = 24 * hourMs;
/** No zone's clock turns anywhere else since 1972. */
export const quarterMs = hourMs / 4;

const quarterColumns = [whole('quarter_ms'), text('model'), text('upstream'), ...hourSums.map(whole)];
const addQuarters = { sqlite: adding('sqlite'), postgres: adding('postgres') };

function adding(dialect: DialectName): ManyRows<never> {
  return new ManyRows<never>(
    dialect,
    quarterColumns,
    (values, names) => sql`insert into usage_quarters (${names}) values ${values}`,
  );
}

/** A day of UTC by quarter hours, added up from its orders. */
export async function quartersOf(db: Kysely<Database>, startMs: number): Promise<readonly UsageQuarter[]> {
  const endMs = startMs + dayMs;
  const { rows } = await sql<UsageQuarter>`select
      created_at_ms - ((created_at_ms % ${sql.lit(quarterMs)}) + ${sql.lit(quarterMs)}) % ${sql.lit(quarterMs)} as quarter_ms,
      model, coalesce(upstream, '') as upstream, ${closedSums} from ledger
    where id >= ${idBound('req', startMs - maxIdAgeMs)} and id < ${idBound('req', endMs + maxIdAgeMs)}
      and created_at_ms >= ${sql.lit(startMs)} and created_at_ms < ${sql.lit(endMs)} and status <> 'open'
    group by 1, 2, 3`.execute(db);
  return rows;
}

/** What closed orders of the ledger add up to, by the names of `hourSums`. */
const closedSums: RawBuilder<unknown> = sql.join(
  [
    ...closedStatuses.map((status) => sql`case when status = ${sql.lit(status)} then 1 else 0 end`),
    ...hourImages.map((name) => sql.ref(name)),
    ...hourAmounts
      .map(ledgerAmount)
      .flatMap((amount) => [sql`${amount} % ${sql.lit(billion)}`, sql`${amount} / ${sql.lit(billion)}`]),
  ].map((amount, index) => sql`cast(sum(${amount}) as bigint) as ${sql.ref(hourSums[index] ?? '')}`),
);

/** Puts them in the place of those that the day has. */
export async function writeQuarters(
  db: Kysely<Database>,
  dialect: DialectName,
  startMs: number,
  quarters: readonly UsageQuarter[],
): Promise<void> {
  const unknown = sumOf(quarters, 'unknown_orders');
  const orders = closedStatuses.reduce((sum, status) => sum + sumOf(quarters, `${status}_orders`), 0);
  await db.transaction().execute(async (transaction) => {
    // Of several servers one at a time.
    if (dialect === 'postgres')
      await sql`select pg_advisory_xact_lock(hashtext('plantain usage quarters'))`.execute(transaction);
    await sql`delete from usage_quarters
      where quarter_ms >= ${startMs} and quarter_ms < ${startMs + dayMs}`.execute(transaction);
    await addQuarters[dialect].run(
      transaction,
      quarters.map((quarter) => quarterColumns.map(({ name }) => quarter[name])),
    );
    await sql`insert into quarter_days (day_ms, orders, unknown_orders) values (${startMs}, ${orders}, ${unknown})
      on conflict (day_ms) do update set orders = excluded.orders, unknown_orders = excluded.unknown_orders`.execute(
      transaction,
    );
  });
}

function sumOf(quarters: readonly UsageQuarter[], name: string): number {
  return quarters.reduce((sum, quarter) => sum + Number(quarter[name]), 0);
}
