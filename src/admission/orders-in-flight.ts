import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderScope } from '../journey/order-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

/** Bounds the orders a process holds at once, and knows them all, so that a stopping server can end them. */
export class OrdersInFlight {
  readonly #maxOrders: number;
  readonly #scopes = new Set<OrderScope>();
  /** Also of those that are not admitted yet, such as uploads. */
  readonly #known = new Set<OrderScope>();
  #isClosed = false;

  constructor(maxOrders: number) {
    this.#maxOrders = maxOrders;
  }

  get count(): number {
    return this.#scopes.size;
  }

  /** Takes note of a request before anything is known of it: a stopping server reaches it too. */
  know(scope: OrderScope): void {
    this.#known.add(scope);
    scope.onEnd(() => this.#known.delete(scope));
  }

  /** Lets an order in until its scope ends. Throws `too_many_orders`, or `server_stopping` once closed. */
  enter(scope: OrderScope): void {
    if (this.#isClosed)
      throw new PlantainError('server_stopping', 'The server is stopping. Try again in a moment.');
    if (this.#scopes.size >= this.#maxOrders) {
      const message = `This server already has ${this.#maxOrders} orders in flight. Try again in a few seconds.`;
      throw new PlantainError('too_many_orders', message, { retryAfterSeconds: 5 });
    }
    this.#scopes.add(scope);
    scope.onEnd(() => this.#scopes.delete(scope));
  }

  /** Lets no further order in; those in flight go on. */
  close(): void {
    this.#isClosed = true;
  }

  /** Resolves when no order is left, or after `timeoutMs`. */
  async whenEmpty(timeoutMs: number): Promise<void> {
    const giveUpAtMs = performance.now() + timeoutMs;
    while (this.#scopes.size > 0 && performance.now() < giveUpAtMs) await sleep(10);
  }

  /** Gives up everything that is still under way, admitted or not. */
  abortAll(reason: PlantainError): void {
    for (const scope of [...this.#known, ...this.#scopes]) scope.abort(reason);
  }
}
