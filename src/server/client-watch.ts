import type { ServerResponse } from 'node:http';

export interface ClientPatience {
  /** How long a client may take nothing while others wait for the memory its answer holds. */
  readonly stalledMs: number;
  readonly isWanted: () => boolean;
}

/** A client that takes nothing for this long is given up, whether or not others wait. */
const silentLimitMs = 120_000;
/** Below this rate on the whole, in bytes a second, a client is given up; a minute is everybody's. */
const leastRate = 64 * 1024;
const startMs = 60_000;
const looksPerLimit = 4;

/**
 * Watches whether a client takes its answer, and breaks the connection off when it does not: a picture on its way
 * holds memory. Node's socket time-out passes only when not a byte went out in its time, so several in a row are
 * silence of known length.
 */
export class ClientWatch {
  readonly #response: ServerResponse;
  readonly #patience: ClientPatience;
  readonly #lookMs: number;
  #silentLooks = 0;
  #lastLookAtMs = 0;
  #hardStop: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, patience: ClientPatience) {
    this.#response = response;
    this.#patience = patience;
    this.#lookMs = Math.min(patience.stalledMs, silentLimitMs) / looksPerLimit;
    response.setTimeout(this.#lookMs, () => this.#look());
    response.once('close', () => clearTimeout(this.#hardStop));
  }

  /** The whole answer is on its way: it has to arrive at some rate. */
  expect(byteLength: number): void {
    if (this.#hardStop !== undefined || this.#response.destroyed) return;
    const limitMs = startMs + (byteLength / leastRate) * 1000;
    this.#hardStop = setTimeout(() => this.#response.destroy(), limitMs).unref();
  }

  #look(): void {
    const nowMs = performance.now();
    // A look that did not follow the last one at once means that something went out between them.
    const isInRow = nowMs - this.#lastLookAtMs < this.#lookMs * 1.5;
    this.#lastLookAtMs = nowMs;
    this.#silentLooks = isInRow ? this.#silentLooks + 1 : 1;
    const silentMs = this.#silentLooks * this.#lookMs;
    const limitMs = this.#patience.isWanted() ? this.#patience.stalledMs : silentLimitMs;
    const isWaitingForClient = (this.#response.socket?.writableLength ?? 0) > 0;
    if (isWaitingForClient && silentMs >= limitMs) this.#response.destroy();
    else this.#response.setTimeout(this.#lookMs);
  }
}
