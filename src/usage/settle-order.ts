import type { ImageOrder } from '../journey/image-order.ts';
import type { Drawing, TokenUsage } from '../journey/image-result.ts';
import type { Settled, Settlement } from '../journey/receipt.ts';
import { sumUsage } from '../journey/sum-usage.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ledger, LedgerCompletion } from './ledger.ts';
import { estimatedUsage, priceOrder } from './price.ts';

/**
 * Completes an order's ledger row at the price of what the upstream counted. Calls that went uncounted, an
 * answer without usage or one that we cut off in mid-drawing, are priced from the catalogue: leaving early
 * must not be a way to draw for nothing.
 */
export async function settleOrder(ledger: Ledger, clock: Clock, settlement: Settlement): Promise<Settled> {
  const { order, drawings } = settlement;
  const counted = drawings.flatMap((drawing) => drawing.usages);
  const uncountedCalls = drawings.reduce((sum, drawing) => sum + drawing.uncountedCalls, 0);
  // A successor that drew in a retired model's place has prices of its own.
  const usagesByModel = [...Map.groupBy(drawings, (drawing) => drawing.model)].map(
    ([model, drawn]) => [model, drawn.flatMap((drawing) => usagesOf({ ...order, model }, drawing))] as const,
  );
  const costMicroUsd = usagesByModel.reduce((sum, [model, usages]) => sum + priceOrder(model, usages), 0);
  const pricedUsage = sumUsage(usagesByModel.flatMap(([, usages]) => usages));
  await ledger.complete(order.id, {
    status: statusOf(settlement),
    errorCode: settlement.error?.code ?? null,
    upstream: drawings.at(-1)?.upstream ?? null,
    imagesDelivered: settlement.imagesDelivered,
    inputTokens: pricedUsage.inputTokens,
    outputTokens: pricedUsage.outputTokens,
    outputImageTokens: pricedUsage.outputImageTokens,
    usageSource: uncountedCalls > 0 ? 'estimated' : counted.length > 0 ? 'upstream' : 'none',
    costMicroUsd,
    bytesOut: settlement.bytesOut,
    attempts: drawings.reduce((sum, drawing) => sum + drawing.attempts, 0),
    finishedAtMs: clock.nowMs(),
  });
  return { costMicroUsd, pricedUsage };
}

/** Every call's tokens, those of uncounted calls estimated. */
function usagesOf(order: ImageOrder, { usages, uncountedCalls, uncountedPictures }: Drawing): TokenUsage[] {
  const estimated = Array.from({ length: uncountedCalls }, (_, call) =>
    estimatedUsage(order, call < uncountedPictures ? 1 : 0),
  );
  return [...usages, ...estimated];
}

function statusOf({ order, error, imagesDelivered }: Settlement): LedgerCompletion['status'] {
  if (error === undefined) return imagesDelivered < order.count ? 'partial' : 'succeeded';
  if (error.code === 'moderation_blocked' || error.code === 'no_image_generated') return 'refused';
  return error.code === 'client_closed' ? 'canceled' : 'failed';
}
