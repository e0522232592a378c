import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from './database-schema.ts';
import { closedStatuses, hourMs } from './hour-columns.ts';

const dayMs = 24 * hourMs;

/** From the beginning of a day of UTC to that of another. */
export interface DaySpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Days of UTC that have closed orders, the oldest first: found one from the other, as none but their beginnings are read. */
export async function daysWithOrders(
  db: Kysely<Database>,
  { fromMs, toMs }: DaySpan,
): Promise<readonly number[]> {
  const next = (bound: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`select min(day_ms) as day_ms from usage_days where ${bound} and day_ms < ${sql.lit(toMs)}`;
  const { rows } = await sql<{ day_ms: number }>`with recursive days (day_ms) as (
      ${next(sql`day_ms >= ${sql.lit(fromMs)}`)}
      union all select (${next(sql`usage_days.day_ms > days.day_ms`)}) from days where days.day_ms is not null
    ) select day_ms from days where day_ms is not null`.execute(db);
  return rows.map((row) => row.day_ms);
}

/** Those of them whose quarters are missing. */
export async function daysWithoutQuarters(db: Kysely<Database>, span: DaySpan): Promise<readonly number[]> {
  const { rows } = await sql<{ day_ms: number }>`select day_ms from quarter_days
    where day_ms >= ${span.fromMs} and day_ms < ${span.toMs}`.execute(db);
  const summed = new Set(rows.map((row) => row.day_ms));
  return (await daysWithOrders(db, span)).filter((day) => !summed.has(day));
}

/**
 * Days whose quarters do not hold, or are missing. An order is closed once, one that is `unknown` turns into another once, and
 * neither goes back: a day that has as many orders, and as many unknown ones, as its quarters were made of has the same orders, and
 * they are what they were.
 */
export function daysThatDiffer(spans: readonly DaySpan[]): RawBuilder<{ readonly day_ms: number }> {
  const within = sql.join(
    spans.map(({ fromMs, toMs }) => sql`(day_ms >= ${sql.lit(fromMs)} and day_ms < ${sql.lit(toMs)})`),
    sql` or `,
  );
  const orders = sql.join(
    closedStatuses.map((status) => sql.ref(`${status}_orders`)),
    sql` + `,
  );
  return sql`select day_ms from (
      select day_ms, sum(${orders}) as orders, sum(unknown_orders) as unknown from usage_days where ${within} group by day_ms
      union all select day_ms, -orders, -unknown_orders from quarter_days where ${within}
    ) as counts group by day_ms having sum(orders) <> 0 or sum(unknown) <> 0`;
}

export async function differingDays(db: Kysely<Database>): Promise<readonly number[]> {
  const everything = { fromMs: Number.MIN_SAFE_INTEGER, toMs: Number.MAX_SAFE_INTEGER };
  const { rows } = await daysThatDiffer([everything]).execute(db);
  return rows.map((row) => row.day_ms);
}

/** Days that follow each other are one span. */
export function spansOf(days: readonly number[]): DaySpan[] {
  const spans: DaySpan[] = [];
  for (const fromMs of days) {
    const last = spans.at(-1);
    if (last?.toMs === fromMs) spans[spans.length - 1] = { fromMs: last.fromMs, toMs: fromMs + dayMs };
    else spans.push({ fromMs, toMs: fromMs + dayMs });
  }
  return spans;
}
