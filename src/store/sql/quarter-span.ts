import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { TotalsBy, TotalsQuery } from '../../usage/ledger.ts';
import type { ZoneOffset } from '../../usage/zone-offsets.ts';
import type { Database } from './database-schema.ts';
import { hourMs } from './hour-columns.ts';
import { type DaySpan, daysThatDiffer, daysWithoutQuarters, spansOf } from './quarter-days.ts';
import { quarterMs } from './usage-quarters.ts';

const dayMs = 24 * hourMs;
/** A shorter period is not worth the look. */
const fewestDays = 3;
/** Where more is missing between, the quarters are still being made. */
const mostGaps = 24;
const groups: readonly TotalsBy[] = ['day', 'hour', 'model', 'upstream'];

export interface QuarterSpan {
  /** Whole days of UTC, from the sums by quarter hour. */
  readonly quarters: readonly DaySpan[];
  /** What is left of the report. */
  readonly rest: readonly Pick<TotalsQuery, 'fromMs' | 'toMs'>[];
}

/** What a report by the clock can take from the quarters; undefined: nothing. `except`: days whose quarters do not hold. */
export async function quarterSpan(
  db: Kysely<Database>,
  query: TotalsQuery,
  offsets: readonly ZoneOffset[],
  period: { readonly firstMs: number; readonly lastMs: number },
  except: readonly number[],
): Promise<QuarterSpan | undefined> {
  if (!isInQuarters(query, offsets)) return undefined;
  const { fromMs, toMs } = query;
  const firstDay = Math.floor(period.firstMs / dayMs) * dayMs;
  const whole = {
    fromMs: Math.ceil(Math.max(fromMs ?? firstDay, firstDay) / dayMs) * dayMs,
    toMs: Math.floor(Math.min(toMs ?? period.lastMs, period.lastMs) / dayMs) * dayMs,
  };
  if (whole.toMs - whole.fromMs < fewestDays * dayMs) return undefined;
  const outdated = except.filter((day) => day >= whole.fromMs && day < whole.toMs);
  const missing = [...(await daysWithoutQuarters(db, whole)), ...outdated];
  const gaps = spansOf([...new Set(missing)].toSorted((one, other) => one - other));
  if (gaps.length > mostGaps) return undefined;
  const quarters = [...gaps, { fromMs: whole.toMs, toMs: whole.toMs }]
    .map((gap, index) => ({ fromMs: gaps[index - 1]?.toMs ?? whole.fromMs, toMs: gap.fromMs }))
    .filter((span) => span.fromMs < span.toMs);
  if (quarters.length === 0) return undefined;
  const rest = [
    { ...(fromMs !== undefined && { fromMs }), toMs: whole.fromMs },
    ...gaps,
    { fromMs: whole.toMs, ...(toMs !== undefined && { toMs }) },
  ].filter((part) => part.fromMs !== part.toMs);
  return { quarters, rest };
}

/** Whether its groups and filters are in the quarters, and its clock turns between them. */
function isInQuarters(
  { by, keyIds, projectIds, endUsers }: TotalsQuery,
  offsets: readonly ZoneOffset[],
): boolean {
  const isByClock =
    by.includes('hour') || (by.includes('day') && offsets.some(({ offsetMs }) => offsetMs !== 0));
  return (
    isByClock &&
    by.every((group) => groups.includes(group)) &&
    [keyIds, projectIds, endUsers].every((wish) => wish === undefined) &&
    offsets.every(
      ({ fromMs, offsetMs }, index) =>
        offsetMs % quarterMs === 0 && (index === 0 || fromMs % quarterMs === 0),
    )
  );
}

/** The rows of a report, each with the first day whose quarters do not hold; one row where there would be none. */
export function checked<Row>(
  report: RawBuilder<Row>,
  { quarters }: QuarterSpan,
): RawBuilder<Row & { readonly differing_day_ms: number | null }> {
  return sql`with differing as (${daysThatDiffer(quarters)})
    select (select min(day_ms) from differing) as differing_day_ms, parts.*
    from (select 1 as one) as always left join (${report}) as parts on 1 = 1`;
}
