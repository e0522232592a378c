import { memoryIsTaken } from '../journey/order-memory.ts';

/** As much of a body as Node takes from its connection before anybody reads it. */
const mostUnreadBytes = 128 * 1024;

/**
 * The bodies that wait for memory. The beginning of each is here already and counted nowhere, so that thousands of
 * them would fill a small container: they are bounded in bytes, and whoever comes then is refused at once.
 */
export class WaitingBodies {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Lets one more wait, and answers how it leaves. Throws `too_many_orders`. */
  enter(statedBytes = mostUnreadBytes): () => void {
    const bytes = Math.min(statedBytes, mostUnreadBytes);
    if (this.#bytes + bytes > this.#maxBytes) throw memoryIsTaken();
    this.#bytes += bytes;
    let isWaiting = true;
    return () => {
      if (isWaiting) this.#bytes -= bytes;
      isWaiting = false;
    };
  }
}
