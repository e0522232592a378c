import { type Call, mayCost } from '../journey/call.ts';
import type { TokenUsage } from '../journey/image-result.ts';
import type { Charge } from '../journey/receipt.ts';
import { noUsage } from '../journey/sum-usage.ts';
import type { UsageSource } from './ledger.ts';
import { estimatedUsage, highestCallPrice, type PricedOrder, rounded, tiersOf } from './price.ts';
import { type Charged, itemised, type ItemisedPrice, type Millionths, sumOf } from './price-lines.ts';

/** A call and what it costs. The costs of an order's calls add up to its price. */
export interface PricedCall extends Charge {
  readonly source: UsageSource;
  /** What its price is made of; undefined of a call that is not charged. */
  readonly price: ItemisedPrice | undefined;
  /** Whether more was counted than was reserved for it, and not charged. */
  readonly isCapped: boolean;
}

/**
 * Prices an order's calls: each at the rates of the model that was asked, by what the upstream counted or, where it
 * counted nothing, by the catalogue. No call is charged above its share of the reservation, so that no order is.
 */
export function priceCalls(order: PricedOrder, calls: readonly Call[]): PricedCall[] {
  let sum: Millionths = 0n;
  return calls.map((call) => {
    const { usage, source } = usageOf(order, call);
    const price = source === 'none' ? undefined : priceOf(order, call, usage);
    const asCounted = sumOf(price?.lines ?? []);
    const most = highestCallPrice(order, call.model, call.verdict === 'continued' ? 'continued' : 'whole');
    const before = rounded(sum);
    sum += asCounted > most ? most : asCounted;
    // What rounding takes of one call it gives to another, so that their sum is the rounded sum.
    const costMicroUsd = rounded(sum) - before;
    return { call, usage, source, price, costMicroUsd, isCapped: asCounted > most };
  });
}

/** At the tier that the upstream says it served; where it does not say, at the dearer of what was asked for and the standard one. */
function priceOf(order: PricedOrder, call: Call, usage: TokenUsage): ItemisedPrice {
  const { tier, searches = 0 } = call.served ?? {};
  const charged: Charged = { usage, pictures: likelyPictures(call), searches };
  return (tier === undefined ? tiersOf(order) : [tier])
    .map((one) => itemised(call.model, one, order.acceptedAtMs, charged))
    .reduce((most, price) => (sumOf(price.lines) > sumOf(most.lines) ? price : most));
}

function usageOf(order: PricedOrder, call: Call): { usage: TokenUsage; source: UsageSource } {
  if (!mayCost(call)) return { usage: noUsage, source: 'none' };
  if (call.usage !== 'not counted') return { usage: call.usage, source: 'upstream' };
  return { usage: estimatedUsage(order, call.model, likelyPictures(call)), source: 'estimated' };
}

/** Pictures that a call which was not counted is likely to be charged for: what was not heard of may well be drawn. */
function likelyPictures({ verdict, phase, picturesSeen }: Call): number {
  const isUnheard =
    verdict === 'failed' && (phase === 'unanswered' || phase === 'broken_off' || phase === 'answered');
  return verdict === 'picture' || isUnheard ? Math.max(1, picturesSeen) : picturesSeen;
}
