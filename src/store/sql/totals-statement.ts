import { type RawBuilder, sql } from 'kysely';
import { sandboxName } from '../../journey/upstream.ts';
import { isTimeGroup, ledgerStatuses, type TotalsBy, type TotalsQuery } from '../../usage/ledger.ts';
import type { ZoneOffset } from '../../usage/zone-offsets.ts';
import type { Span, TotalsSpan } from './totals-span.ts';
import { billion, closedStatuses, hourAmounts, hourImages, hourMs, ledgerAmount } from './hour-columns.ts';
import { isOfFewKeys, unitsOf } from './few-keys.ts';
import { cutRows, idsWithin } from './ledger-ranges.ts';
import { quarterMs } from './usage-quarters.ts';

/** What the sandbox drew, which is in the sums and is told apart: its name, and of which amount it is a part. */
const sandboxSums = [
  ['sandbox_micro_usd', 'cost_micro_usd'],
  ['sandbox_charged_micro_usd', 'charged_micro_usd'],
] as const;

/**
 * What every row of the answer has beside its groups; amounts in two parts, whole billions and the rest. All come as text. The
 * cost is of all orders, those of the sandbox with them.
 */
export const totalNames: readonly string[] = [
  ...ledgerStatuses.map((status) => `${status}_orders`),
  ...hourImages,
  ...[...hourAmounts, ...sandboxSums.map(([name]) => name)].flatMap((name) => [name, `${name}_billions`]),
];

export const dayMs = 86_400_000;
/** Divisions cut towards zero, and times before the epoch are below it: days and hours are numbered from long before. */
const shiftMs = 1_000_000 * dayMs;

/** The first moment of a numbered day or hour, by the clock of the zone. */
export function localMs(number: number, unitMs: number): number {
  return number * unitMs - shiftMs;
}

export interface AskedTotals {
  readonly query: TotalsQuery;
  readonly span: TotalsSpan;
  readonly offsets: readonly ZoneOffset[];
  readonly hasPulse: boolean;
  /** Which groups are told by themselves; undefined: all. */
  readonly top?: readonly KeptGroup[] | undefined;
}

/** The values of the groups that are not of the clock, in the order of the question. */
export type KeptGroup = readonly (string | null)[];

export type TotalsRow = Readonly<Record<string, string | number | null>>;

/**
 * One statement over the sums, the ledger and what is open, so that all of it is seen at one moment. A group may
 * come in several rows, to be added up.
 */
export function totalsStatement(asked: AskedTotals): RawBuilder<TotalsRow> {
  const { query, span } = asked;
  const parts = [ledgerSums(asked, sql`ledger`, [sql`status = 'open'`, ...within(query)])];
  for (const part of span.ledger)
    parts.push(ledgerSums(asked, sql`ledger`, [sql`status <> 'open'`, ...idsWithin(part), ...within(part)]));
  if (span.cuts.length > 0) {
    const within = sql`id >= low and id < high and created_at_ms >= from_ms and created_at_ms < to_ms and status <> 'open'`;
    // As they are, SQLite would make an index of the whole ledger by one of them first.
    parts.push(ledgerSums(asked, cutRows(query, span.cuts), [within], (column) => sql`(${column} || '')`));
  }
  for (const part of span.quarters) parts.push(sumsOf(quarters, asked, part, []));
  for (const part of span.hours) parts.push(sumsOf(hours, asked, part, span.cutHours));
  if (span.days !== undefined) parts.push(sumsOf(days, asked, span.days, []));
  return sql`${sql.join(parts, sql` union all `)}`;
}

/** A table of sums by a unit of time. */
interface SumsTable {
  readonly table: RawBuilder<unknown>;
  readonly at: RawBuilder<unknown>;
  readonly unitMs: number;
  /** Some thousand rows apart. */
  readonly pulseUnits: number;
}

const hours: SumsTable = { table: sql`usage_hours`, at: sql`hour_ms`, unitMs: hourMs, pulseUnits: 32 };
const quarters: SumsTable = {
  table: sql`usage_quarters`,
  at: sql`quarter_ms`,
  unitMs: quarterMs,
  pulseUnits: 128,
};
const days: SumsTable = { table: sql`usage_days`, at: sql`day_ms`, unitMs: dayMs, pulseUnits: 4 };

