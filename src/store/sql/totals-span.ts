import type { TotalsQuery } from '../../usage/ledger.ts';
import type { ZoneOffset } from '../../usage/zone-offsets.ts';
import { hourMs } from './hour-columns.ts';

/** From one moment up to another; absent: without a bound. */
export interface Span {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** Where the sums of a report come from. Every closed order of its period is in exactly one of them. */
export interface TotalsSpan {
  /** Whole days of UTC, from the sums by day; undefined: none. */
  readonly days: Span | undefined;
  /** What is left, from the sums by hour. */
  readonly hours: readonly Span[];
  /** Hours that are not taken from there: a border of the report goes through them. Their parts come from the ledger. */
  readonly cutHours: readonly number[];
  readonly cuts: readonly (Span & { readonly fromMs: number; readonly toMs: number })[];
  /** What the ledger alone can answer. */
  readonly ledger: readonly Span[];
  /** Whole days of UTC, from the sums by quarter hour. */
  readonly quarters: readonly Span[];
}

const dayMs = 24 * hourMs;
/** More borders than this are read from the ledger in one go. */
const maxCuts = 2000;

/**
 * Days and hours of UTC that lie whole in the report, and in one of its groups, come from their sums. `ledgerFromMs`: rows of
 * orders before this hour are no longer kept, so that their hours are taken as they are, by their beginning.
 */
export function totalsSpan(
  query: TotalsQuery,
  offsets: readonly ZoneOffset[],
  ledgerFromMs: number | undefined,
  lastMs: number,
): TotalsSpan {
  const { by, fromMs, toMs, endUsers } = query;
  const isByClock =
    by.includes('hour') || (by.includes('day') && offsets.some(({ offsetMs }) => offsetMs !== 0));
  const isUneven = offsets.some(({ offsetMs }) => offsetMs % hourMs !== 0);
  const needsLedger = by.includes('user') || by.includes('error') || endUsers !== undefined;
  const borders = [fromMs, toMs].filter((border) => border !== undefined);
  if (by.includes('day') && isUneven) borders.push(...unevenBorders(offsets, fromMs, toMs ?? lastMs));
  const cutHours = [
    ...new Set(
      borders
        .filter((border) => border % hourMs !== 0 && border >= (ledgerFromMs ?? Number.NEGATIVE_INFINITY))
        .map((border) => Math.floor(border / hourMs) * hourMs),
    ),
  ];
  if (needsLedger || (by.includes('hour') && isUneven) || cutHours.length > maxCuts) {
    const sums =
      ledgerFromMs === undefined || endUsers !== undefined
        ? none
        : daysAndHours({ fromMs, toMs: Math.min(toMs ?? ledgerFromMs, ledgerFromMs) }, isByClock);
    const ledger = {
      fromMs: ledgerFromMs === undefined ? fromMs : Math.max(fromMs ?? ledgerFromMs, ledgerFromMs),
      toMs,
    };
    return { ...sums, cutHours: [], cuts: [], ledger: [ledger], quarters: [] };
  }
  const cuts = cutHours.map((hour) => ({
    fromMs: Math.max(hour, fromMs ?? hour),
    toMs: Math.min(hour + hourMs, toMs ?? hour + hourMs),
  }));
  return { ...daysAndHours({ fromMs, toMs }, isByClock), cutHours, cuts, ledger: [], quarters: [] };
}

/** What is left beside the quarters, part by part. */
export function spansBeside(quarters: readonly Span[], spans: readonly TotalsSpan[]): TotalsSpan {
  return {
    // Days are by a clock there, and none is taken as it is.
    days: undefined,
    hours: spans.flatMap(({ hours }) => hours),
    cutHours: spans.flatMap(({ cutHours }) => cutHours),
    cuts: spans.flatMap(({ cuts }) => cuts),
    ledger: spans.flatMap(({ ledger }) => ledger),
    quarters,
  };
}

type Sums = Pick<TotalsSpan, 'days' | 'hours'>;
const none: Sums = { days: undefined, hours: [] };

/** `isByClock`: the groups of the report are not made of whole days of UTC. */
function daysAndHours(span: Span, isByClock: boolean): Sums {
  const days = {
    fromMs: span.fromMs === undefined ? undefined : Math.ceil(span.fromMs / dayMs) * dayMs,
    toMs: span.toMs === undefined ? undefined : Math.floor(span.toMs / dayMs) * dayMs,
  };
  if (isByClock || (days.fromMs ?? Number.NEGATIVE_INFINITY) >= (days.toMs ?? Number.POSITIVE_INFINITY))
    return { days: undefined, hours: [span] };
  const before = { fromMs: span.fromMs, toMs: days.fromMs };
  const behind = { fromMs: days.toMs, toMs: span.toMs };
  return { days, hours: [before, behind].filter(({ fromMs, toMs }) => fromMs !== toMs) };
}

/** Where days begin, and clocks are set, in the middle of an hour of UTC. */
function unevenBorders(offsets: readonly ZoneOffset[], fromMs: number | undefined, toMs: number): number[] {
  const borders: number[] = [];
  for (const [index, { fromMs: sinceMs, offsetMs }] of offsets.entries()) {
    const untilMs = Math.min(toMs, offsets[index + 1]?.fromMs ?? toMs);
    borders.push(sinceMs);
    if (offsetMs % hourMs === 0) continue;
    const start = Math.max(sinceMs, fromMs ?? sinceMs);
    const midnight = Math.ceil((start + offsetMs) / dayMs) * dayMs - offsetMs;
    for (let at = midnight; at < untilMs && borders.length <= maxCuts; at += dayMs) borders.push(at);
  }
  return borders;
}
