import type { PlantainError } from '../kernel/plantain-error.ts';
import type { ToldAlert } from './budget-alert.ts';
import type { Call } from './call.ts';
import type { CatalogueModel } from './catalogue-model.ts';
import type { Caller, ImageOrder, Operation } from './image-order.ts';
import type { Credentials } from './image-request.ts';
import type { Settled, Settlement } from './receipt.ts';

/** What is known of a request before it is read. */
export interface AcceptedRequest {
  /** Also the `x-request-id` of its answer. */
  readonly id: string;
  readonly operation: Operation;
  /** Where it came from; a trusted proxy's word counts. */
  readonly clientAddress: string;
  readonly credentials: Credentials;
  readonly acceptedAtMs: number;
}

/** One step of an order, as it happened. */
export type OrderEvent =
  | { readonly kind: 'accepted'; readonly request: AcceptedRequest }
  | {
      /** Ended before it was admitted, or by a mask that cannot be used: nothing was asked of an upstream. */
      readonly kind: 'refused';
      readonly request: AcceptedRequest;
      readonly caller: Caller | undefined;
      readonly error: PlantainError;
    }
  | {
      /** Sent again: it was answered with what an earlier order came to, and made none of its own. */
      readonly kind: 'replayed';
      readonly request: AcceptedRequest;
      readonly caller: Caller;
      /** Of the earlier one. */
      readonly orderId: string;
      readonly status: number;
      readonly durationMs: number;
    }
  | { readonly kind: 'admitted'; readonly order: ImageOrder }
  | {
      readonly kind: 'call-started';
      readonly order: ImageOrder;
      /** Which of the order's pictures it is for, from 0. */
      readonly index: number;
      readonly upstream: string;
      readonly model: CatalogueModel;
    }
  | { readonly kind: 'call-ended'; readonly order: ImageOrder; readonly index: number; readonly call: Call }
  | { readonly kind: 'finished'; readonly order: ImageOrder; readonly imagesDelivered: number }
  | {
      readonly kind: 'settled';
      readonly request: AcceptedRequest;
      readonly settlement: Settlement;
      readonly settled: Settled;
      /** Milliseconds from the order's arrival to its end. */
      readonly durationMs: number;
    }
  | {
      /** A fault of Plantain's own in its settlement, whose `error` it is: its row stays open, and is closed as unknown later. */
      readonly kind: 'unsettled';
      readonly request: AcceptedRequest;
      readonly settlement: Settlement & { readonly error: PlantainError };
      readonly durationMs: number;
    }
  /** A limit is nearly or altogether used up; told once, by one of the processes that share it. */
  | { readonly kind: 'budget-alert'; readonly alert: ToldAlert };

/** The one place where everything that happens to orders is told; log, metrics and traces listen. */
export class OrderEvents {
  readonly #listeners: ((event: OrderEvent) => void)[] = [];
  readonly #onFault: (fault: unknown) => void;

  /** `onFault` hears of listeners that throw: they do no harm to the order. */
  constructor(onFault: (fault: unknown) => void) {
    this.#onFault = onFault;
  }

  subscribe(listener: (event: OrderEvent) => void): void {
    this.#listeners.push(listener);
  }

  emit(event: OrderEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (fault) {
        this.#onFault(fault);
      }
    }
  }
}
