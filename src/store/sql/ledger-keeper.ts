import type { Kysely } from 'kysely';
import type { Database } from './database-schema.ts';
import { forgetOrders } from './forget-orders.ts';
import { ledgerMonth, madeMonths, makeMonth } from './ledger-partitions.ts';
import type { DialectName } from './migrations/column-kinds.ts';

export interface LedgerKeeperOptions {
  readonly db: Kysely<Database>;
  readonly dialect: DialectName;
  /** How long orders are kept; 0: for ever. Asked for each time. */
  readonly retentionDays: () => number;
  readonly nowMs: () => number;
  readonly onForgotten: (orders: number) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly everyMs?: number;
}

/** The months that are made ahead: a server may be away for one of them. */
const monthsAhead = [0, 1, 2];
const hourlyMs = 3_600_000;

/** Makes the ledger's months before they come, and forgets old orders: at the start, and now and then. */
export class LedgerKeeper {
  readonly #options: LedgerKeeperOptions;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #atWork: Promise<void> | undefined;

  constructor(options: LedgerKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.#work(), this.#options.everyMs ?? hourlyMs);
    this.#timer.unref();
    this.#work();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#atWork;
  }

  /** One at a time: what is slower than the interval is not joined by a second one. */
  #work(): void {
    this.#atWork ??= this.keep()
      .catch(this.#options.onTrouble)
      .finally(() => {
        this.#atWork = undefined;
      });
  }

  async keep(): Promise<void> {
    const { db, dialect, nowMs, retentionDays, onForgotten } = this.#options;
    if (dialect === 'postgres') {
      const made = await madeMonths(db);
      for (const month of monthsAhead.map((offset) => ledgerMonth(nowMs(), offset)))
        if (!made.includes(month.name))
          await db.transaction().execute((transaction) => makeMonth(transaction, month));
    }
    const days = retentionDays();
    if (days === 0) return;
    const forgotten = await forgetOrders(db, dialect, days, nowMs(), this.#stopping.signal);
    if (forgotten > 0) onForgotten(forgotten);
  }
}
