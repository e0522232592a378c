import type { ToldAlert } from '../journey/budget-alert.ts';
import type { WebhookEvent } from './webhook-event.ts';

/** An event on its way to one receiver. */
export interface Delivery extends WebhookEvent {
  readonly endpoint: string;
  /** Times that it was sent, this one included. */
  readonly attempts: number;
  readonly createdAtMs: number;
}

/** How a receiver is. */
export interface EndpointState {
  readonly name: string;
  readonly deliveredAtMs: number | null;
  /** When it first failed after it last worked. */
  readonly failingSinceMs: number | null;
  readonly lastFailure: string | null;
  readonly disabledAtMs: number | null;
  /** Events that are yet to be sent to it. */
  readonly waiting: number;
}

export interface Addressed {
  readonly event: WebhookEvent;
  /** Names of the receivers that it is for. */
  readonly endpoints: readonly string[];
}

/**
 * What is to be told, kept until it is: a restart loses nothing, and of several processes one tells it. `store/`
 * implements it.
 */
export interface WebhookOutbox {
  /**
   * Takes some alerts that nobody was told of, and queues them for those receivers that `address` names and that are not
   * disabled or have too many waiting. Both or neither. `dropped`: events that were queued for somebody no more.
   */
  takeAlerts(
    nowMs: number,
    address: (alert: ToldAlert) => Addressed,
  ): Promise<{ readonly alerts: readonly ToldAlert[]; readonly dropped: number }>;
  /** Some deliveries that are due at these receivers. Until `leaseMs` from now nobody else takes them. */
  takeDue(endpoints: readonly string[], nowMs: number, leaseMs: number): Promise<readonly Delivery[]>;
  /** It was received. */
  delivered(delivery: Delivery, nowMs: number): Promise<void>;
  /**
   * It was not. `nextAt` says, by since when its receiver fails, when it is sent again, or with null that it is not; what
   * else waits for that receiver is not sent before. Answers since when.
   */
  failed(
    delivery: Delivery,
    reason: string,
    nowMs: number,
    nextAt: (failingSinceMs: number) => number | null,
  ): Promise<number>;
  /** Not tried after all: due at once. */
  putBack(delivery: Delivery, nowMs: number): Promise<void>;
  /** Sends nothing more there until it is enabled; what waited is thrown away, and its number answered. */
  disable(endpoint: string, nowMs: number): Promise<number>;
  /** False when it was not disabled. */
  enable(endpoint: string): Promise<boolean>;
  states(): Promise<readonly EndpointState[]>;
  /** Removes alerts that were told, and deliveries that were not made, before that time. */
  forget(beforeMs: number): Promise<void>;
}
