import type { Limits } from '../journey/limits.ts';
import type { MicroUsd } from '../kernel/money.ts';

/** How much of an allowance is used. Day and month are those that began at their start; an older one is over. */
export interface Counters {
  readonly openOrders: number;
  /** When the cells of requests and images are full again, in microseconds since the epoch. */
  readonly requestsTatUs: number;
  readonly imagesTatUs: number;
  readonly dayStartMs: number;
  readonly dayImages: number;
  readonly dayUsedMicroUsd: MicroUsd;
  readonly monthStartMs: number;
  readonly monthUsedMicroUsd: MicroUsd;
  readonly totalUsedMicroUsd: MicroUsd;
}

export const unused: Counters = {
  openOrders: 0,
  requestsTatUs: 0,
  imagesTatUs: 0,
  dayStartMs: 0,
  dayImages: 0,
  dayUsedMicroUsd: 0,
  monthStartMs: 0,
  monthUsedMicroUsd: 0,
  totalUsedMicroUsd: 0,
};

/** What a key, a project, one of their models or one of a project's end users may use, and has used. */
export interface Allowance {
  readonly id: string;
  readonly limits: Limits;
  readonly counters: Counters;
}

/** An order in the book: what its allowances were charged with. */
export interface ReservedOrder {
  readonly createdAtMs: number;
  readonly imagesRequested: number;
  readonly reservedMicroUsd: MicroUsd;
  /** Whether it was given up as lost before, and is told of now. */
  readonly wasLost: boolean;
}

/**
 * The counters once an order has come to its end: what it cost stands where its reservation stood. An order belongs to
 * the day and month of its admission, so that a late end cannot touch the next one.
 */
export function settled(
  counters: Counters,
  order: ReservedOrder,
  outcome: { readonly costMicroUsd: MicroUsd; readonly imagesDelivered: number },
): Counters {
  const change = outcome.costMicroUsd - order.reservedMicroUsd;
  // An answer may bring more pictures than were asked for; nobody is charged with a limit for that.
  const images = Math.min(0, outcome.imagesDelivered - order.imagesRequested);
  const isOfDay = order.createdAtMs >= counters.dayStartMs;
  const isOfMonth = order.createdAtMs >= counters.monthStartMs;
  return {
    ...counters,
    openOrders: counters.openOrders - (order.wasLost ? 0 : 1),
    dayImages: counters.dayImages + (isOfDay ? images : 0),
    dayUsedMicroUsd: counters.dayUsedMicroUsd + (isOfDay ? change : 0),
    monthUsedMicroUsd: counters.monthUsedMicroUsd + (isOfMonth ? change : 0),
    totalUsedMicroUsd: counters.totalUsedMicroUsd + change,
  };
}

/** The latest moment at which a period of one of them began. */
export function latestStart(allowances: readonly Allowance[]): number {
  let startMs = 0;
  for (const { counters } of allowances)
    startMs = Math.max(startMs, counters.dayStartMs, counters.monthStartMs);
  return startMs;
}

/** Each limit that an end user has for itself, else the template's. */
export function ownOr(own: Limits, template: Limits): Limits {
  return {
    maxOpen: own.maxOpen ?? template.maxOpen,
    requestsPerMinute: own.requestsPerMinute ?? template.requestsPerMinute,
    imagesPerMinute: own.imagesPerMinute ?? template.imagesPerMinute,
    imagesPerDay: own.imagesPerDay ?? template.imagesPerDay,
    dayMicroUsd: own.dayMicroUsd ?? template.dayMicroUsd,
    monthMicroUsd: own.monthMicroUsd ?? template.monthMicroUsd,
    totalMicroUsd: own.totalMicroUsd ?? template.totalMicroUsd,
  };
}
