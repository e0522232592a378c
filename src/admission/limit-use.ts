import type { Limits } from '../journey/limits.ts';
import type { Allowance } from './allowance.ts';
import { cell } from './cell.ts';
import { eachCounted, endOf } from './counted-limits.ts';
import { rolledForward } from './decide.ts';
import type { Periods } from './periods.ts';

/** How far one limit is used up. */
export interface LimitUse {
  /** Null of a rate without a limit: nobody counts it. */
  readonly used: number | null;
  /** Never below 0, and at most what a number tells exactly; null where there is no limit. */
  readonly remaining: number | null;
  /** When it is unused again by itself; null: never, or it is. */
  readonly resetsAtMs: number | null;
}

const uncounted: LimitUse = { used: null, remaining: null, resetsAtMs: null };

/** What of each limit is used, what remains, and until when, by the same rules as orders are judged. */
export function limitUses(
  { limits, counters }: Pick<Allowance, 'limits' | 'counters'>,
  periods: Periods,
  nowMs: number,
): Record<keyof Limits, LimitUse> {
  const now = rolledForward(counters, periods);
  const upTo = (limit: number | null, used: number, resetsAtMs: number | null): LimitUse => ({
    used,
    remaining: limit === null ? null : Math.min(Math.max(0, limit - used), Number.MAX_SAFE_INTEGER),
    resetsAtMs,
  });
  const rate = (limit: number | null, tatUs: number): LimitUse => {
    if (limit === null) return uncounted;
    const { remaining, resetUs } = cell(limit, tatUs, 0, nowMs * 1000);
    const resetsAtMs = resetUs === 0 ? null : nowMs + Math.ceil(resetUs / 1000);
    return { used: limit - remaining, remaining, resetsAtMs };
  };
  const uses: Record<keyof Limits, LimitUse> = {
    maxOpen: upTo(limits.maxOpen, now.openOrders, null),
    requestsPerMinute: rate(limits.requestsPerMinute, now.requestsTatUs),
    imagesPerMinute: rate(limits.imagesPerMinute, now.imagesTatUs),
    imagesPerDay: uncounted,
    dayMicroUsd: uncounted,
    monthMicroUsd: uncounted,
    totalMicroUsd: uncounted,
  };
  eachCounted(limits, now, (counted, allowed, used) => {
    uses[counted.key] = upTo(allowed, used, endOf(counted, periods));
  });
  return uses;
}
