/** A commit that was under way when its connection broke is done long before. */
const forgetAfterMs = 60_000;
const retryMs = 1000;
const mostDoubts = 10_000;

/**
 * Orders that were refused because the database did not answer: whether they are in the ledger is not known. Once it
 * answers, each is canceled if it is there; looked for until a minute after it was refused.
 */
export class DoubtList {
  readonly #cancel: (id: string) => Promise<unknown>;
  readonly #since = new Map<string, number>();
  #isWatching = false;

  constructor(cancel: (id: string) => Promise<unknown>) {
    this.#cancel = cancel;
  }

  add(id: string): void {
    if (this.#since.size < mostDoubts) this.#since.set(id, performance.now());
    if (!this.#isWatching) this.#watchLater();
  }

  #watchLater(): void {
    this.#isWatching = true;
    setTimeout(() => void this.#watch(), retryMs).unref();
  }

  async #watch(): Promise<void> {
    const answers = await Promise.allSettled([...this.#since.keys()].map((id) => this.#cancel(id)));
    for (const [index, [id, sinceMs]] of [...this.#since].entries()) {
      const isOld = performance.now() - sinceMs > forgetAfterMs;
      if (answers[index]?.status === 'fulfilled' && isOld) this.#since.delete(id);
    }
    this.#isWatching = false;
    if (this.#since.size > 0) this.#watchLater();
  }
}
