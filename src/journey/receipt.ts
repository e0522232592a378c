import type { MicroUsd } from '../kernel/money.ts';
import type { PlantainError } from '../kernel/plantain-error.ts';
import type { Call } from './call.ts';
import type { Drawing } from './drawing.ts';
import type { Adaptation, ImageOrder } from './image-order.ts';
import type { GeneratedImage, TokenUsage } from './image-result.ts';

/** A picture on its way to the caller: inline, or behind a link. */
export interface DeliveredImage {
  readonly image: GeneratedImage;
  readonly url?: string;
}

/** A fulfilled order: at least one picture. */
export interface ImageResult extends Pick<Settled, 'costMicroUsd' | 'chargedMicroUsd' | 'pricedUsage'> {
  readonly order: ImageOrder;
  readonly images: readonly DeliveredImage[];
  /** Summed over all upstream calls; undefined unless every one of them was counted completely. */
  readonly usage: TokenUsage | undefined;
  readonly upstream: string;
  /** Upstream calls that were made for it. */
  readonly attempts: number;
  /** Milliseconds from the order's arrival to its settlement. */
  readonly durationMs: number;
  /** The order's own and those of its way. */
  readonly adaptations: readonly Adaptation[];
}

/** What an order came to in money. */
export interface Settled {
  /** What the upstreams charge for it. */
  readonly costMicroUsd: MicroUsd;
  /** What its project is charged, where that is another sum. */
  readonly chargedMicroUsd?: MicroUsd;
  /** The tokens it was priced by, with estimates for calls that went uncounted. */
  readonly pricedUsage: TokenUsage;
  readonly oddities: readonly Oddity[];
  /** Its calls, in order, with what each was charged: together the cost. */
  readonly charges: readonly Charge[];
}

/** What an order's project is charged, and its limits are counted by: without a markup what the order costs. */
export function chargedFor({
  costMicroUsd,
  chargedMicroUsd = costMicroUsd,
}: Pick<Settled, 'costMicroUsd' | 'chargedMicroUsd'>): MicroUsd {
  return chargedMicroUsd;
}

/** A call and what it was charged. */
export interface Charge {
  readonly call: Call;
  /** The tokens it was priced by. */
  readonly usage: TokenUsage;
  readonly costMicroUsd: MicroUsd;
}

/** Token counts of a call that were not believed, or not charged in full. */
export interface Oddity {
  readonly upstream: string;
  readonly model: string;
  readonly oddity: string;
}

/** How an order ended; becomes its ledger row. */
export interface Settlement {
  readonly order: ImageOrder;
  readonly drawings: readonly Drawing[];
  readonly imagesDelivered: number;
  /** Image bytes delivered, before base64. */
  readonly bytesOut: number;
  /** Absent: it ended well. */
  readonly error?: PlantainError;
}

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
