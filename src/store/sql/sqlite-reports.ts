import type { ReportReader, ReportSource } from '../../usage/report-desk.ts';
import { fromStored } from './ledger-row.ts';
import type { ReportAnswer, ReportQuestion } from './report-question.ts';
import { ReportThread } from './report-thread.ts';

/** How long a thread is kept for the next report: to begin one takes more from pictures than most reports do. */
const keptMs = 10_000;

/**
 * Reports on a SQLite file: SQLite answers on the thread that asks, so each report has a thread and a connection of its
 * own, and pictures go on.
 */
export class SqliteReports implements ReportSource {
  readonly #path: string;
  /** The one that rested least is the last; each with what ends it in time. */
  readonly #resting = new Map<ReportThread, NodeJS.Timeout>();
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
  }

  async open(signal: AbortSignal): Promise<ReportReader> {
    return new SqliteReader(this.#take(), signal, (thread) => this.#giveBack(thread));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#resting.keys()].map((thread) => this.#end(thread)));
  }

  #take(): ReportThread {
    const thread = [...this.#resting.keys()].findLast(({ isIdle }) => isIdle);
    if (thread === undefined) return new ReportThread(this.#path);
    clearTimeout(this.#resting.get(thread));
    this.#resting.delete(thread);
    thread.hold(true);
    return thread;
  }

  /** One that has not answered yet is ended: nobody waits for it. */
  async #giveBack(thread: ReportThread): Promise<void> {
    if (this.#isClosed || !thread.isIdle) return thread.end();
    thread.hold(false);
    this.#resting.set(thread, setTimeout(() => void this.#end(thread), keptMs).unref());
  }

  async #end(thread: ReportThread): Promise<void> {
    clearTimeout(this.#resting.get(thread));
    this.#resting.delete(thread);
    await thread.end();
  }
}

class SqliteReader implements ReportReader {
  readonly #thread: ReportThread;
  readonly #signal: AbortSignal;
  readonly #giveBack: (thread: ReportThread) => Promise<void>;
  readonly #leave = (): void => void this.close();
  #closing: Promise<void> | undefined;

  constructor(thread: ReportThread, signal: AbortSignal, giveBack: (thread: ReportThread) => Promise<void>) {
    this.#thread = thread;
    this.#signal = signal;
    this.#giveBack = giveBack;
    signal.addEventListener('abort', this.#leave, { once: true });
  }

  totals: ReportReader['totals'] = async (query) => {
    const answer = await this.#ask({ kind: 'totals', query });
    return answer.kind === 'totals' ? answer.totals : [];
  };

  orders: ReportReader['orders'] = async (query) => {
    const answer = await this.#ask({ kind: 'orders', query });
    return answer.kind === 'orders' ? answer.orders.map(fromStored) : [];
  };

  quarters: ReportReader['quarters'] = async (dayMs) => {
    const answer = await this.#ask({ kind: 'quarters', dayMs });
    return answer.kind === 'quarters' ? answer.quarters : [];
  };

  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#leave);
    await (this.#closing ??= this.#giveBack(this.#thread));
  }

  async #ask(question: ReportQuestion): Promise<ReportAnswer> {
    this.#signal.throwIfAborted();
    // Its thread may be another report's by now.
    if (this.#closing !== undefined) throw new Error('the report is closed');
    try {
      return await this.#thread.ask(question);
    } finally {
      this.#signal.throwIfAborted();
    }
  }
}
