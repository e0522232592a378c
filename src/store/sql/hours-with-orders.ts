import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type LedgerStatus, maxIdAgeMs, type OrdersQuery } from '../../usage/ledger.ts';
import type { Database } from './database-schema.ts';
import { closedStatuses, hourMs } from './hour-columns.ts';
import { ledgerFromMs } from './ledger-from.ts';

const dayMs = 24 * hourMs;
/** Days that are looked at in the first turn, and at most in one: of what is frequent few are needed. */
const [firstDays, mostDays] = [4, 256];

/** Whether the sums know of orders that this is asked of; who its end user was, and what it was called, they do not. */
export function isInSums({ keyIds, projectIds, statuses }: OrdersQuery): boolean {
  return keyIds !== undefined || projectIds !== undefined || statuses !== undefined;
}

interface Hours {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Hours in which orders were admitted that are closed and of these keys, projects and statuses, the youngest first, in parts that
 * are likely to fill a page. Hours that follow each other are one.
 */
export async function* hoursWithOrders(
  db: Kysely<Database>,
  query: Pick<OrdersQuery, 'keyIds' | 'projectIds' | 'statuses' | 'limit'> & {
    readonly fromMs: number | undefined;
    readonly toMs: number | undefined;
  },
): AsyncGenerator<readonly Hours[]> {
  if (query.statuses?.every((status) => status === 'open') === true) return;
  const { fromMs = Number.MIN_SAFE_INTEGER, toMs = Number.MAX_SAFE_INTEGER, limit } = query;
  const orders = matching(query.statuses, await ledgerFromMs(db));
  const subject = subjects(query);
  let untilMs = toMs;
  for (let most = firstDays; ; most = Math.min(most * 4, mostDays)) {
    const { rows: days } =
      await sql<Sum>`select day_ms as at_ms, ${sumOf(orders(sql`day_ms`))} as orders from usage_days
      where day_ms < ${sql.lit(untilMs)} and day_ms >= ${sql.lit(fromMs - dayMs)} and ${subject} and ${orders(sql`day_ms`)} > 0
      group by day_ms order by day_ms desc limit ${sql.lit(most)}`.execute(db);
    const wanted = enough(days, limit, dayMs);
    const oldest = wanted.at(-1)?.at_ms;
    if (oldest === undefined) return;
    // Each by itself: of a join with spans PostgreSQL expects a ninth of the table, and reads all of it.
    const each = wanted.flatMap(({ at_ms: atMs }) =>
      Array.from({ length: 24 }, (_, hour) => sql.lit(atMs + hour * hourMs)),
    );
    const { rows: hours } = await sql<Sum>`select hour_ms as at_ms, ${sumOf(orders(sql`hour_ms`))} as orders
      from usage_hours where hour_ms in (${sql.join(each)}) and hour_ms < ${sql.lit(untilMs)}
        and hour_ms > ${sql.lit(fromMs - hourMs)} and ${subject} and ${orders(sql`hour_ms`)} > 0
      group by hour_ms order by hour_ms desc`.execute(db);
    // What is admitted up to two hours earlier may have a younger id, and would take another turn.
    const taken = enough(hours, limit, 2 * maxIdAgeMs);
    if (taken.length > 0) yield joined(taken);
    untilMs = taken.length < hours.length ? (taken.at(-1)?.at_ms ?? oldest) : oldest;
  }
}

interface Sum {
  readonly at_ms: number;
  readonly orders: number;
}

/** So many that their orders fill a page, and what lies within `behindMs` behind those. */
function enough(sums: readonly Sum[], limit: number, behindMs: number): readonly Sum[] {
  let orders = 0;
  const last = sums.find((sum) => (orders += sum.orders) >= limit);
  return last === undefined ? sums : sums.filter(({ at_ms: atMs }) => atMs >= last.at_ms - behindMs);
}

function joined(hours: readonly Sum[]): Hours[] {
  const spans: Hours[] = [];
  for (const { at_ms: fromMs } of hours) {
    const last = spans.at(-1);
    if (last?.fromMs === fromMs + hourMs) spans[spans.length - 1] = { fromMs, toMs: last.toMs };
    else spans.push({ fromMs, toMs: fromMs + hourMs });
  }
  return spans;
}

/** How many orders of these statuses a row has of which the ledger still has rows: of those that are forgotten, the unknown. */
function matching(
  statuses: readonly LedgerStatus[] = closedStatuses,
  ledgerMs: number | undefined,
): (at: RawBuilder<unknown>) => RawBuilder<unknown> {
  const columns = closedStatuses
    .filter((status) => statuses.includes(status))
    .map((status) => sql.ref(`${status}_orders`));
  const all = columns.length === 0 ? sql`0` : sql`(${sql.join(columns, sql` + `)})`;
  if (ledgerMs === undefined) return () => all;
  const kept = statuses.includes('unknown') ? sql`unknown_orders` : sql`0`;
  return (at) => sql`(case when ${at} >= ${sql.lit(ledgerMs - dayMs)} then ${all} else ${kept} end)`;
}

function sumOf(orders: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`cast(sum(${orders}) as bigint)`;
}

function subjects({ keyIds, projectIds }: Pick<OrdersQuery, 'keyIds' | 'projectIds'>): RawBuilder<unknown> {
  const conditions = [
    [sql`key_id`, keyIds],
    [sql`project_id`, projectIds],
  ] as const;
  const given = conditions.flatMap(([column, values]) => {
    if (values === undefined) return [];
    return [values.length === 0 ? sql`1 = 0` : sql`${column} in (${sql.join(values)})`];
  });
  return given.length === 0 ? sql`1 = 1` : sql.join(given, sql` and `);
}
