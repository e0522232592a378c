import type { OrderScope } from '../journey/order-scope.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

/** Bounds the bytes of uploads held by the whole process. An upload that does not fit is refused, not stalled. */
export class UploadBytes {
  readonly #maxBytes: number;
  #heldBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Counts the bytes of one upload as they arrive, until its scope ends. The counter throws `too_many_orders`. */
  counterFor(scope: OrderScope): (bytes: number) => void {
    let ownBytes = 0;
    scope.onEnd(() => {
      this.#heldBytes -= ownBytes;
      ownBytes = 0;
    });
    return (bytes) => {
      // Alone, an upload within its own limit always fits.
      if (this.#heldBytes + bytes > this.#maxBytes && this.#heldBytes > ownBytes) {
        const message = 'This server holds as many uploaded pictures as it may. Try again in a few seconds.';
        throw new PlantainError('too_many_orders', message, { retryAfterSeconds: 5 });
      }
      ownBytes += bytes;
      this.#heldBytes += bytes;
    };
  }
}
