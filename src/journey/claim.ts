import type { ErrorFrame } from './dialect.ts';
import type { ImageAnswer } from './image-answer.ts';
import type { ImageOrder } from './image-order.ts';
import type { ImageRequest } from './image-request.ts';
import type { OrderScope } from './order-scope.ts';

/** A request that may be sent twice: it carries a key for that, or its client counts its retries. */
export interface Claiming {
  /** The same request. Its body is digested while it is read. */
  readonly request: ImageRequest;
  /**
   * To be asked once the body is read. Rejects with `idempotency_key_reused`, and with what became of an order that
   * was to be joined and brought no answer.
   */
  take(order: ImageOrder, scope: OrderScope): Promise<Taken>;
}

/** Either the order is this request's to make, or another request's order is its answer. */
export type Taken = FirstClaim | EarlierOrder;

/** Nobody has made this order yet. From now on it goes on without its client. */
export interface FirstClaim {
  readonly kind: 'first';
  /** Hands on what `made` comes to, and keeps it for whoever asks again. */
  keep(made: Promise<ImageAnswer>, frame: ErrorFrame): Promise<ImageAnswer>;
}

/** The answer of an order that was made before; it costs nothing. */
export interface EarlierOrder {
  readonly kind: 'earlier';
  readonly answer: ImageAnswer;
  /** The id of that order. */
  readonly orderId: string;
}
