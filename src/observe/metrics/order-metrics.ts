import type { Call } from '../../journey/call.ts';
import { callsOf, type Drawing } from '../../journey/drawing.ts';
import type { ImageOrder } from '../../journey/image-order.ts';
import type { OrderEvent } from '../../journey/order-events.ts';
import { isForMemory } from '../../journey/order-memory.ts';
import { type Charge, outcomeOf, type Settlement } from '../../journey/receipt.ts';
import type { ErrorCode } from '../../kernel/error-catalogue.ts';
import type { Meter } from './meter.ts';

export interface OrderMetricsOptions {
  /** Fields of requests that adaptations are counted by; all others are `other`. */
  readonly knownParameters: ReadonlySet<string>;
  /** Names of the keys whose cost is counted each by itself. */
  readonly perKey: ReadonlySet<string>;
}

/** Limits that an order may not be admitted for, by what the caller is told. */
const limitsByError: Partial<Record<ErrorCode, string>> = {
  too_many_orders: 'orders',
  too_many_open_orders: 'open_orders',
  requests_limit_exceeded: 'rate',
  images_limit_exceeded: 'images',
  budget_exceeded: 'budget',
  too_many_end_users: 'end_users',
};

/** Requests that an earlier one stands in the way of. */
const claimErrors: Partial<Record<ErrorCode, string>> = {
  order_in_progress: 'conflict',
  idempotency_key_reused: 'mismatch',
};

/**
 * The metrics' part of what happens to orders. All of it is read from events, and nearly all when an order has ended: what
 * is counted is what the ledger and the log say.
 */
export function countOrders(
  meter: Meter,
  { knownParameters, perKey }: OrderMetricsOptions,
): (event: OrderEvent) => void {
  /** Admitted orders that have not ended, each with when it was admitted. */
  const admitted = new Map<string, { readonly order: ImageOrder; readonly atMs: number }>();

  /** An admitted order's end; each has exactly one, as its row has. */
  const ended = (settlement: Settlement, durationMs: number): void => {
    const { order, drawings, error } = settlement;
    const { operation, model, imageSize: size } = order;
    const outcome = outcomeOf(settlement);
    const calls = callsOf(drawings);
    meter.add('plantain_orders_total', { operation, model: model.id, outcome, error: error?.code ?? '' });
    meter.observe('plantain_order_duration_seconds', { operation, size, outcome }, durationMs / 1000);
    const admittedAtMs = admitted.get(order.id)?.atMs;
    admitted.delete(order.id);
    if (admittedAtMs !== undefined)
      meter.observe(
        'plantain_overhead_seconds',
        {},
        (performance.now() - admittedAtMs - spanOf(calls)) / 1000,
      );
    if (settlement.imagesDelivered > 0) {
      const { delivery } = order.output;
      meter.add('plantain_images_total', { model: model.id, size, delivery }, settlement.imagesDelivered);
    }
    for (const call of calls) {
      const labels = { upstream: call.upstream, size, error: call.error?.code ?? '' };
      meter.observe('plantain_upstream_duration_seconds', labels, (call.endedAtMs - call.startedAtMs) / 1000);
    }
    for (const drawing of drawings) countAttempts(meter, drawing);
    for (const { parameter } of order.adaptations)
      meter.add('plantain_adaptations_total', {
        parameter: knownParameters.has(parameter) ? parameter : 'other',
      });
  };

  return (event) => {
    if (event.kind === 'admitted') {
      admitted.set(event.order.id, { order: event.order, atMs: performance.now() });
    } else if (event.kind === 'settled') {
      const { settlement, settled, durationMs } = event;
      ended(settlement, durationMs);
      for (const charge of settled.charges) countCharge(meter, charge);
      const { keyName } = settlement.order.caller;
      if (perKey.has(keyName))
        meter.addMicroUsd('plantain_key_cost_usd_total', { key: keyName }, settled.costMicroUsd);
    } else if (event.kind === 'unsettled') {
      ended(event.settlement, event.durationMs);
    } else if (event.kind === 'replayed') {
      meter.add('plantain_idempotent_total', { how: 'replayed' });
    } else if (event.kind === 'refused') {
      const { request, error } = event;
      // A mask that cannot be used is found when the order has its place and its row.
      const place = admitted.get(request.id);
      if (place !== undefined) {
        const settlement = { order: place.order, drawings: [], imagesDelivered: 0, bytesOut: 0, error };
        ended(settlement, performance.now() - place.atMs);
        return;
      }
      const limit = limitsByError[error.code];
      if (limit !== undefined)
        meter.add('plantain_admissions_refused_total', {
          limit: isForMemory(error) ? 'held_bytes' : limit,
        });
      const how = claimErrors[error.code];
      if (how !== undefined) meter.add('plantain_idempotent_total', { how });
    }
  };
}

/** From the first call's beginning to the end of the last, with the pauses between them. */
function spanOf(calls: readonly Call[]): number {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const { startedAtMs, endedAtMs } of calls) {
    first = Math.min(first, startedAtMs);
    last = Math.max(last, endedAtMs);
  }
  return Math.max(0, last - first);
}

/** A picture's calls, each by what followed it. */
function countAttempts(meter: Meter, { calls }: Drawing): void {
  for (const [index, call] of calls.entries()) {
    const verdict = verdictOf(call, calls[index + 1]);
    meter.add('plantain_upstream_attempts_total', { upstream: call.upstream, model: call.model.id, verdict });
  }
}

function verdictOf({ verdict, upstream }: Call, next: Call | undefined): string {
  if (verdict === 'picture' || verdict === 'continued') return 'answered';
  if (verdict === 'refused') return 'refused';
  if (next === undefined) return 'gave_up';
  return next.upstream === upstream ? 'retried' : 'moved_on';
}

function countCharge(meter: Meter, { call, usage, costMicroUsd }: Charge): void {
  const model = call.model.id;
  const count = (direction: string, modality: string, tokens: number): void => {
    if (tokens > 0) meter.add('plantain_tokens_total', { model, direction, modality }, tokens);
  };
  count('input', 'text', usage.inputTextTokens);
  count('input', 'image', usage.inputImageTokens);
  count('output', 'text', usage.outputTextTokens);
  count('output', 'image', usage.outputImageTokens);
  if (costMicroUsd > 0)
    meter.addMicroUsd('plantain_cost_usd_total', { model, upstream: call.upstream }, costMicroUsd);
}
