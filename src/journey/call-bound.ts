import type { MicroUsd } from '../kernel/money.ts';
import type { TokenUsage } from './image-result.ts';

/** What changes the price of a call beside its tokens. */
export interface PriceTerms {
  /** Of the price of its tokens, for a service tier that costs less or more; absent 100. */
  readonly percent?: number;
  /** For what is charged by the piece, such as searches. */
  readonly extraMicroUsd?: MicroUsd;
}

/** The most that one call can be charged for. */
export interface CallBound {
  readonly usage: TokenUsage;
  readonly terms: PriceTerms;
}