function sumsOf(
  { table, at, unitMs, pulseUnits }: SumsTable,
  asked: AskedTotals,
  { fromMs, toMs }: Span,
  cutHours: readonly number[],
): RawBuilder<unknown> {
  const { query, offsets, hasPulse } = asked;
  const isSandbox = sql`upstream = ${sql.lit(sandboxName)}`;
  const sums = new Map<string, RawBuilder<unknown>>([['open_orders', sql`'0'`]]);
  for (const status of closedStatuses) sums.set(`${status}_orders`, sum(sql.ref(`${status}_orders`)));
  for (const name of hourImages) sums.set(name, sum(sql.ref(name)));
  for (const suffix of ['', '_billions']) {
    for (const name of hourAmounts) sums.set(`${name}${suffix}`, sum(sql.ref(`${name}${suffix}`)));
    for (const [name, of] of sandboxSums) {
      const amount = sql.ref(`${of}${suffix}`);
      sums.set(`${name}${suffix}`, sum(sql`case when ${isSandbox} then ${amount} else 0 end`));
    }
  }
  const where = filters(query, sql`nullif(upstream, '')`);
  if (fromMs !== undefined) where.push(sql`${at} >= ${sql.lit(Math.ceil(fromMs / hourMs) * hourMs)}`);
  if (toMs !== undefined) where.push(sql`${at} < ${sql.lit(toMs)}`);
  if (hasPulse) where.push(pulse(sql`${at} / ${sql.lit(unitMs)}`, pulseUnits));
  if (cutHours.length > 0) where.push(sql`${at} not in (${sql.join(cutHours.map((hour) => sql.lit(hour)))})`);
  const groups: Groups = {
    ...groupsAt(offsets, at),
    upstream: sql`nullif(upstream, '')`,
    user: sql`null`,
    error: sql`null`,
  };
  // Hours of which nothing is left, as everything in them was moved.
  const having = sql`having ${sql.join(
    closedStatuses.map((status) => sql`sum(${sql.ref(`${status}_orders`)})`),
    sql` + `,
  )} <> 0`;
  // One after the other as the table lies, with nothing to sort: a day may come in several rows then. Of quarters those would be too many.
  const isInOrder = isByTime(query) && unitMs >= hourMs;
  const from = isOfFewKeys(query) ? unitsOf(table, at, fromMs, toMs) : table;
  if (isOfFewKeys(query)) where.push(sql`${at} = unit_ms`);
  return grouped(groupColumns(asked, groups), sums, from, where, having, isInOrder ? at : undefined);
}

function ledgerSums(
  asked: AskedTotals,
  from: RawBuilder<unknown>,
  where: readonly RawBuilder<unknown>[],
  column: (name: RawBuilder<unknown>) => RawBuilder<unknown> = (name) => name,
): RawBuilder<unknown> {
  const { query, offsets, hasPulse } = asked;
  const isSandbox = sql`upstream = ${sql.lit(sandboxName)}`;
  const sums = new Map<string, RawBuilder<unknown>>();
  for (const status of ledgerStatuses)
    sums.set(`${status}_orders`, sum(sql`case when status = ${sql.lit(status)} then 1 else 0 end`));
  for (const name of hourImages) sums.set(name, sum(sql.ref(name)));
  const amounts = new Map<string, RawBuilder<unknown>>(hourAmounts.map((name) => [name, ledgerAmount(name)]));
  for (const [name, of] of sandboxSums)
    amounts.set(name, sql`(case when ${isSandbox} then ${amounts.get(of)} else 0 end)`);
  for (const [name, amount] of amounts) {
    sums.set(name, sum(sql`${amount} % ${sql.lit(billion)}`));
    sums.set(`${name}_billions`, sum(sql`${amount} / ${sql.lit(billion)}`));
  }
  return grouped(groupColumns(asked, groupsAt(offsets, sql`created_at_ms`)), sums, from, [
    ...where,
    ...filters(query, sql`upstream`, column),
    ...(hasPulse ? [pulse(sql`created_at_ms`, 256)] : []),
  ]);
}

type Groups = Readonly<Record<TotalsBy, RawBuilder<unknown>>>;

function groupsAt(offsets: readonly ZoneOffset[], at: RawBuilder<unknown>): Groups {
  const ahead = offsetCase(offsets, at);
  const whole = (unitMs: number): RawBuilder<unknown> =>
    sql`(${at} + ${ahead} + ${sql.lit(shiftMs)}) / ${sql.lit(unitMs)}`;
  return {
    key: sql`key_id`,
    project: sql`project_id`,
    model: sql`model`,
    upstream: sql`upstream`,
    user: sql`end_user`,
    error: sql`error_code`,
    day: whole(dayMs),
    // With how far the clock is ahead: an hour that comes twice is two.
    hour: sql`cast(${whole(hourMs)} as text) || ' ' || cast(${ahead} as text)`,
  };
}

