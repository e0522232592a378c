/** Limits that are told of before they are used up; rates and orders at once refill by themselves. */
export type AlertedLimit = 'images_per_day' | 'day_micro_usd' | 'month_micro_usd' | 'total_micro_usd';

/** What is told of a limit: that so much of it is used, or that an order was refused because of it. */
export const alertTypes = ['budget.threshold_reached', 'budget.exhausted'] as const;
export type AlertType = (typeof alertTypes)[number];

/** Told once for each threshold and period of an allowance. */
export interface BudgetAlert {
  /** `evt_…`; receivers tell by it whether they were told before. */
  readonly id: string;
  readonly type: AlertType;
  readonly allowanceId: string;
  /** Of an end user's allowance: its name, as callers gave it. */
  readonly endUser: string | null;
  readonly limit: AlertedLimit;
  /** How much it allows, and how much of that orders have cost. */
  readonly allowed: number;
  readonly used: number;
  /** The threshold; null of a limit that is used up. */
  readonly percent: number | null;
  /** What the order might have cost that was refused; null of a threshold. */
  readonly requested: number | null;
  /** When the running day or month began; null of a limit for good. */
  readonly periodStartMs: number | null;
  /** When it ends. */
  readonly resetsAtMs: number | null;
  readonly atMs: number;
}

/** With the names of those whose limit it is. */
export interface ToldAlert extends BudgetAlert {
  readonly project: NamedSubject;
  /** Null of a limit of the whole project, or of an end user. */
  readonly key: NamedSubject | null;
  /** Of a limit of one model alone. */
  readonly model: string | null;
}

interface NamedSubject {
  readonly id: string;
  readonly name: string;
}

/** The most thresholds that one allowance has. */
export const mostAlertPercents = 10;

/** At which percents of a limit something is told, each once and the lowest first; undefined where one is none, or they are too many. */
export function alertPercents(given: readonly unknown[]): readonly number[] | undefined {
  const percents = given.filter(isAlertPercent);
  if (percents.length < given.length || percents.length > mostAlertPercents) return undefined;
  return [...new Set(percents)].toSorted((one, other) => one - other);
}

function isAlertPercent(given: unknown): given is number {
  return typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= 100;
}
