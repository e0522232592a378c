import type { Settlement } from './receipt.ts';

/**
 * What became of an order.
 * - `succeeded`, `partial`: all, or some, of the pictures were delivered.
 * - `refused`: the upstream declined the prompt or the picture.
 * - `failed`, `canceled`: no picture, or the caller left.
 */
export type OrderOutcome = 'succeeded' | 'partial' | 'refused' | 'failed' | 'canceled';

/** What became of an order, as its ledger row and the metrics say it. */
export function outcomeOf({
  order,
  error,
  imagesDelivered,
}: Pick<Settlement, 'order' | 'error' | 'imagesDelivered'>): OrderOutcome {
  if (error === undefined) return imagesDelivered < order.count ? 'partial' : 'succeeded';
  if (error.code === 'moderation_blocked' || error.code === 'no_image_generated') return 'refused';
  return error.code === 'client_closed' ? 'canceled' : 'failed';
}
