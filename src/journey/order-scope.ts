import type { PlantainError } from '../kernel/plantain-error.ts';
import type { OrderMemory } from './order-memory.ts';

/**
 * The life of one order: its one AbortSignal (client gone for good, deadline or shutdown, whichever comes first) and
 * what has to be given back when its answer is written or abandoned.
 */
export class OrderScope {
  readonly #controller = new AbortController();
  #releases: (() => void)[] = [];
  #hasEnded = false;
  readonly #acceptedAtMs = performance.now();
  readonly #openMemory: () => OrderMemory & { close(): void };
  #memory: OrderMemory | undefined;
  #onClientLeft: (() => void) | undefined;
  #bytesLent = 0;

  constructor(openMemory: () => OrderMemory & { close(): void }) {
    this.#openMemory = openMemory;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Milliseconds since the order was accepted, by a clock that never goes back, as the wall's may. */
  get ageMs(): number {
    return Math.round(performance.now() - this.#acceptedAtMs);
  }

  /** What the order holds of the process's memory; given back with its end. */
  get memory(): OrderMemory {
    if (this.#memory === undefined) {
      const memory = this.#openMemory();
      this.#memory = memory;
      this.onEnd(() => memory.close());
    }
    return this.#memory;
  }

  /** Nothing but the client has to be waited for from now on. */
  startSending(): void {
    this.#memory?.startSending();
  }

  /** Whether others wait for the memory that this order holds. */
  get isWanted(): boolean {
    return this.#memory?.isWanted ?? false;
  }

  /**
   * Lends the order's own bytes to a request whose writes the system may have in hand from now on. Call what is answered
   * when all of it has gone out; where that is never known, the bytes stay lent.
   */
  lendBytes(): () => void {
    this.#bytesLent++;
    let isOut = false;
    return () => {
      if (!isOut) this.#bytesLent--;
      isOut = true;
    };
  }

  /** Whether a write may still read what the order came with. */
  get hasLentBytes(): boolean {
    return this.#bytesLent > 0;
  }

  /** Gives the order up. The first reason counts. */
  abort(reason: PlantainError): void {
    if (!this.#hasEnded) this.#controller.abort(reason);
  }

  /** From now on a client that leaves does not end the order: somebody will come for its answer. */
  outliveClient(onClientLeft: () => void): void {
    this.#onClientLeft = onClientLeft;
  }

  /** The client has left before it had its answer. */
  loseClient(reason: PlantainError): void {
    if (this.#onClientLeft === undefined) this.abort(reason);
    else this.#onClientLeft();
  }

  /** Gives the order up when `timeoutMs` have passed since it was accepted, unless it has ended by then. */
  expireAfter(timeoutMs: number, reason: () => PlantainError): void {
    const leftMs = Math.max(0, this.#acceptedAtMs + timeoutMs - performance.now());
    const timer = setTimeout(() => this.abort(reason()), leftMs);
    this.onEnd(() => clearTimeout(timer));
  }

  /** Registers what to give back; called at once when the order is already over. */
  onEnd(release: () => void): void {
    if (this.#hasEnded) release();
    else this.#releases.push(release);
  }

  /** Ends the order: its answer is written, or will never be. Later calls do nothing. */
  end(): void {
    this.#hasEnded = true;
    const releases = this.#releases;
    this.#releases = [];
    for (const release of releases) release();
  }
}
