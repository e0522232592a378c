import type { MicroUsd } from '../kernel/money.ts';
import type { Admission } from './admission.ts';
import type { Claiming } from './claim.ts';
import type { Guidance } from './guidance.ts';
import type { Caller, ImageOrder } from './image-order.ts';
import type { Credentials, ImageRequest } from './image-request.ts';
import type { Drawing } from './drawing.ts';
import type { GeneratedImage } from './image-result.ts';
import type { OrderEvents } from './order-events.ts';
import type { OrderScope } from './order-scope.ts';
import type { DeliveredImage } from './receipt.ts';

/** The rooms of the house as the journey needs them; `app/` joins them. Each may throw a catalogue error. */
export interface Stages extends Admission {
  /** access/: who asks. */
  authenticate(credentials: Credentials): Promise<Caller>;
  /** idempotency/: whether the request may be sent twice; undefined for the plain way. Throws `invalid_value`. */
  claiming(request: ImageRequest, caller: Caller): Claiming | undefined;
  /** usage/: the most an order can cost, whatever happens to it. */
  highestCost(order: ImageOrder): MicroUsd;
  /** pixels/: decodes and checks a mask before it costs anything, and makes the pictures that the model reads. */
  prepare(order: ImageOrder, scope: OrderScope): Promise<Guidance | undefined>;
  /** routing/ and upstreams/: one drawing a picture, each well or badly ended. Never rejects. */
  draw(
    order: ImageOrder,
    guidance: Guidance | undefined,
    scope: OrderScope,
    onDraft?: (draft: GeneratedImage, index: number) => void,
  ): Promise<readonly Drawing[]>;
  /** pixels/: converted, fitted, masked, if that was asked. */
  finish(
    order: ImageOrder,
    guidance: Guidance | undefined,
    image: GeneratedImage,
    scope: OrderScope,
  ): Promise<GeneratedImage>;
  /** gallery/: stored behind a link, if that was asked. */
  keep(
    order: ImageOrder,
    image: GeneratedImage,
    origin: string,
    signal: AbortSignal,
  ): Promise<DeliveredImage>;
  readonly events: OrderEvents;
}
