import { type Kysely, type RawBuilder, sql } from 'kysely';
import { PlantainError } from '../../kernel/plantain-error.ts';
import {
  type LedgerStatus,
  ledgerStatuses,
  maxTotals,
  type TotalsBy,
  type TotalsQuery,
  type UsageTotals,
} from '../../usage/ledger.ts';
import { zoneOffsets } from '../../usage/zone-offsets.ts';
import type { Database } from './database-schema.ts';
import { ledgerFromMs } from './ledger-from.ts';
import { differingDays } from './quarter-days.ts';
import { checked, quarterSpan } from './quarter-span.ts';
import { spansBeside, type TotalsSpan, totalsSpan } from './totals-span.ts';
import { dayMs, isByTime, localMs, totalNames, totalsStatement } from './totals-statement.ts';
import { billion, hourMs } from './hour-columns.ts';

interface TotalsOptions {
  /** Whether the connection has a function `pulse`, to be called now and then. */
  readonly hasPulse?: boolean;
  /** Days whose quarters do not hold. */
  readonly except?: readonly number[] | 'all';
}

/** `Ledger.totals`: from the sums by day and hour wherever they tell it, else from the rows of the period. */
export async function sqlTotals(
  db: Kysely<Database>,
  query: TotalsQuery,
  options: TotalsOptions = {},
): Promise<readonly UsageTotals[]> {
  const rows = await rowsOf(db, query, options);
  if (rows.length > mostRows(query)) throw tooManyRows();
  const sums = new Map<string, Sums>();
  for (const row of rows) {
    const groups = query.by.map((by, index) => groupText(by, row[`group_${String(index)}`]));
    const name = JSON.stringify(groups);
    const amounts = totalNames.map((total) => BigInt(row[total] ?? 0));
    const known = sums.get(name)?.amounts;
    sums.set(name, { groups, amounts: known?.map((sum, index) => sum + (amounts[index] ?? 0n)) ?? amounts });
  }
  if (sums.size > maxTotals) throw tooManyRows();
  const inOrderOfTime = query.by.includes('day') || query.by.includes('hour');
  return [...sums.values()].map(toTotals).toSorted(inOrderOfTime ? byGroups : dearestFirst);
}

type Row = Readonly<Record<string, string | number | null>>;

/** Made again without the days whose quarters turn out not to hold; where more of them do not then, without any. */
async function rowsOf(
  db: Kysely<Database>,
  query: TotalsQuery,
  options: TotalsOptions,
): Promise<readonly Row[]> {
  let { except = [] } = options;
  for (;;) {
    const { rows } = await (await totalsOf(db, query, { ...options, except })).execute(db);
    const isAsOfNow = (rows[0]?.['differing_day_ms'] ?? null) === null;
    if (isAsOfNow) return rows.filter((row) => row['open_orders'] !== null);
    except = except.length > 0 ? 'all' : await differingDays(db);
  }
}

function tooManyRows(): PlantainError {
  return new PlantainError(
    'invalid_value',
    `The report has more than ${maxTotals.toLocaleString('en')} rows. Ask for a shorter period, fewer groups, or one key, project, model or upstream alone.`,
    { param: 'by' },
  );
}

/** A day alone may come in a row for each of its hours, another group from days, from hours beside them and from orders. */
function mostRows(query: TotalsQuery): number {
  return maxTotals * (isByTime(query) ? 25 : 3);
}

/** The statement alone, for a look at its plan. */
export async function totalsOf(
  db: Kysely<Database>,
  query: TotalsQuery,
  { hasPulse = false, except = [] }: TotalsOptions = {},
): Promise<RawBuilder<Row>> {
  // Asked for by themselves, each is found at an end of the table; together SQLite reads all of it.
  const { rows } = await sql<{
    first_ms: number | null;
    last_ms: number | null;
    open_ms: number | null;
  }>`select (select min(hour_ms) from usage_hours) as first_ms,
    (select max(hour_ms) from usage_hours) as last_ms,
    (select min(created_at_ms) from ledger where status = 'open') as open_ms`.execute(db);
  const lastMs = Math.max(Date.now(), rows[0]?.last_ms ?? 0) + dayMs;
  const firstMs = Math.max(
    query.fromMs ?? Number.NEGATIVE_INFINITY,
    Math.min(rows[0]?.first_ms ?? lastMs, rows[0]?.open_ms ?? lastMs),
  );
  // Only days and hours are by a clock; finding when it changes takes a look at every day.
  const isByClock = query.by.includes('day') || query.by.includes('hour');
  const timeZone = isByClock ? (query.timeZone ?? 'UTC') : 'UTC';
  const offsets = zoneOffsets(timeZone, firstMs, Math.min(query.toMs ?? lastMs, lastMs));
  const ledgerMs = await ledgerFromMs(db);
  const quarters =
    except === 'all' ? undefined : await quarterSpan(db, query, offsets, { firstMs, lastMs }, except);
  const spanOf = (part: TotalsQuery): TotalsSpan => totalsSpan(part, offsets, ledgerMs, lastMs);
  const limit = sql`limit ${sql.lit(mostRows(query) + 1)}`;
  if (quarters === undefined)
    return sql<Row>`${totalsStatement({ query, span: spanOf(query), offsets, hasPulse })} ${limit}`;
  const span = spansBeside(
    quarters.quarters,
    quarters.rest.map((part) => spanOf({ ...query, ...part })),
  );
  return sql<Row>`${checked(totalsStatement({ query, span, offsets, hasPulse }), quarters)} ${limit}`;
}

interface Sums {
  readonly groups: readonly (string | null)[];
  /** In the order of `totalNames`. */
  readonly amounts: readonly bigint[];
}

const placeOf = new Map(totalNames.map((name, index) => [name, index]));

function toTotals({ groups, amounts }: Sums): UsageTotals {
  const of = (name: string): bigint => amounts[placeOf.get(name) ?? -1] ?? 0n;
  const exact = (name: string): bigint => of(`${name}_billions`) * BigInt(billion) + of(name);
  const byStatus = Object.fromEntries(
    ledgerStatuses.map((status) => [status, Number(of(`${status}_orders`))]),
  ) as Record<LedgerStatus, number>;
  return {
    groups,
    orders: Object.values(byStatus).reduce((sum, orders) => sum + orders, 0),
    imagesRequested: Number(of('images_requested')),
    imagesDelivered: Number(of('images_delivered')),
    inputTokens: exact('input_tokens'),
    outputTokens: exact('output_tokens'),
    outputImageTokens: exact('output_image_tokens'),
    costMicroUsd: exact('cost_micro_usd') - exact('sandbox_micro_usd'),
    chargedMicroUsd: exact('charged_micro_usd') - exact('sandbox_charged_micro_usd'),
    sandboxCostMicroUsd: exact('sandbox_micro_usd'),
    byStatus,
  };
}

function groupText(by: TotalsBy, value: string | number | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (by === 'day') return new Date(localMs(Number(value), dayMs)).toISOString().slice(0, 10);
  if (by !== 'hour') return String(value);
  const [number = 0, aheadMs = 0] = String(value).split(' ').map(Number);
  return hourText(localMs(number, hourMs), aheadMs);
}

/** As the clock of the zone shows it, with how far that is ahead of UTC. */
function hourText(atMs: number, aheadMs: number): string {
  const local = new Date(atMs).toISOString().slice(0, 19);
  if (aheadMs === 0) return `${local}Z`;
  const minutes = Math.abs(Math.trunc(aheadMs / 60_000));
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${local}${aheadMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
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
