import { type Kysely, sql } from 'kysely';
import { idBound } from '../../kernel/ids.ts';
import { pacificDay } from '../../kernel/pacific-day.ts';
import { maxIdAgeMs } from '../../usage/ledger.ts';
import type { UpstreamCost } from '../../usage/reconciliation.ts';
import type { Database } from './database-schema.ts';

const hourMs = 3_600_000;
/** An order is over long before this; its calls lie under its id, which has its beginning. */
const maxOrderMs = 24 * hourMs;

const kinds = { upstream: 'counted', estimated: 'estimated', none: 'uncounted' } as const;

interface CostRow {
  readonly upstream: string | null;
  readonly model: string;
  readonly hour: number;
  readonly source: keyof typeof kinds;
  readonly calls: number;
  readonly cost: number;
}

/** What every upstream was asked for between two moments, and what of it is not known for sure, by model and hour. */
export async function upstreamCosts(
  db: Kysely<Database>,
  fromMs: number,
  toMs: number,
): Promise<readonly UpstreamCost[]> {
  const [from, to] = [idBound('req', fromMs - maxIdAgeMs - maxOrderMs), idBound('req', toMs + maxIdAgeMs)];
  const calls =
    await sql<CostRow>`select upstream, model, started_at_ms / ${sql.lit(hourMs)} as hour, usage_source as source,
      cast(count(*) as bigint) as calls, cast(sum(cost_micro_usd) as bigint) as cost
    from attempts where order_id >= ${from} and order_id < ${to} and started_at_ms >= ${fromMs} and started_at_ms < ${toMs}
    group by upstream, model, started_at_ms / ${sql.lit(hourMs)}, usage_source`.execute(db);
  const unknown =
    await sql<CostRow>`select upstream, model, created_at_ms / ${sql.lit(hourMs)} as hour, 'none' as source,
      cast(count(*) as bigint) as calls, cast(sum(cost_micro_usd) as bigint) as cost
    from ledger where status = 'unknown' and id >= ${from} and id < ${to} and created_at_ms >= ${fromMs} and created_at_ms < ${toMs}
    group by upstream, model, created_at_ms / ${sql.lit(hourMs)}`.execute(db);
  const cost = (row: CostRow, kind: UpstreamCost['kind']): UpstreamCost => ({
    upstream: row.upstream,
    model: row.model,
    day: pacificDay(row.hour * hourMs),
    kind,
    calls: row.calls,
    costMicroUsd: row.cost,
  });
  return [
    ...calls.rows.map((row) => cost(row, kinds[row.source])),
    ...unknown.rows.map((row) => cost(row, 'unknown')),
  ];
}
