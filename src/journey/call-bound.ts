import type { TokenUsage } from './image-result.ts';
import type { ServiceTier } from './price-list.ts';

/** What the price of a call depends on beside its tokens, as the answer tells it. */
export interface ServedTerms {
  /** The tier it was served at, which may be another than was asked for; undefined where that is not told. */
  readonly tier?: ServiceTier | undefined;
  /** Queries that tools searched for. */
  readonly searches: number;
}

/** The most that one call can be charged for. */
export interface CallBound {
  readonly usage: TokenUsage;
  /** The tier that is asked for. */
  readonly tier: ServiceTier;
  readonly searches: number;
}
