import type { PlantainError } from '../kernel/plantain-error.ts';

/**
 * The life of one order: its one AbortSignal (client gone, deadline or shutdown, whichever comes first) and
 * what has to be given back when its answer is written or abandoned.
 */
export class OrderScope {
  readonly #controller = new AbortController();
  #releases: (() => void)[] = [];
  #hasEnded = false;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Gives the order up. The first reason counts. */
  abort(reason: PlantainError): void {
    if (!this.#hasEnded) this.#controller.abort(reason);
  }

  /** Gives the order up after `timeoutMs`, unless it has ended by then. */
  expireAfter(timeoutMs: number, reason: () => PlantainError): void {
    const timer = setTimeout(() => this.abort(reason()), timeoutMs);
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
