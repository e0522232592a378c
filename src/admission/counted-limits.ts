import type { AlertedLimit } from '../journey/budget-alert.ts';
import type { Limits } from '../journey/limits.ts';
import type { Counters } from './allowance.ts';
import type { Periods } from './periods.ts';

/** A limit of what is added up, over a day, a month or for good. */
export interface CountedLimit {
  readonly key: keyof Limits;
  readonly name: AlertedLimit;
  /** Whether it counts pictures; else money. */
  readonly isOfImages: boolean;
  /** Null: for good. */
  readonly period: 'day' | 'month' | null;
}

const imagesOfDay: CountedLimit = {
  key: 'imagesPerDay',
  name: 'images_per_day',
  isOfImages: true,
  period: 'day',
};
const ofDay: CountedLimit = { key: 'dayMicroUsd', name: 'day_micro_usd', isOfImages: false, period: 'day' };
const ofMonth: CountedLimit = {
  key: 'monthMicroUsd',
  name: 'month_micro_usd',
  isOfImages: false,
  period: 'month',
};
const ofAll: CountedLimit = {
  key: 'totalMicroUsd',
  name: 'total_micro_usd',
  isOfImages: false,
  period: null,
};

/**
 * Shows each of them with what it allows, null for as much as anybody asks for, and with the counter that it is held
 * against: to those who judge orders, tell what is left, and tell of what is nearly used up.
 */
export function eachCounted(
  limits: Limits,
  counters: Counters,
  see: (counted: CountedLimit, allowed: number | null, used: number) => void,
): void {
  see(imagesOfDay, limits.imagesPerDay, counters.dayImages);
  see(ofDay, limits.dayMicroUsd, counters.dayUsedMicroUsd);
  see(ofMonth, limits.monthMicroUsd, counters.monthUsedMicroUsd);
  see(ofAll, limits.totalMicroUsd, counters.totalUsedMicroUsd);
}

/** When what is used of one is unused again by itself; null: never. */
export function endOf({ period }: Pick<CountedLimit, 'period'>, periods: Periods): number | null {
  if (period === null) return null;
  return period === 'day' ? periods.dayEndMs : periods.monthEndMs;
}
