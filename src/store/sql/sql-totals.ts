import { type Kysely, sql } from 'kysely';
import {
  type LedgerStatus,
  ledgerStatuses,
  type TotalsBy,
  type TotalsQuery,
  type UsageTotals,
} from '../../usage/ledger.ts';
import type { Database } from './database-schema.ts';

const dayMs = 86_400_000;

/** What rows are summed by. Days are counted from the epoch, which is a UTC midnight; the division is a whole-number one. */
const groupExpression: Readonly<Record<TotalsBy, ReturnType<typeof sql<string | number>>>> = {
  key: sql<string>`key_id`,
  model: sql<string>`model`,
  day: sql<number>`created_at_ms / ${sql.lit(dayMs)}`,
};

/** `Ledger.totals` in one grouped query. */
export async function sqlTotals(
  db: Kysely<Database>,
  { by, fromMs, toMs }: TotalsQuery,
): Promise<readonly UsageTotals[]> {
  let query = db
    .selectFrom('ledger')
    .select(groupExpression[by].as('group_value'))
    .select(({ fn }) => [
      fn.countAll().as('orders'),
      fn.sum('images_requested').as('images_requested'),
      fn.sum('images_delivered').as('images_delivered'),
      fn.sum('input_tokens').as('input_tokens'),
      fn.sum('output_tokens').as('output_tokens'),
      fn.sum('output_image_tokens').as('output_image_tokens'),
      fn.sum('cost_micro_usd').as('cost_micro_usd'),
    ])
    .select(
      ledgerStatuses.map((status) =>
        sql`sum(case when status = ${sql.lit(status)} then 1 else 0 end)`.as(`status_${status}`),
      ),
    )
    .groupBy(groupExpression[by]);
  if (fromMs !== undefined) query = query.where('created_at_ms', '>=', fromMs);
  if (toMs !== undefined) query = query.where('created_at_ms', '<', toMs);
  if (by !== 'day') query = query.orderBy('cost_micro_usd', 'desc');
  const rows = await query.orderBy('group_value').execute();
  return rows.map((row) => ({
    group:
      by === 'day'
        ? new Date(Number(row.group_value) * dayMs).toISOString().slice(0, 10)
        : String(row.group_value),
    orders: Number(row.orders),
    imagesRequested: Number(row.images_requested),
    imagesDelivered: Number(row.images_delivered),
    inputTokens: Number(row.input_tokens),
    outputTokens: Number(row.output_tokens),
    outputImageTokens: Number(row.output_image_tokens),
    costMicroUsd: Number(row.cost_micro_usd),
    byStatus: statusCounts(row),
  }));
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
