import { isStorageFailure } from '../kernel/storage-failure.ts';

/** One a claim. Beyond it the oldest is given up: its claim stays open until the server's next start. */
const mostKept = 10_000;
const defaultRetryMs = 1000;

/**
 * Ends of claims that the store could not take, tried again until it can. A claim that stayed open would tell everybody who
 * asks again that the order is still under way.
 */
export class LateWrites {
  readonly #retryMs: number;
  readonly #kept = new Map<string, () => Promise<void>>();
  #isCatchingUp = false;

  constructor(retryMs = defaultRetryMs) {
    this.#retryMs = retryMs;
  }

  /** Resolves also where the store failed, and the write is to follow. Rejects with every other error. */
  async run(claimId: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      const [oldest = claimId] = this.#kept.keys();
      if (this.#kept.size >= mostKept && !this.#kept.has(claimId)) this.#kept.delete(oldest);
      this.#kept.set(claimId, write);
      this.#later();
    }
  }

  #later(): void {
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    setTimeout(() => void this.#catchUp(), this.#retryMs).unref();
  }

  async #catchUp(): Promise<void> {
    for (const [claimId, write] of this.#kept) {
      try {
        await write();
      } catch (error) {
        // The others would find it no better.
        if (isStorageFailure(error)) break;
      }
      this.#kept.delete(claimId);
    }
    this.#isCatchingUp = false;
    if (this.#kept.size > 0) this.#later();
  }
}
