import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import { idBound, idTime } from '../../kernel/ids.ts';
import { type LedgerRow, maxIdAgeMs, type OrdersQuery } from '../../usage/ledger.ts';
import type { Database, LedgerTable } from './database-schema.ts';
import { storableUser, storedColumns, toLedgerRow } from './ledger-row.ts';
import { hoursWithOrders, isInSums } from './hours-with-orders.ts';
import type { Span } from './totals-span.ts';

/** How rows are fetched, and what they are: of all columns of `storedColumns`, in their order. */
export interface OrderRows<Row> {
  readonly fetch: (statement: RawBuilder<Row>) => Promise<readonly Row[]>;
  readonly idOf: (row: Row) => string;
}

/** Periods of one statement. */
const mostRanges = 200;

/**
 * A page of orders, the youngest first. Ids begin with the time, so a page is read from where it begins, whatever lies
 * before it; and orders of a key, a project or a status from the hours alone whose sums have any, so that rare ones are
 * found without reading all the others. An index would be one more page to write for each order.
 */
export async function sqlOrders(db: Kysely<Database>, query: OrdersQuery): Promise<readonly LedgerRow[]> {
  const rows = await orderRows<Selectable<LedgerTable>>(db, query, {
    fetch: async (statement) => (await statement.execute(db)).rows,
    idOf: ({ id }) => id,
  });
  return rows.map(toLedgerRow);
}

/** The same, as the rows come. */
export async function orderRows<Row>(
  db: Kysely<Database>,
  query: OrdersQuery,
  rows: OrderRows<Row>,
): Promise<readonly Row[]> {
  return isInSums(query) ? rareOrders(db, query, rows) : page(query, rows, sql`ledger`, []);
}

/** Open ones are in no sum; of those that are closed, hours are read until the page is full. */
async function rareOrders<Row>(
  db: Kysely<Database>,
  query: OrdersQuery,
  rows: OrderRows<Row>,
): Promise<readonly Row[]> {
  const { statuses, limit } = query;
  const found: Row[] = [];
  if (statuses?.includes('open') !== false)
    found.push(
      ...(await page(query, rows, sql`ledger`, [sql`ledger.status = 'open'`], sql`ledger.id || ''`)),
    );
  for await (const hours of hoursWithOrders(db, { ...query, ...createdWithin(query) })) {
    for (let from = 0; from < hours.length; from += mostRanges)
      found.push(...(await inHours(query, rows, hours.slice(from, from + mostRanges))));
    // What was admitted before these hours has no younger id.
    const settledFrom = idBound('req', (hours.at(-1)?.fromMs ?? 0) + maxIdAgeMs);
    if (found.filter((row) => rows.idOf(row) >= settledFrom).length >= limit) break;
  }
  return found.toSorted((one, other) => (rows.idOf(one) < rows.idOf(other) ? 1 : -1)).slice(0, limit);
}

/**
 * The hours are spelled out, the only ids that an index is used for, and what is found in them is put in order only then: of a
 * join with them PostgreSQL expects a ninth of the ledger, and would rather read it from its end until the page is full.
 */
function inHours<Row>(
  query: OrdersQuery,
  rows: OrderRows<Row>,
  hours: readonly { readonly fromMs: number; readonly toMs: number }[],
): Promise<readonly Row[]> {
  const ranges = hours.map(
    ({
      fromMs,
      toMs,
    }) => sql`(ledger.id >= ${idBound('req', fromMs - maxIdAgeMs)} and ledger.id < ${idBound('req', toMs + maxIdAgeMs)}
      and created_at_ms >= ${sql.lit(fromMs)} and created_at_ms < ${sql.lit(toMs)})`,
  );
  const conditions = [
    sql`(${sql.join(ranges, sql` or `)})`,
    sql`status <> 'open'`,
    ...asked(query, sql`(ledger.id || '')`),
  ];
  const from = sql`(with found as materialized (select * from ledger where ${sql.join(conditions, sql` and `)})
    select * from found) as ledger`;
  return page({ limit: query.limit }, rows, from, []);
}

/** When orders of these ids, and of this period, can have been admitted. */
function createdWithin({ fromMs, toMs, beforeId, afterId }: OrdersQuery): Span {
  const before = beforeId === undefined ? Number.NaN : idTime(beforeId) + maxIdAgeMs;
  const after = afterId === undefined ? Number.NaN : idTime(afterId) - maxIdAgeMs;
  return {
    fromMs: Number.isNaN(after) ? fromMs : Math.max(after, fromMs ?? after),
    toMs: Number.isNaN(before) ? toMs : Math.min(before + 1, toMs ?? before + 1),
  };
}

async function page<Row>(
  query: OrdersQuery,
  { fetch }: OrderRows<Row>,
  from: RawBuilder<unknown>,
  where: readonly RawBuilder<unknown>[],
  order: RawBuilder<unknown> = sql`ledger.id`,
): Promise<readonly Row[]> {
  const conditions = [...where, ...asked(query)];
  return fetch(sql<Row>`select ${columns} from ${from}
    ${conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`}
    order by ${order} desc limit ${query.limit}`);
}

const columns = sql.join(storedColumns.map((name) => sql.ref(`ledger.${name}`)));

/** `id`: how the ids that bound the list are compared. */
function asked(query: OrdersQuery, id: RawBuilder<unknown> = sql`ledger.id`): RawBuilder<unknown>[] {
  const { keyIds, projectIds, endUser, model, upstream, statuses, fromMs, toMs, beforeId, afterId } = query;
  const conditions: RawBuilder<unknown>[] = [];
  const oneOf = (column: RawBuilder<unknown>, values: readonly string[] | undefined): void => {
    if (values === undefined) return;
    conditions.push(values.length === 0 ? sql`1 = 0` : sql`${column} in (${sql.join(values)})`);
  };
  oneOf(sql`ledger.key_id`, keyIds);
  oneOf(sql`ledger.project_id`, projectIds);
  oneOf(sql`ledger.status`, statuses);
  if (endUser !== undefined) conditions.push(sql`ledger.end_user = ${storableUser(endUser)}`);
  if (model !== undefined)
    conditions.push(sql`(ledger.model = ${model} or ledger.requested_model = ${model})`);
  if (upstream !== undefined)
    conditions.push(sql`(ledger.upstream = ${upstream} or exists
      (select 1 from attempts where attempts.order_id = ledger.id and attempts.upstream = ${upstream}))`);
  if (fromMs !== undefined)
    conditions.push(sql`created_at_ms >= ${fromMs} and ${id} >= ${idBound('req', fromMs - maxIdAgeMs)}`);
  if (toMs !== undefined)
    conditions.push(sql`created_at_ms < ${toMs} and ${id} < ${idBound('req', toMs + maxIdAgeMs)}`);
  if (beforeId !== undefined) conditions.push(sql`${id} < ${beforeId}`);
  if (afterId !== undefined) conditions.push(sql`${id} > ${afterId}`);
  return conditions;
}
