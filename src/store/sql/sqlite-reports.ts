import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '../../kernel/error-catalogue.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { workerUrl } from '../../kernel/worker-url.ts';
import type { OrdersQuery, TotalsQuery, UsageTotals } from '../../usage/ledger.ts';
import type { ReportReader, ReportSource, UsageQuarter } from '../../usage/report-desk.ts';
import { fromStored, type StoredOrder } from './ledger-row.ts';

export type ReportQuestion =
  | { readonly kind: 'totals'; readonly query: TotalsQuery }
  | { readonly kind: 'orders'; readonly query: OrdersQuery }
  | { readonly kind: 'quarters'; readonly dayMs: number };

export type ReportAnswer =
  | { readonly kind: 'totals'; readonly totals: readonly UsageTotals[] }
  | { readonly kind: 'orders'; readonly orders: readonly StoredOrder[] }
  | { readonly kind: 'quarters'; readonly quarters: readonly UsageQuarter[] }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      readonly param: string | undefined;
      readonly retryAfterSeconds: number | undefined;
    };

/** What a report may hold: more than the most rows it may have take. */
const maxHeapMb = 256;

/**
 * Reports on a SQLite file: SQLite answers on the thread that asks, so each report has a thread and a connection of its
 * own, and pictures go on. The thread lives for one report.
 */
export function sqliteReports(path: string): ReportSource {
  return {
    open: async (signal) => openReader(path, signal),
    close: async () => undefined,
  };
}

function openReader(path: string, signal: AbortSignal): ReportReader {
  const worker = new Worker(workerUrl(import.meta.url, 'report-worker'), {
    workerData: path,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  let ending: Promise<unknown> | undefined;
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', end);
    await (ending ??= worker.terminate());
  };
  const end = (): void => void close();
  signal.addEventListener('abort', end, { once: true });
  // Unheard, it would end the process; whoever asks next hears it too.
  let trouble: Error | undefined;
  worker.on('error', (error) => {
    trouble ??= error instanceof Error ? error : new Error(String(error));
  });
  const ended = once(worker, 'exit').then(() => undefined);
  const ask = async (question: ReportQuestion): Promise<ReportAnswer> => {
    signal.throwIfAborted();
    const answered = once(worker, 'message').then(([answer]) => answer as ReportAnswer);
    // `once` rejects with an error of the thread, which is told below.
    answered.catch(() => undefined);
    worker.postMessage(question);
    const answer = await Promise.race([answered.catch(() => undefined), ended]);
    signal.throwIfAborted();
    if (answer === undefined) throw trouble ?? new Error('the thread of a report ended before it answered');
    if (answer.kind !== 'refused') return answer;
    const { code, message, ...facts } = answer;
    throw new PlantainError(code, message, {
      ...(facts.param !== undefined && { param: facts.param }),
      ...(facts.retryAfterSeconds !== undefined && { retryAfterSeconds: facts.retryAfterSeconds }),
    });
  };
  return {
    async totals(query) {
      const answer = await ask({ kind: 'totals', query });
      return answer.kind === 'totals' ? answer.totals : [];
    },
    async orders(query) {
      const answer = await ask({ kind: 'orders', query });
      return answer.kind === 'orders' ? answer.orders.map(fromStored) : [];
    },
    async quarters(dayMs) {
      const answer = await ask({ kind: 'quarters', dayMs });
      return answer.kind === 'quarters' ? answer.quarters : [];
    },
    close,
  };
}
