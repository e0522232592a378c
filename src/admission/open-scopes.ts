import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderScope } from '../journey/order-scope.ts';
import type { PlantainError } from '../kernel/plantain-error.ts';

/** Every request under way, admitted or not: a stopping server ends uploads and waits as it ends orders. */
export class OpenScopes {
  readonly #scopes = new Set<OrderScope>();

  get size(): number {
    return this.#scopes.size;
  }

  add(scope: OrderScope): void {
    this.#scopes.add(scope);
    scope.onEnd(() => this.#scopes.delete(scope));
  }

  /** Gives up everything that is still under way. */
  abortAll(reason: PlantainError): void {
    for (const scope of this.#scopes) scope.abort(reason);
  }

  /** Resolves when nothing is left, or after `timeoutMs`. */
  async whenEmpty(timeoutMs: number): Promise<void> {
    const giveUpAtMs = performance.now() + timeoutMs;
    while (this.#scopes.size > 0 && performance.now() < giveUpAtMs) await sleep(10);
  }
}
