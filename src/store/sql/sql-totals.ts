import { type Kysely, type RawBuilder, sql } from 'kysely';
import { PlantainError } from '../../kernel/plantain-error.ts';
import {
  isTimeGroup,
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
import { checked, type QuarterSpan, quarterSpan } from './quarter-span.ts';
import { spansBeside, type TotalsSpan, totalsSpan } from './totals-span.ts';
import { topStatement } from './top-statement.ts';
import { totalsOrder } from './totals-order.ts';
import {
  type AskedTotals,
  dayMs,
  isByTime,
  type KeptGroup,
  localMs,
  totalNames,
  type TotalsRow,
  totalsStatement,
} from './totals-statement.ts';
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
  const top = await topOf(db, query, options);
  const rows = await rowsOf(db, query, options, top?.kept);
  if (rows.length > mostRows(query)) throw tooManyRows();
  const sums = new Map<string, Sums>();
  for (const row of rows) {
    const { groups, isOthers } = groupsOf(row, query.by, top?.kept);
    const name = JSON.stringify([groups, isOthers]);
    const amounts = totalNames.map((total) => exactly(row[total]));
    const known = sums.get(name);
    if (known === undefined)
      sums.set(name, { groups, ...(isOthers && { others: top?.others ?? 0 }), amounts });
    else known.amounts = known.amounts.map((sum, index) => sum + (amounts[index] ?? 0n));
  }
  if (sums.size > maxTotals) throw tooManyRows();
  return [...sums.values()].map(toTotals).toSorted(totalsOrder(query.by));
}

/** The largest groups of a period, before anything is told by day, and how many others there are. */
async function topOf(
  db: Kysely<Database>,
  query: TotalsQuery,
  options: TotalsOptions,
): Promise<{ readonly kept: readonly KeptGroup[]; readonly others: number } | undefined> {
  const by = query.by.filter((group) => !isTimeGroup(group));
  if (query.top === undefined || by.length === 0) return undefined;
  const { rows } = await topStatement(await askedOf(db, { ...query, by }, options), query.top).execute(db);
  const kept = rows.map((row) => by.map((_, index) => textOf(row[`group_${String(index)}`])));
  // Of orders that come between this and the sums there may be another group.
  return { kept, others: Math.max(1, Number(rows[0]?.['group_count'] ?? 0) - kept.length) };
}

function groupsOf(
  row: TotalsRow,
  by: readonly TotalsBy[],
  kept: readonly KeptGroup[] | undefined,
): { readonly groups: readonly (string | null)[]; readonly isOthers: boolean } {
  const place = row['top_place'] ?? null;
  const mine = place === null ? undefined : kept?.[Number(place)];
  let split = 0;
  const groups = by.map((group, index) =>
    kept === undefined || isTimeGroup(group)
      ? groupText(group, row[`group_${String(index)}`])
      : (mine?.[split++] ?? null),
  );
  return { groups, isOthers: kept !== undefined && mine === undefined };
}

/** Made again without the days whose quarters turn out not to hold; where more of them do not then, without any. */
async function rowsOf(
  db: Kysely<Database>,
  query: TotalsQuery,
  options: TotalsOptions,
  top: readonly KeptGroup[] | undefined,
): Promise<readonly TotalsRow[]> {
  let { except = [] } = options;
  for (;;) {
    const { rows } = await (await totalsOf(db, query, { ...options, except }, top)).execute(db);
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
  options: TotalsOptions = {},
  top?: readonly KeptGroup[],
): Promise<RawBuilder<TotalsRow>> {
  const { quarters, ...asked } = await askedOf(db, query, options);
  const limit = sql`limit ${sql.lit(mostRows(query) + 1)}`;
  const statement = totalsStatement({ ...asked, top });
  return quarters === undefined
    ? sql<TotalsRow>`${statement} ${limit}`
    : sql<TotalsRow>`${checked(statement, quarters)} ${limit}`;
}

/** The question with the spans that its sums are in. */
async function askedOf(
  db: Kysely<Database>,
  query: TotalsQuery,
  { hasPulse = false, except = [] }: TotalsOptions,
): Promise<AskedTotals & { readonly quarters: QuarterSpan | undefined }> {
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
  const isByClock = query.by.some(isTimeGroup);
  const timeZone = isByClock ? (query.timeZone ?? 'UTC') : 'UTC';
  const offsets = zoneOffsets(timeZone, firstMs, Math.min(query.toMs ?? lastMs, lastMs));
  const ledgerMs = await ledgerFromMs(db);
  const quarters =
    except === 'all' ? undefined : await quarterSpan(db, query, offsets, { firstMs, lastMs }, except);
  const spanOf = (part: TotalsQuery): TotalsSpan => totalsSpan(part, offsets, ledgerMs, lastMs);
  const span =
    quarters === undefined
      ? spanOf(query)
      : spansBeside(
          quarters.quarters,
          quarters.rest.map((part) => spanOf({ ...query, ...part })),
        );
  return { query, span, offsets, hasPulse, quarters };
}

interface Sums extends Pick<UsageTotals, 'groups' | 'others'> {
  /** In the order of `totalNames`. */
  amounts: readonly bigint[];
}

/** Of a report's thousands of amounts most are zeros, and a number without an end costs more to make than all else of its row. */
function exactly(value: TotalsRow[string] | undefined): bigint {
  return value === undefined || value === null || value === '0' ? 0n : BigInt(value);
}

const placeOf = new Map(totalNames.map((name, index) => [name, index]));
const statusPlaces = ledgerStatuses.map((status) => [status, placeOf.get(`${status}_orders`) ?? -1] as const);
const aBillion = BigInt(billion);

function toTotals({ amounts, ...group }: Sums): UsageTotals {
  const at = (place: number): bigint => amounts[place] ?? 0n;
  const of = (name: string): bigint => at(placeOf.get(name) ?? -1);
  const exact = (name: string): bigint => {
    // Which stand behind the rest.
    const billions = at((placeOf.get(name) ?? -1) + 1);
    return billions === 0n ? of(name) : billions * aBillion + of(name);
  };
  const byStatus = Object.fromEntries(
    statusPlaces.map(([status, place]) => [status, Number(at(place))]),
  ) as Record<LedgerStatus, number>;
  return {
    ...group,
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

const textOf = (value: TotalsRow[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

function groupText(by: TotalsBy, value: TotalsRow[string] | undefined): string | null {
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
