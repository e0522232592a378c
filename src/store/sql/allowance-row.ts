import type { Selectable } from 'kysely';
import type { Allowance, Counters, Told } from '../../admission/allowance.ts';
import type { Limits } from '../../journey/limits.ts';
import type { AllowancesTable } from './database-schema.ts';

export const limitColumns = [
  'max_open',
  'requests_per_minute',
  'images_per_minute',
  'images_per_day',
  'day_micro_usd',
  'month_micro_usd',
  'total_micro_usd',
] as const;
type LimitColumns = Pick<AllowancesTable, (typeof limitColumns)[number]>;

export function toLimitColumns(limits: Limits): LimitColumns {
  return {
    max_open: limits.maxOpen,
    requests_per_minute: limits.requestsPerMinute,
    images_per_minute: limits.imagesPerMinute,
    images_per_day: limits.imagesPerDay,
    day_micro_usd: limits.dayMicroUsd,
    month_micro_usd: limits.monthMicroUsd,
    total_micro_usd: limits.totalMicroUsd,
  };
}

function toLimits(row: LimitColumns): Limits {
  return {
    maxOpen: row.max_open,
    requestsPerMinute: row.requests_per_minute,
    imagesPerMinute: row.images_per_minute,
    imagesPerDay: row.images_per_day,
    dayMicroUsd: row.day_micro_usd,
    monthMicroUsd: row.month_micro_usd,
    totalMicroUsd: row.total_micro_usd,
  };
}

/** The columns of the counters, in the order of `counterValues`. */
export const counterColumns = [
  'open_orders',
  'requests_tat_us',
  'images_tat_us',
  'day_start_ms',
  'day_images',
  'day_used_micro_usd',
  'month_start_ms',
  'month_used_micro_usd',
  'total_used_micro_usd',
] as const;

export function counterValues(counters: Counters): number[] {
  return [
    counters.openOrders,
    counters.requestsTatUs,
    counters.imagesTatUs,
    counters.dayStartMs,
    counters.dayImages,
    counters.dayUsedMicroUsd,
    counters.monthStartMs,
    counters.monthUsedMicroUsd,
    counters.totalUsedMicroUsd,
  ];
}

export function toAllowance(row: Selectable<AllowancesTable>): Allowance {
  return {
    id: row.id,
    limits: toLimits(row),
    counters: {
      openOrders: row.open_orders,
      requestsTatUs: row.requests_tat_us,
      imagesTatUs: row.images_tat_us,
      dayStartMs: row.day_start_ms,
      dayImages: row.day_images,
      dayUsedMicroUsd: row.day_used_micro_usd,
      monthStartMs: row.month_start_ms,
      monthUsedMicroUsd: row.month_used_micro_usd,
      totalUsedMicroUsd: row.total_used_micro_usd,
    },
    ...(row.alert_at !== null && { alertAt: JSON.parse(row.alert_at) as readonly number[] }),
    ...(row.alerts_told !== null && { told: JSON.parse(row.alerts_told) as Told }),
  };
}

/** A row of which nothing is used yet. */
export function newAllowanceRow(id: string, limits: Limits): AllowancesTable {
  return {
    id,
    ...toLimitColumns(limits),
    open_orders: 0,
    requests_tat_us: 0,
    images_tat_us: 0,
    day_start_ms: 0,
    day_images: 0,
    day_used_micro_usd: 0,
    month_start_ms: 0,
    month_used_micro_usd: 0,
    total_used_micro_usd: 0,
    alert_at: null,
    alerts_told: null,
    end_users: 0,
    has_parts: 0,
  };
}

/** Counters as columns, for a row that is written whole. */
export function counterRow(counters: Counters): Record<string, number> {
  const values = counterValues(counters);
  return Object.fromEntries(counterColumns.map((column, index) => [column, values[index] ?? 0]));
}
