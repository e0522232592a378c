import type { AlertedLimit } from '../journey/budget-alert.ts';
import type { Allowance, Told, ToldLimit } from './allowance.ts';
import { type CountedLimit, eachCounted } from './counted-limits.ts';
import type { LimitRefusal } from './decide.ts';

/** Percents that are told of where an allowance names none. */
export const defaultAlertAt: readonly number[] = [80, 95];

/** A limit that can be told of, and how much of it is used. */
export interface AlertedUse {
  readonly limit: AlertedLimit;
  readonly allowed: number;
  readonly used: number;
  readonly period: CountedLimit['period'];
  /** 0 of a limit for good. */
  readonly periodStartMs: number;
}

/** The limits of an allowance that can be told of. Nothing is told of one that allows nothing. */
export function alertedUses({ limits, counters }: Pick<Allowance, 'limits' | 'counters'>): AlertedUse[] {
  const startOf = { day: counters.dayStartMs, month: counters.monthStartMs };
  const uses: AlertedUse[] = [];
  eachCounted(limits, counters, ({ name, period }, allowed, used) => {
    const periodStartMs = period === null ? 0 : startOf[period];
    if (allowed !== null && allowed > 0) uses.push({ limit: name, allowed, used, period, periodStartMs });
  });
  return uses;
}

/**
 * Thresholds that are reached and were not told of, the lowest first. Where the limit was raised since, those that had
 * not been reached of the new one are told again.
 */
export function dueThresholds(use: AlertedUse, alertAt: readonly number[], told: Told): number[] {
  const known = toldOf(use, told);
  const wasTold = (percent: number): boolean =>
    known !== undefined && percent <= known.percent && isReached({ ...use, used: known.used }, percent);
  return alertAt
    .filter((percent) => isReached(use, percent) && !wasTold(percent))
    .toSorted((one, other) => one - other);
}

/**
 * Whether a refusal is to be told: its limit is used up, and nobody was told of it in this period. That of an order that
 * never fits says nothing of that.
 */
export function isDueRefusal(refusal: LimitRefusal, use: AlertedUse, told: Told): boolean {
  return refusal.requested <= use.allowed && use.allowed > (toldOf(use, told)?.refusedAt ?? 0);
}

export function withThreshold(told: Told, use: AlertedUse, percent: number): Told {
  const known = toldOf(use, told);
  return withTold(told, use, { ...known, percent: Math.max(percent, known?.percent ?? 0), used: use.used });
}

export function withRefusal(told: Told, use: AlertedUse): Told {
  const { percent = 0, used = 0 } = toldOf(use, told) ?? {};
  return withTold(told, use, { percent, used, refusedAt: use.allowed });
}

/** What was told, once the limits are others: thresholds that are passed by what is used stay told. */
export function toldAfterChange(told: Told, uses: readonly AlertedUse[]): Told {
  return uses.reduce((now, use) => {
    const known = toldOf(use, now);
    return known === undefined ? now : withTold(now, use, { ...known, used: Math.max(known.used, use.used) });
  }, told);
}

/** What was told, once money was given back: of what is not reached any more, and of refusals, it will be told again. */
export function toldAfterCredit(told: Told, uses: readonly AlertedUse[]): Told {
  return uses.reduce((now, use) => {
    const known = toldOf(use, now);
    if (known === undefined) return now;
    return withTold(now, use, { percent: known.percent, used: Math.min(known.used, use.used) });
  }, told);
}

function withTold(told: Told, use: AlertedUse, known: Omit<ToldLimit, 'sinceMs'>): Told {
  return { ...told, [use.limit]: { ...known, sinceMs: use.periodStartMs } };
}

/** In whole numbers throughout: limits may be as large as those of JavaScript. */
function isReached({ allowed, used }: AlertedUse, percent: number): boolean {
  return used >= Math.floor(allowed / 100) * percent + Math.ceil(((allowed % 100) * percent) / 100);
}

/** What was told in a period that is over counts no more. */
function toldOf({ limit, periodStartMs }: AlertedUse, told: Told): ToldLimit | undefined {
  const known = told[limit];
  return known?.sinceMs === periodStartMs ? known : undefined;
}
