import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Database } from './database-schema.ts';
import { forgetOrders } from './forget-orders.ts';
import type { ReportReader, UsageQuarter } from '../../usage/report-desk.ts';
import { makeQuarters } from './make-quarters.ts';
import { ledgerMonth, madeMonths, makeMonth } from './ledger-partitions.ts';
import type { DialectName } from './migrations/column-kinds.ts';

export interface LedgerKeeperOptions {
  readonly db: Kysely<Database>;
  readonly dialect: DialectName;
  /** How long orders are kept; 0: for ever. Asked for each time. */
  readonly retentionDays: () => number;
  readonly nowMs: () => number;
  /** Reads beside orders; asked for when there is something to add up. */
  readonly openReader: (signal: AbortSignal) => Promise<Pick<ReportReader, 'quarters' | 'close'>>;
  readonly onForgotten: (orders: number) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly everyMs?: number;
}

/** The months that are made ahead: a server may be away for one of them. */
const monthsAhead = [0, 1, 2];
const hourlyMs = 3_600_000;

/** A server that starts has better things to do than sums. */
const startingMs = 20_000;
/** Orders of a day may end as long after it, or be given up. */
const lateMs = 3 * hourlyMs;

/**
 * Makes the ledger's months before they come, adds up days that are over by quarter hours, and forgets old orders: at the
 * start, and now and then.
 */
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
      .then(() => sleep(startingMs, undefined, { signal: this.#stopping.signal, ref: false }))
      .then(() => this.addUp())
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted) this.#options.onTrouble(error);
      })
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

  /** Adds up days that are over by quarter hours. */
  async addUp(): Promise<void> {
    const { db, dialect, nowMs, openReader } = this.#options;
    const { signal } = this.#stopping;
    let reader: ReturnType<typeof openReader> | undefined;
    const read = async (dayMs: number): Promise<readonly UsageQuarter[]> =>
      (await (reader ??= openReader(signal))).quarters(dayMs);
    try {
      await makeQuarters({ db, dialect, beforeMs: nowMs() - lateMs, read, signal });
    } finally {
      await (await reader?.catch(() => undefined))?.close();
    }
  }
}
