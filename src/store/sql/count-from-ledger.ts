import { type Kysely, type RawBuilder, sql } from 'kysely';
import { idBound } from '../../kernel/ids.ts';
import { candidateAllowances } from '../../admission/allowance-ids.ts';
import { unused, type Counters } from '../../admission/allowance.ts';
import type { Periods } from '../../admission/periods.ts';
import { maxIdAgeMs } from '../../usage/ledger.ts';
import type { Database, LedgerTable } from './database-schema.ts';
import { ledgerFromMs } from './ledger-from.ts';
import { billion, ledgerAmount } from './hour-columns.ts';

/** What orders of one kind used, as the ledger has it; credits are not counted. */
export interface LedgerSums {
  readonly key_id: string;
  readonly project_id: string;
  readonly model: string;
  readonly end_user: string | null;
  readonly open: number;
  readonly total: number;
  readonly month: number;
  readonly day: number;
  readonly day_images: number;
}

/** An order that is open counts with what was reserved for it, and with the pictures that it asked for. */
const used = sql`case when status = 'open' then reserved_micro_usd else ${ledgerAmount('charged_micro_usd')} end`;
const images = sql`case when status in ('open', 'unknown') or images_delivered > images_requested then images_requested else images_delivered end`;

/**
 * Sums by key, project, model and end user, of the rows that `where` names; of orders that are no longer kept, what the sums
 * by hour have of them, which know of no end users.
 */
export async function ledgerSums(
  db: Kysely<Database>,
  periods: Periods,
  where: RawBuilder<unknown>,
): Promise<readonly LedgerSums[]> {
  const keptFrom = await ledgerFromMs(db);
  if (keptFrom === undefined) return (await sumsQuery(periods, where).execute(db)).rows;
  const kept = sql`(${where}) and (created_at_ms >= ${keptFrom} or status = 'open')`;
  const { rows } = await sumsQuery(periods, kept).execute(db);
  const none = sql`cast(0 as bigint)`;
  const forgotten = await sql<LedgerSums>`select key_id, project_id, model, null as end_user, ${none} as open,
      cast(sum(charged_micro_usd + charged_micro_usd_billions * ${sql.lit(billion)}) as bigint) as total,
      ${none} as month, ${none} as day, ${none} as day_images
    from (select usage_hours.*, hour_ms as created_at_ms, '' as id, null as end_user from usage_hours
      where hour_ms < ${keptFrom}) as gone
    where ${where} group by key_id, project_id, model`.execute(db);
  return [...rows, ...forgotten.rows];
}

/** The query alone. */
export function sumsQuery(
  { dayStartMs, monthStartMs }: Pick<Periods, 'dayStartMs' | 'monthStartMs'>,
  where: RawBuilder<unknown>,
): RawBuilder<LedgerSums> {
  const since = (startMs: number, amount: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`cast(sum(case when created_at_ms >= ${startMs} then ${amount} else 0 end) as bigint)`;
  return sql<LedgerSums>`select key_id, project_id, model, end_user,
      cast(sum(case when status = 'open' then 1 else 0 end) as bigint) as open,
      cast(sum(${used}) as bigint) as total,
      ${since(monthStartMs, used)} as month,
      ${since(dayStartMs, used)} as day,
      ${since(dayStartMs, images)} as day_images
    from ledger where ${where} group by key_id, project_id, model, end_user`;
}

/** The rows since a moment. Ids begin with their time, so that older ones are not read. */
export function rowsSince(ms: number): RawBuilder<unknown> {
  return sql`id >= ${idBound('req', ms - maxIdAgeMs)} and created_at_ms >= ${ms}`;
}

/** The allowances that rows of the ledger count in. */
export function candidates(
  row: Pick<LedgerTable, 'key_id' | 'project_id' | 'model' | 'end_user'>,
): readonly string[] {
  return candidateAllowances({
    keyId: row.key_id,
    projectId: row.project_id,
    model: row.model,
    endUser: row.end_user,
  });
}

/** Sums of orders, by the allowances that they count in. */
export function sumsByAllowance(rows: readonly LedgerSums[]): ReadonlyMap<string, readonly LedgerSums[]> {
  const sums = new Map<string, LedgerSums[]>();
  for (const row of rows)
    for (const id of candidates(row)) {
      const known = sums.get(id);
      if (known === undefined) sums.set(id, [row]);
      else known.push(row);
    }
  return sums;
}

/** Counters of a new allowance: what these orders used. */
export function countersOf(sums: readonly LedgerSums[], { dayStartMs, monthStartMs }: Periods): Counters {
  const sum = (pick: (row: LedgerSums) => number): number =>
    sums.reduce((total, row) => total + pick(row), 0);
  return {
    ...unused,
    dayStartMs,
    monthStartMs,
    openOrders: sum(({ open }) => open),
    dayImages: sum((row) => row.day_images),
    dayUsedMicroUsd: sum(({ day }) => day),
    monthUsedMicroUsd: sum(({ month }) => month),
    totalUsedMicroUsd: sum(({ total }) => total),
  };
}
