import { isStorageFailure } from '../kernel/storage-failure.ts';
import type {
  Ledger,
  LedgerAttempt,
  LedgerCompletion,
  LedgerOpening,
  LedgerRow,
  OrdersQuery,
  TotalsQuery,
  UsageTotals,
} from './ledger.ts';

/** What operators have to hear of rows that could not be written. */
export interface LedgerTroubles {
  /** The order was answered; its completion is kept in memory and tried again. */
  onLate(id: string, completion: LedgerCompletion, cause: unknown): void;
  /** A late completion is in the ledger now. */
  onCaughtUp(id: string): void;
  /** The completion will never be written; the next start closes the row as `unknown`. */
  onLost(id: string, completion: LedgerCompletion, cause: unknown): void;
}

export interface SteadfastOptions {
  /** How long an answer waits for its row; then it goes out, and the row follows. */
  readonly patienceMs?: number;
  /** Between two tries of what is late. */
  readonly retryMs?: number;
  /** Completions kept at once; beyond it the oldest is lost. */
  readonly maxKept?: number;
}

interface KeptCompletion {
  readonly id: string;
  readonly completion: LedgerCompletion;
  readonly attempts: readonly LedgerAttempt[];
  isWriting: boolean;
  isLate: boolean;
}

/** Late completions written at a time, so that a long list does not hold up the orders of the moment. */
const batchSize = 200;
const stopPollMs = 20;

/**
 * A ledger whose completions cannot fail: an order that was drawn and paid for is answered, whatever becomes of
 * its row. What the store cannot take now is kept in memory and tried again until it is written or `stop` has
 * waited long enough. Opening an order still fails where its row cannot be written: nothing is drawn yet.
 */
export class SteadfastLedger implements Ledger {
  readonly #ledger: Ledger;
  readonly #troubles: LedgerTroubles;
  readonly #options: Required<SteadfastOptions>;
  /** Not yet written, oldest first. */
  readonly #kept = new Map<string, KeptCompletion>();
  /** Set while late ones are waiting for their next try, or are at it. */
  #isCatchingUp = false;
  /** Why the latest of them are late. */
  #cause: unknown;

  constructor(ledger: Ledger, troubles: LedgerTroubles, options: SteadfastOptions = {}) {
    this.#ledger = ledger;
    this.#troubles = troubles;
    this.#options = { patienceMs: 500, retryMs: 1000, maxKept: 10_000, ...options };
  }

  open(opening: LedgerOpening): Promise<Readonly<Record<string, string>>> {
    return this.#ledger.open(opening);
  }

  /** Never rejects. True also for a completion that is still to be written. */
  async complete(
    id: string,
    completion: LedgerCompletion,
    attempts: readonly LedgerAttempt[],
  ): Promise<boolean> {
    const isInTrouble = this.#kept.values().some((other) => other.isLate);
    const kept = { id, completion, attempts, isWriting: false, isLate: false };
    this.#keep(kept);
    const written = this.#isCatchingUp ? Promise.resolve(true) : this.#write(kept);
    // While others wait the store does not write, and this order need not wait to find out.
    if (isInTrouble) {
      this.#setLate(kept, this.#cause);
      return true;
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#setLate(kept, `not written within ${String(this.#options.patienceMs)} ms`);
        resolve(true);
      }, this.#options.patienceMs);
      written.finally(() => clearTimeout(timer)).then(resolve, reject);
    });
  }

  closeLeftOpen(atMs: number): Promise<number> {
    return this.#ledger.closeLeftOpen(atMs);
  }

  find(id: string): Promise<LedgerRow | undefined> {
    return this.#ledger.find(id);
  }

  attempts(id: string): Promise<readonly LedgerAttempt[]> {
    return this.#ledger.attempts(id);
  }

  list(query: OrdersQuery): Promise<readonly LedgerRow[]> {
    return this.#ledger.list(query);
  }

  totals(query: TotalsQuery): Promise<readonly UsageTotals[]> {
    return this.#ledger.totals(query);
  }

  /** Goes on trying for at most `timeoutMs`; what is unwritten then is lost, and told. */
  async stop(timeoutMs: number): Promise<void> {
    const giveUpAtMs = performance.now() + timeoutMs;
    while (this.#kept.size > 0 && performance.now() < giveUpAtMs) {
      await new Promise((resolve) => setTimeout(resolve, stopPollMs));
    }
    for (const kept of this.#kept.values()) this.#lose(kept, this.#cause);
  }

  #keep(kept: KeptCompletion): void {
    if (this.#kept.size >= this.#options.maxKept) {
      const [oldest] = this.#kept.values();
      if (oldest !== undefined) this.#lose(oldest, 'too many others are waiting');
    }
    this.#kept.set(kept.id, kept);
  }

  /** One try. Never rejects; false when the row is complete already. */
  async #write(kept: KeptCompletion): Promise<boolean> {
    kept.isWriting = true;
    try {
      const isFirst = await this.#ledger.complete(kept.id, kept.completion, kept.attempts);
      if (this.#kept.delete(kept.id) && kept.isLate) this.#troubles.onCaughtUp(kept.id);
      return isFirst;
    } catch (error) {
      if (isStorageFailure(error)) {
        this.#setLate(kept, error);
        if (!this.#isCatchingUp) this.#catchUpIn(this.#options.retryMs);
      } else {
        this.#lose(kept, error);
      }
      return true;
    } finally {
      kept.isWriting = false;
    }
  }

  #catchUpIn(pauseMs: number): void {
    this.#isCatchingUp = true;
    setTimeout(() => void this.#catchUp(), pauseMs).unref();
  }

  async #catchUp(): Promise<void> {
    const idle = this.#kept.values().filter(({ isWriting }) => !isWriting);
    const batch = [...idle.take(batchSize)];
    await Promise.all(batch.map((kept) => this.#write(kept)));
    // When a whole batch went through the store is back, and the rest follows at once.
    const isBack = batch.length > 0 && batch.every(({ id }) => !this.#kept.has(id));
    if (this.#kept.size > 0) this.#catchUpIn(isBack ? 0 : this.#options.retryMs);
    else this.#isCatchingUp = false;
  }

  #setLate(kept: KeptCompletion, cause: unknown): void {
    this.#cause = cause;
    if (kept.isLate || !this.#kept.has(kept.id)) return;
    kept.isLate = true;
    this.#troubles.onLate(kept.id, kept.completion, cause);
  }

  #lose(kept: KeptCompletion, cause: unknown): void {
    if (this.#kept.delete(kept.id)) this.#troubles.onLost(kept.id, kept.completion, cause);
  }
}
