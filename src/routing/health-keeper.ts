import type { HealthStore } from './kept-health.ts';
import type { UpstreamPool } from './upstream-pool.ts';

/** How long changes gather before they are written. */
const gatherMs = 1000;

/** Sees to it that what must survive a restart is kept: read at the start, written soon after a change. */
export class HealthKeeper {
  readonly #store: HealthStore;
  readonly #onTrouble: (cause: unknown) => void;
  #pool: UpstreamPool | undefined;
  #timer: NodeJS.Timeout | undefined;
  #written: string | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: HealthStore, onTrouble: (cause: unknown) => void) {
    this.#store = store;
    this.#onTrouble = onTrouble;
  }

  /** Gives the pool what an earlier process knew. What cannot be read is learnt again. */
  async start(pool: UpstreamPool): Promise<void> {
    try {
      pool.recall(await this.#store.load());
    } catch (cause) {
      this.#onTrouble(cause);
    }
    this.#written = JSON.stringify(pool.kept());
    this.#pool = pool;
  }

  /** Something changed. */
  changed(): void {
    if (this.#pool === undefined) return;
    this.#timer ??= setTimeout(() => void this.#write(), gatherMs).unref();
  }

  /** Writes what is not written yet, and no more after that. */
  async stop(): Promise<void> {
    await this.#write();
    this.#pool = undefined;
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const kept = this.#pool?.kept();
    const text = JSON.stringify(kept);
    if (kept === undefined || text === this.#written) return this.#writing;
    this.#written = text;
    // One after another, so that the newest is what stays.
    this.#writing = this.#writing.then(() => this.#store.save(kept)).catch(this.#onTrouble);
    return this.#writing;
  }
}
