import { type RawBuilder, sql } from 'kysely';
import { idBound } from '../../kernel/ids.ts';
import { maxIdAgeMs, type TotalsQuery } from '../../usage/ledger.ts';
import { hourMs } from './hour-columns.ts';
import type { Span, TotalsSpan } from './totals-span.ts';

/**
 * Ids begin with the time and the table lies in their order: a bound on them reads the period alone, without an index of
 * times, which would be one more page to write for each order.
 */
export function idsWithin({ fromMs, toMs }: Span): RawBuilder<unknown>[] {
  return [
    ...(fromMs === undefined ? [] : [sql`id >= ${lowestId(fromMs)}`]),
    ...(toMs === undefined ? [] : [sql`id < ${lowestId(toMs + 2 * maxIdAgeMs)}`]),
  ];
}

/** The first id that an order of this moment may have. */
function lowestId(atMs: number): RawBuilder<unknown> {
  return sql.lit(idBound('req', atMs - maxIdAgeMs));
}

/** The ledger's rows of parts of hours: those first, then the ledger by its key for each of them, in both databases. */
export function cutRows({ keyIds }: TotalsQuery, cuts: TotalsSpan['cuts']): RawBuilder<unknown> {
  const rows = cuts.map(
    ({ fromMs, toMs }) =>
      sql`(${lowestId(fromMs)}, ${lowestId(toMs + 2 * maxIdAgeMs)}, ${sql.lit(fromMs)}, ${sql.lit(toMs)}, ${sql.lit(Math.floor(fromMs / hourMs) * hourMs)})`,
  );
  // Of keys, only hours are read that they have orders in.
  const some =
    keyIds === undefined || keyIds.length === 0
      ? sql``
      : sql`where exists (select 1 from usage_hours where hour_ms = cut_ms and key_id in (${sql.join(keyIds)}))`;
  return sql`(with cuts (low, high, from_ms, to_ms, cut_ms) as (values ${sql.join(rows)}) select * from cuts ${some}) as cuts cross join ledger`;
}
