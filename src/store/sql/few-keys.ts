import { type RawBuilder, sql } from 'kysely';
import type { TotalsQuery } from '../../usage/ledger.ts';

/** More are faster found by reading those of all keys. */
const fewKeys = 8;

/** Whether a report is of so few keys that each is looked up in every hour or day. */
export function isOfFewKeys({ keyIds }: TotalsQuery): boolean {
  return keyIds !== undefined && keyIds.length > 0 && keyIds.length <= fewKeys;
}

/** The table by its units of time one by one, so that within each the rows of a key are found by the key of the table. */
export function unitsOf(
  table: RawBuilder<unknown>,
  at: RawBuilder<unknown>,
  fromMs: number | undefined,
  toMs: number | undefined,
): RawBuilder<unknown> {
  const before = toMs === undefined ? sql`` : sql`and ${at} < ${sql.lit(toMs)}`;
  return sql`(with recursive units (unit_ms) as (
      select min(${at}) from ${table} where ${at} >= ${sql.lit(fromMs ?? Number.MIN_SAFE_INTEGER)} ${before}
      union all select (select min(${at}) from ${table} where ${at} > unit_ms ${before}) from units where unit_ms is not null
    ) select unit_ms from units where unit_ms is not null) as units cross join ${table}`;
}
