import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type LedgerStatus, maxIdAgeMs, type OrdersQuery } from '../../usage/ledger.ts';
import type { Database } from './database-schema.ts';
import { closedStatuses, hourMs } from './hour-columns.ts';
import { ledgerFromMs } from './ledger-from.ts';

const dayMs = 24 * hourMs;
/** Days that are looked at in the first turn, and at most in one: of what is frequent few are needed. */
const [firstDays, mostDays] = [4, 256];

/** Whether the sums help to find these orders. Those of an end user have an index. */
export function isInSums(query: OrdersQuery): boolean {
  const { keyIds, projectIds, statuses, model, upstream, endUser } = query;
  return (
    [keyIds, projectIds, statuses, model, upstream].some((wish) => wish !== undefined) &&
    endUser === undefined
  );
}

interface Hours {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Hours in which orders were admitted that are closed and of these keys, projects and statuses, and may be of this model and
 * upstream, the youngest first, in parts that are likely to fill a page: each for twice as many orders as the one before. Hours that
 * follow each other are one.
 */
export async function* hoursWithOrders(
  db: Kysely<Database>,
  query: Pick<OrdersQuery, 'keyIds' | 'projectIds' | 'statuses' | 'model' | 'upstream' | 'limit'> & {
    readonly fromMs: number | undefined;
    readonly toMs: number | undefined;
  },
): AsyncGenerator<readonly Hours[]> {
  if (query.statuses?.every((status) => status === 'open') === true) return;
  const { fromMs = Number.MIN_SAFE_INTEGER, toMs = Number.MAX_SAFE_INTEGER } = query;
  const orders = matching(query.statuses, await ledgerFromMs(db));
  let [untilMs, limit] = [toMs, query.limit];
  for (let most = firstDays; ; most = Math.min(most * 4, mostDays), limit *= 2) {
    const { rows: days } =
      await sql<Sum>`select day_ms as at_ms, ${sumOf(orders(sql`day_ms`))} as orders from usage_days
      where day_ms < ${sql.lit(untilMs)} and day_ms >= ${sql.lit(fromMs - dayMs)} and ${subjects(query, sql`day_ms`, dayMs)} and ${orders(sql`day_ms`)} > 0
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
        and hour_ms > ${sql.lit(fromMs - hourMs)} and ${subjects(query, sql`hour_ms`, hourMs)} and ${orders(sql`hour_ms`)} > 0
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

/** Where names are noted by the hour, all orders of it may be of them. */
function subjects(
  { keyIds, projectIds, model, upstream }: Pick<OrdersQuery, 'keyIds' | 'projectIds' | 'model' | 'upstream'>,
  at: RawBuilder<unknown>,
  unitMs: number,
): RawBuilder<unknown> {
  const conditions = [
    [sql`key_id`, keyIds],
    [sql`project_id`, projectIds],
  ] as const;
  const given = conditions.flatMap(([column, values]) => {
    if (values === undefined) return [];
    return [values.length === 0 ? sql`1 = 0` : sql`${column} in (${sql.join(values)})`];
  });
  for (const [kind, name] of Object.entries({ model, upstream })) {
    if (name === undefined) continue;
    const noted = sql`select hour_ms - hour_ms % ${sql.lit(unitMs)} from order_names where kind = ${kind} and name = ${name}`;
    given.push(sql`(${sql.ref(kind)} = ${name} or ${at} in (${noted}))`);
  }
  return given.length === 0 ? sql`1 = 1` : sql.join(given, sql` and `);
}