function offsetCase(offsets: readonly ZoneOffset[], at: RawBuilder<unknown>): RawBuilder<unknown> {
  const last = sql.lit(offsets.at(-1)?.offsetMs ?? 0);
  if (offsets.length < 2) return last;
  const cases = offsets
    .slice(1)
    .map(
      ({ fromMs }, index) =>
        sql`when ${at} < ${sql.lit(fromMs)} then ${sql.lit(offsets[index]?.offsetMs ?? 0)}`,
    );
  return sql`(case ${sql.join(cases, sql` `)} else ${last} end)`;
}

/** Whether nothing but the time of orders tells their groups apart. */
export function isByTime({ by }: TotalsQuery): boolean {
  return by.length === 1 && by.every(isTimeGroup);
}

/** With `top`, the place among it stands for the groups that are not of the clock: null is all the others together. */
function groupColumns({ query: { by }, top }: AskedTotals, groups: Groups): RawBuilder<unknown>[] {
  const columns = by.flatMap((name, index) =>
    top === undefined || isTimeGroup(name)
      ? [sql`cast(${groups[name]} as text) as ${sql.ref(`group_${String(index)}`)}`]
      : [],
  );
  if (top === undefined) return columns;
  const split = by.filter((name) => !isTimeGroup(name)).map((name) => groups[name]);
  const cases = top.map((kept, place) => {
    const same = split.map((group, index) => {
      const value = kept[index] ?? null;
      return value === null ? sql`${group} is null` : sql`${group} = ${value}`;
    });
    return sql`when ${sql.join(same, sql` and `)} then ${sql.lit(place)}`;
  });
  return [
    ...columns,
    cases.length === 0
      ? sql`cast(null as text) as top_place`
      : sql`cast(case ${sql.join(cases, sql` `)} end as text) as top_place`,
  ];
}

/** Grouped by where the groups stand, which both databases take for what they are. */
function grouped(
  groups: readonly RawBuilder<unknown>[],
  sums: ReadonlyMap<string, RawBuilder<unknown>>,
  from: RawBuilder<unknown>,
  where: readonly RawBuilder<unknown>[],
  having?: RawBuilder<unknown>,
  groupedBy?: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const columns = [
    ...groups,
    ...totalNames.map((name) => sql`${sums.get(name) ?? sql`'0'`} as ${sql.ref(name)}`),
  ];
  const places = groupedBy ?? sql.join(groups.map((_, index) => sql.raw(String(index + 1))));
  return sql`select ${sql.join(columns)} from ${from}
    ${where.length === 0 ? sql`` : sql`where ${sql.join(where, sql` and `)}`}
    ${groups.length === 0 ? sql`` : sql`group by ${places}`} ${having ?? (groups.length === 0 ? sql`having count(*) > 0` : sql``)}`;
}

function filters(
  query: TotalsQuery,
  upstream: RawBuilder<unknown>,
  as: (name: RawBuilder<unknown>) => RawBuilder<unknown> = (name) => name,
): RawBuilder<unknown>[] {
  const wanted = [
    [sql`key_id`, query.keyIds],
    [sql`project_id`, query.projectIds],
    [sql`model`, query.models],
    [upstream, query.upstreams],
    [sql`end_user`, query.endUsers],
  ] as const;
  return wanted.flatMap(([column, values]) => {
    if (values === undefined) return [];
    return [values.length === 0 ? sql`1 = 0` : sql`${as(column)} in (${sql.join(values)})`];
  });
}

function within({ fromMs, toMs }: Partial<Span>): RawBuilder<unknown>[] {
  return [
    ...(fromMs === undefined ? [] : [sql`created_at_ms >= ${sql.lit(fromMs)}`]),
    ...(toMs === undefined ? [] : [sql`created_at_ms < ${sql.lit(toMs)}`]),
  ];
}

function sum(expression: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`cast(sum(${expression}) as text)`;
}

/** Always true; for one row of so many it is JavaScript that says so. */
function pulse(number: RawBuilder<unknown>, everyRows: number): RawBuilder<unknown> {
  return sql`(case when ${number} % ${sql.lit(everyRows)} = 0 then pulse() else 1 end)`;
}
