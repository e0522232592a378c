import { PlantainError } from '../kernel/plantain-error.ts';
import type { LedgerRow, OrdersQuery, TotalsQuery, UsageTotals } from './ledger.ts';

/** Reads for one report, beside orders. What it is asked when its signal has aborted rejects. */
export interface ReportReader {
  totals(query: TotalsQuery): Promise<readonly UsageTotals[]>;
  orders(query: OrdersQuery): Promise<readonly LedgerRow[]>;
  /** What orders of the day of UTC that begins then used by quarter hours, as the database keeps it. */
  quarters(dayMs: number): Promise<readonly UsageQuarter[]>;
  /** Ends what it is doing. Calling it again does nothing. */
  close(): Promise<void>;
}

export type UsageQuarter = Readonly<Record<string, string | number>>;

/** Opens readers on connections of their own, so that no order waits for a report. `store/` implements it. */
export interface ReportSource {
  open(signal: AbortSignal): Promise<ReportReader>;
  close(): Promise<void>;
}

const maxOpen = 2;
const maxWaiting = 8;
const retryAfterSeconds = 5;

/** A few reports at a time, a few more in line. */
export class ReportDesk implements ReportSource {
  readonly #source: ReportSource;
  readonly #line: (() => void)[] = [];
  #open = 0;

  constructor(source: ReportSource) {
    this.#source = source;
  }

  /** Throws `too_many_reports` when too many wait, and the signal's reason when it aborts. */
  async open(signal: AbortSignal): Promise<ReportReader> {
    signal.throwIfAborted();
    if (this.#open < maxOpen) this.#open++;
    else await this.#wait(signal);
    try {
      signal.throwIfAborted();
      const reader = await this.#source.open(signal);
      let closing: Promise<void> | undefined;
      return {
        totals: (query) => reader.totals(query),
        orders: (query) => reader.orders(query),
        quarters: (dayMs) => reader.quarters(dayMs),
        close: () => (closing ??= reader.close().finally(() => this.#leave())),
      };
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  /** Resolves once a place was handed over, which `#open` counts all the while. */
  async #wait(signal: AbortSignal): Promise<void> {
    if (this.#line.length >= maxWaiting)
      throw new PlantainError('too_many_reports', 'Too many reports are being made. Ask again in a moment.', {
        retryAfterSeconds,
      });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      const place = this.#line.indexOf(resolve);
      // Handed a place in this very turn: `open` sees the signal and gives it on.
      if (place === -1) return;
      this.#line.splice(place, 1);
      reject(signal.reason as Error);
    };
    this.#line.push(resolve);
    signal.addEventListener('abort', leave, { once: true });
    await promise.finally(() => signal.removeEventListener('abort', leave));
  }

  #leave(): void {
    const next = this.#line.shift();
    if (next === undefined) this.#open--;
    else next();
  }
}
