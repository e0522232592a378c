import type { Server } from '../../support/http.ts';
import { type Answered, generation, send } from '../support/send.ts';
import { inParallel, Tally } from '../support/tally.ts';
import type { CallerRecord } from './call-books.ts';
import { promptOf } from './troubled-upstream.ts';

/** An answer as its caller got it, and when, counted from the start of the run. */
export interface RunAnswer {
  readonly answered: Answered;
  readonly atMs: number;
}

export interface OrderRun {
  readonly records: readonly CallerRecord[];
  /** The first of every kind of answer. */
  readonly samples: ReadonlyMap<string, RunAnswer>;
  readonly answers: Tally;
  readonly elapsedMs: number;
}

export interface OrderRunOptions {
  readonly orders: number;
  readonly inFlight: number;
  /** Added to the numbers of the orders. */
  readonly from?: number;
  readonly model?: string;
  /** Hears how many orders have ended. */
  readonly onEnd?: (ended: number) => void;
}

/** Sends orders of one picture each, so many at once, and keeps what callers learn of theirs. */
export async function runOrders(server: Server, options: OrderRunOptions): Promise<OrderRun> {
  const { orders, inFlight, from = 0, model, onEnd } = options;
  const records: CallerRecord[] = [];
  const samples = new Map<string, RunAnswer>();
  const answers = new Tally();
  const startedAtMs = performance.now();
  await inParallel(orders, inFlight, async (index) => {
    const order = from + index;
    const answered = await send(server, generation({ prompt: promptOf(order), model }));
    const kind = answered.code === undefined ? answered.outcome : `${answered.outcome} ${answered.code}`;
    answers.add(kind);
    if (!samples.has(kind)) samples.set(kind, { answered, atMs: performance.now() - startedAtMs });
    const { 'x-request-id': requestId, 'plantain-cost-micro-usd': cost } = answered.headers;
    records.push({
      order,
      outcome: answered.outcome,
      requestId: typeof requestId === 'string' ? requestId : undefined,
      costMicroUsd: typeof cost === 'string' ? Number(cost) : undefined,
    });
    onEnd?.(records.length);
  });
  return { records, samples, answers, elapsedMs: performance.now() - startedAtMs };
}
