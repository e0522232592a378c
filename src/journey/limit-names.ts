import type { Limits } from './limits.ts';

/** As operators and the API write them, and what each may be at most. A rate is a whole number of refills of a microsecond or more. */
export const limitNames: Readonly<
  Record<keyof Limits, { readonly name: string; readonly least: number; readonly most: number }>
> = {
  maxOpen: { name: 'max_open', least: 0, most: 1_000_000 },
  requestsPerMinute: { name: 'requests_per_minute', least: 1, most: 1_000_000 },
  imagesPerMinute: { name: 'images_per_minute', least: 1, most: 1_000_000 },
  imagesPerDay: { name: 'images_per_day', least: 0, most: 1_000_000_000 },
  dayMicroUsd: { name: 'day_micro_usd', least: 0, most: Number.MAX_SAFE_INTEGER },
  monthMicroUsd: { name: 'month_micro_usd', least: 0, most: Number.MAX_SAFE_INTEGER },
  totalMicroUsd: { name: 'total_micro_usd', least: 0, most: Number.MAX_SAFE_INTEGER },
};

/** All limits there are, in the order in which they are shown. */
export const limitKeys = Object.keys(limitNames) as readonly (keyof Limits)[];
