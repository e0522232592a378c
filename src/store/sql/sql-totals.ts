import { type Kysely, type RawBuilder, sql } from 'kysely';
import { idBound } from '../../kernel/ids.ts';
import { sandboxName } from '../../journey/upstream.ts';
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
const groupExpression: Readonly<Record<TotalsBy, RawBuilder<string | number | null>>> = {
  key: sql<string>`key_id`,
  model: sql<string>`model`,
  day: sql<number>`created_at_ms / ${sql.lit(dayMs)}`,
  upstream: sql<string | null>`upstream`,
  user: sql<string | null>`end_user`,
  error: sql<string | null>`error_code`,
};

const isSandbox = sql<boolean>`upstream = ${sql.lit(sandboxName)}`;

/**
 * Sums of these can pass what a number holds, and a sum of some thousand absurd rows even 64 bits. So they are
 * summed in two parts, whole billions and the rest, which come as text and are joined without rounding.
 */
const largeAmounts = {
  inputTokens: sql<number>`input_tokens`,
  outputTokens: sql<number>`output_tokens`,
  outputImageTokens: sql<number>`output_image_tokens`,
  // Where no upstream was asked the comparison is neither true nor false.
  costMicroUsd: sql<number>`(case when ${isSandbox} then 0 else cost_micro_usd end)`,
  sandboxCostMicroUsd: sql<number>`(case when ${isSandbox} then cost_micro_usd else 0 end)`,
};
type LargeAmount = keyof typeof largeAmounts;
const billion = 1_000_000_000;

/** `Ledger.totals` in one grouped query. */
export async function sqlTotals(db: Kysely<Database>, query: TotalsQuery): Promise<readonly UsageTotals[]> {
  const rows = await totalsQuery(db, query).execute();
  const totals = rows.map((row: TotalsRow): UsageTotals => {
    const exact = (amount: LargeAmount): bigint =>
      BigInt(String(row[`${amount}_billions`])) * BigInt(billion) + BigInt(String(row[`${amount}_rest`]));
    return {
      groups: query.by.map((by, index) => groupText(by, row[`group_${String(index)}`])),
      orders: Number(row['orders']),
      imagesRequested: Number(row['images_requested']),
      imagesDelivered: Number(row['images_delivered']),
      inputTokens: exact('inputTokens'),
      outputTokens: exact('outputTokens'),
      outputImageTokens: exact('outputImageTokens'),
      costMicroUsd: exact('costMicroUsd'),
      sandboxCostMicroUsd: exact('sandboxCostMicroUsd'),
      byStatus: statusCounts(row),
    };
  });
  return totals.toSorted(query.by.includes('day') ? byGroups : dearestFirst);
}

/** Its columns are named when the query is made. */
type TotalsRow = Readonly<Record<string, string | number | bigint | null>>;

function groupText(by: TotalsBy, value: TotalsRow[string] | undefined): string | null {
  if (value === null || value === undefined) return null;
  return by === 'day' ? new Date(Number(value) * dayMs).toISOString().slice(0, 10) : String(value);
}

/** The query alone, for a look at its plan. */
export function totalsQuery(db: Kysely<Database>, { by, keyIds, fromMs, toMs }: TotalsQuery) {
  let query = db
    .selectFrom('ledger')
    .select(by.map((name, index) => groupExpression[name].as(`group_${String(index)}`)))
    .select(({ fn }) => [
      fn.countAll().as('orders'),
      fn.sum('images_requested').as('images_requested'),
      fn.sum('images_delivered').as('images_delivered'),
    ])
    .select(
      Object.entries(largeAmounts).flatMap(([name, amount]) => [
        partialSum(sql`${amount} / ${sql.lit(billion)}`).as(`${name}_billions`),
        partialSum(sql`${amount} % ${sql.lit(billion)}`).as(`${name}_rest`),
      ]),
    )
    .select(
      ledgerStatuses.map((status) =>
        sql<number>`sum(case when status = ${sql.lit(status)} then 1 else 0 end)`.as(`status_${status}`),
      ),
    )
    .groupBy(by.map((name) => groupExpression[name]));
  if (keyIds !== undefined) query = query.where('key_id', 'in', [...keyIds]);
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
  return (
    compare(right.costMicroUsd, left.costMicroUsd) ||
    compare(right.sandboxCostMicroUsd, left.sandboxCostMicroUsd) ||
    byGroups(left, right)
  );
}

/** What has no name comes first. */
function byGroups(left: UsageTotals, right: UsageTotals): number {
  const differences = left.groups.map((group, index) => compare(group ?? '', right.groups[index] ?? ''));
  return differences.find((difference) => difference !== 0) ?? 0;
}

function compare<Value extends bigint | string>(left: Value, right: Value): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function statusCounts(row: TotalsRow): Record<LedgerStatus, number> {
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
