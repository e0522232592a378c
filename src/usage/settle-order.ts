import { callsOf } from '../journey/drawing.ts';
import { type Oddity, outcomeOf, type Settled, type Settlement } from '../journey/receipt.ts';
import { sumUsage } from '../journey/sum-usage.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ledger, LedgerAttempt, LedgerCompletion, UsageSource } from './ledger.ts';
import { withMarkup } from './markup.ts';
import { type PricedCall, priceCalls } from './price-calls.ts';

/**
 * Completes an order's ledger row, and writes its calls beside it, at the price of what the upstream counted. Calls that
 * went uncounted are priced from the catalogue: leaving early must not be a way to draw for nothing.
 */
export async function settleOrder(ledger: Ledger, clock: Clock, settlement: Settlement): Promise<Settled> {
  const { order, drawings } = settlement;
  const priced = priceCalls(order, callsOf(drawings));
  const costMicroUsd = priced.reduce((sum, call) => sum + call.costMicroUsd, 0);
  const { markupBasisPoints } = order.caller;
  const charged =
    markupBasisPoints === undefined ? {} : { chargedMicroUsd: withMarkup(costMicroUsd, markupBasisPoints) };
  const pricedUsage = sumUsage(priced.map(({ usage }) => usage));
  const completion: LedgerCompletion = {
    status: outcomeOf(settlement),
    errorCode: settlement.error?.code ?? null,
    upstream: priced.at(-1)?.call.upstream ?? null,
    imagesDelivered: settlement.imagesDelivered,
    inputTokens: pricedUsage.inputTokens,
    outputTokens: pricedUsage.outputTokens,
    outputImageTokens: pricedUsage.outputImageTokens,
    usageSource: sourceOf(priced),
    costMicroUsd,
    ...charged,
    bytesOut: settlement.bytesOut,
    attempts: priced.length,
    finishedAtMs: clock.nowMs(),
  };
  await ledger.complete(order.id, completion, priced.map(attemptOf));
  return { costMicroUsd, ...charged, pricedUsage, oddities: priced.flatMap(oddityOf), charges: priced };
}

function attemptOf({ call, usage, source, price, costMicroUsd }: PricedCall): LedgerAttempt {
  return {
    upstream: call.upstream,
    model: call.model.id,
    startedAtMs: call.startedAtMs,
    endedAtMs: call.endedAtMs,
    verdict: call.verdict,
    phase: call.phase,
    fault: call.fault ?? null,
    httpStatus: call.httpStatus ?? null,
    errorCode: call.error?.code ?? null,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    outputImageTokens: usage.outputImageTokens,
    usageSource: source,
    costMicroUsd,
    priceId: price?.priceId ?? null,
    priceLines: price?.lines ?? [],
  };
}

/** Of several sources the one that makes the sum the least certain. */
function sourceOf(priced: readonly PricedCall[]): UsageSource {
  const sources = new Set(priced.map(({ source }) => source));
  return sources.has('estimated') ? 'estimated' : sources.has('upstream') ? 'upstream' : 'none';
}

function oddityOf({ call, usage, isCapped }: PricedCall): Oddity[] {
  const { upstream, model, oddCount } = call;
  const capped = `${usage.totalTokens} tokens are more than any call was expected to take`;
  const oddity = oddCount ?? (isCapped ? capped : undefined);
  return oddity === undefined ? [] : [{ upstream, model: model.id, oddity }];
}
