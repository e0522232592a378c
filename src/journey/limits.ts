import type { MicroUsd } from '../kernel/money.ts';

/** What a key, a project, one of their models or an end user may use. Null: as much as anybody asks for. */
export interface Limits {
  /** Orders admitted and not settled. */
  readonly maxOpen: number | null;
  /** So many at once, refilled evenly at so many a minute. */
  readonly requestsPerMinute: number | null;
  readonly imagesPerMinute: number | null;
  readonly imagesPerDay: number | null;
  readonly dayMicroUsd: MicroUsd | null;
  readonly monthMicroUsd: MicroUsd | null;
  /** For good, whatever the day. */
  readonly totalMicroUsd: MicroUsd | null;
}

export const noLimits: Limits = {
  maxOpen: null,
  requestsPerMinute: null,
  imagesPerMinute: null,
  imagesPerDay: null,
  dayMicroUsd: null,
  monthMicroUsd: null,
  totalMicroUsd: null,
};

/** The project of keys that were given none, and of orders from the command line. */
export const defaultProjectId = 'proj_default';
