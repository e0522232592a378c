import { toPlantainError } from '../kernel/plantain-error.ts';
import type { Permit } from './admission.ts';
import { freeReferences } from './free-references.ts';
import type { ImageOrder } from './image-order.ts';
import type { AcceptedRequest, OrderEvents } from './order-events.ts';
import type { OrderScope } from './order-scope.ts';
import type { Settled, Settlement } from './receipt.ts';

/** An admitted order at its end. */
interface EndingOrder {
  readonly events: Pick<OrderEvents, 'emit'>;
  readonly request: AcceptedRequest;
  readonly order: ImageOrder;
  readonly permit: Permit;
}

/**
 * Settles an order and tells of it. Rejects where that fails, which is told too: once the head of an answer has gone out
 * nobody else tells an operator.
 */
export async function endOrder(
  { events, request, order, permit }: EndingOrder,
  outcome: Omit<Settlement, 'order'>,
  scope: OrderScope,
): Promise<Settled> {
  let settled: Settled;
  try {
    settled = await permit.settle(outcome);
  } catch (thrown) {
    const settlement = { order, ...outcome, error: toPlantainError(thrown) };
    events.emit({ kind: 'unsettled', request, settlement, durationMs: scope.ageMs });
    throw thrown;
  }
  const durationMs = scope.ageMs;
  events.emit({ kind: 'settled', request, settlement: { order, ...outcome }, settled, durationMs });
  freeReferences(order, scope);
  return settled;
}
