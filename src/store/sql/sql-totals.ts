import { type Kysely, type RawBuilder, sql } from 'kysely';
import { idBound } from '../../kernel/ids.ts';
import {
  type LedgerStatus,
  ledgerStatuses,
  maxIdAgeMs,
  type TotalsBy,
  type TotalsQuery,
  type UsageTotals,
} from '../../usage/ledger.ts';
import type { Database } from './database-schema.ts';

const dayMs = 86_400_000;

/** What rows are summed by. Days are counted from the epoch, which is a UTC midnight; the division is a whole-number one. */
const groupExpression: Readonly<Record<TotalsBy, RawBuilder<string | number>>> = {
  key: sql<string>`key_id`,
  model: sql<string>`model`,
  day: sql<number>`created_at_ms / ${sql.lit(dayMs)}`,
};

/**
 * Sums of these can pass what a number holds, and a sum of some thousand absurd rows even 64 bits. So they are
 * summed in two parts, whole billions and the rest, which come as text and are joined without rounding.
 */
const largeColumns = ['input_tokens', 'output_tokens', 'output_image_tokens', 'cost_micro_usd'] as const;
type LargeColumn = (typeof largeColumns)[number];
const billion = 1_000_000_000;

/** `Ledger.totals` in one grouped query. */
export async function sqlTotals(
  db: Kysely<Database>,
  { by, ...period }: TotalsQuery,
): Promise<readonly UsageTotals[]> {
  const rows = await totalsQuery(db, { by, ...period }).execute();
  const totals = rows.map((row) => {
    const exact = (column: LargeColumn): bigint =>
      BigInt(row[`${column}_billions`]) * BigInt(billion) + BigInt(row[`${column}_rest`]);
    return {
      group:
        by === 'day'
          ? new Date(Number(row.group_value) * dayMs).toISOString().slice(0, 10)
          : String(row.group_value),
      orders: Number(row.orders),
      imagesRequested: Number(row.images_requested),
      imagesDelivered: Number(row.images_delivered),
      inputTokens: exact('input_tokens'),
      outputTokens: exact('output_tokens'),
      outputImageTokens: exact('output_image_tokens'),
      costMicroUsd: exact('cost_micro_usd'),
      byStatus: statusCounts(row),
    };
  });
  return by === 'day' ? totals : totals.toSorted(dearestFirst);
}

/** The query alone, for a look at its plan. */
export function totalsQuery(db: Kysely<Database>, { by, fromMs, toMs }: TotalsQuery) {
  let query = db
    .selectFrom('ledger')
    .select(groupExpression[by].as('group_value'))
    .select(({ fn }) => [
      fn.countAll().as('orders'),
      fn.sum('images_requested').as('images_requested'),
      fn.sum('images_delivered').as('images_delivered'),
    ])
    .select(
      largeColumns.flatMap((column) => [
        partialSum(sql`${sql.ref(column)} / ${sql.lit(billion)}`).as(`${column}_billions`),
        partialSum(sql`${sql.ref(column)} % ${sql.lit(billion)}`).as(`${column}_rest`),
      ]),
    )
    .select(
      ledgerStatuses.map((status) =>
        sql`sum(case when status = ${sql.lit(status)} then 1 else 0 end)`.as(`status_${status}`),
      ),
    )
    .groupBy(groupExpression[by])
    .orderBy('group_value');
  // Ids begin with the time and the table lies in their order: a bound on them reads the period alone, without
  // an index of times, which would be one more page to write for each order.
  if (fromMs !== undefined)
    query = query.where('created_at_ms', '>=', fromMs).where('id', '>=', idBound('req', fromMs - maxIdAgeMs));
  if (toMs !== undefined)
    query = query.where('created_at_ms', '<', toMs).where('id', '<', idBound('req', toMs + maxIdAgeMs));
  return query;
}

function partialSum(expression: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`cast(sum(${expression}) as text)`;
}

function dearestFirst(left: UsageTotals, right: UsageTotals): number {
  if (left.costMicroUsd !== right.costMicroUsd) return left.costMicroUsd > right.costMicroUsd ? -1 : 1;
  return left.group < right.group ? -1 : 1;
}

function statusCounts(
  row: Readonly<Partial<Record<`status_${LedgerStatus}`, unknown>>>,
): Record<LedgerStatus, number> {
  const count = (status: LedgerStatus): number => Number(row[`status_${status}`] ?? 0);
  return {
    open: count('open'),
    succeeded: count('succeeded'),
    partial: count('partial'),
    refused: count('refused'),
    failed: count('failed'),
    canceled: count('canceled'),
    unknown: count('unknown'),
  };
}
