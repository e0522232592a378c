import type { Clock } from '../kernel/clock.ts';
import type { EndedClaim } from './claim-store.ts';
import { type ClaimParts, forgetClaims } from './forget-claims.ts';

/** How many ended claims are remembered. */
export const maxClaims = { ofAll: 100_000, ofOneKey: 20_000 };
const batchSize = 200;

export interface ClaimSweepOptions extends ClaimParts {
  readonly clock: Clock;
  /** The most that kept answers may take; those that expire first make room. */
  readonly maxKeptBytes: number;
  readonly intervalMs: number;
  readonly bounds?: typeof maxClaims;
  readonly onError: (error: unknown) => void;
}

/** Forgets claims whose time is over, and those beyond the bounds. */
export class ClaimSweep {
  readonly #options: ClaimSweepOptions;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | undefined;
  #hasStopped = false;
  /** Kept since the last sweep, with what it left. */
  #keptBytes = 0;

  constructor(options: ClaimSweepOptions) {
    this.#options = options;
  }

  /** Sweeps now, and then every interval. */
  start(): void {
    this.#timer = setInterval(() => void this.sweep(), this.#options.intervalMs).unref();
    void this.sweep();
  }

  /** An answer was kept: past the bound room is made at once. */
  note(bytes: number): void {
    this.#keptBytes += bytes;
    if (this.#keptBytes <= this.#options.maxKeptBytes) return;
    // The one under way may have counted already.
    void Promise.resolve(this.#underWay).then(() => (this.#hasStopped ? undefined : this.sweep()));
  }

  async stop(): Promise<void> {
    this.#hasStopped = true;
    clearInterval(this.#timer);
    await this.#underWay;
  }

  /** One sweep; joins the one under way. Never rejects. */
  sweep(): Promise<void> {
    this.#underWay ??= this.#sweep()
      .catch((error: unknown) => this.#options.onError(error))
      .finally(() => {
        this.#underWay = undefined;
      });
    return this.#underWay;
  }

  async #sweep(): Promise<void> {
    const { store, retries, clock, bounds = maxClaims } = this.#options;
    const nowMs = clock.nowMs();
    retries.sweep(nowMs);
    await this.#forgetAll(() => store.expired(nowMs, batchSize));
    for (const keyId of await store.crowdedKeys(bounds.ofOneKey))
      await this.#forgetAll(() => store.beyond(bounds.ofOneKey, keyId, batchSize));
    await this.#forgetAll(() => store.beyond(bounds.ofAll, undefined, batchSize));
    await this.#makeRoom();
  }

  async #forgetAll(next: () => Promise<readonly EndedClaim[]>): Promise<void> {
    while (!this.#hasStopped) {
      const claims = await next();
      if (claims.length === 0) return;
      await forgetClaims(this.#options, claims);
    }
  }

  /** The claims stay, so that nobody is charged twice unasked: whoever asks is told that the answer is gone. */
  async #makeRoom(): Promise<void> {
    const { store, answers, retries, maxKeptBytes } = this.#options;
    let { bytes } = await store.totals();
    while (bytes > maxKeptBytes && !this.#hasStopped) {
      const claims = await store.firstKept(batchSize);
      if (claims.length === 0) break;
      for (const claim of claims) {
        if (bytes <= maxKeptBytes) break;
        const { id, endedAtMs, expiresAtMs, answer } = claim;
        await store.end(id, { state: 'gone', answer: null, endedAtMs, expiresAtMs });
        retries.find(claim)?.forgetAnswer();
        if (answer !== null) await answers.remove(answer.blob);
        bytes -= answer?.sizeBytes ?? 0;
      }
    }
    this.#keptBytes = bytes;
  }
}
