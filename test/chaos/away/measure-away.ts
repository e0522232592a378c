import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../../src/store/sql/open-store.ts';
import { bookFaults } from '../../support/book-faults.ts';
import { imageAnswer, sendJson, startFakeGemini } from '../../support/fake-gemini.ts';
import { serveChild } from '../../support/serve-child.ts';
import { type Answered, generation, send } from '../support/send.ts';
import { until } from '../support/until.ts';
import type { AwayCase } from './away-cases.ts';

/** An order as its caller saw it. */
export interface SeenAnswer {
  readonly status: string;
  readonly code: string | undefined;
  readonly retryAfter: string | undefined;
  readonly shouldRetry: string | undefined;
  readonly afterMs: number;
}

export interface AwayResult {
  /** Orders that came while the database was away: one at once, and one later. */
  readonly refused: readonly SeenAnswer[];
  /** Of the orders that were being drawn then, how their callers were answered, before the database was back. */
  readonly drawn: readonly SeenAnswer[];
  readonly readyz: number;
  /** One that came when the database was back. */
  readonly after: SeenAnswer;
  /** One that was delivered meanwhile, sent again with its idempotency key. */
  readonly again: SeenAnswer;
  /** Rows by their status, when all was at rest. */
  readonly statuses: Readonly<Record<string, number>>;
  /** By the upstream's own count. */
  readonly calls: number;
  /** Rows that cost something. */
  readonly paidRows: number;
  /** Counters that are not the sum of the ledger. */
  readonly faults: readonly string[];
  readonly settledAfterMs: number;
}

const inFlight = 3;
const mostWritten = 500;
const mostTries = 20;
const settleTimeoutMs = 60_000;
/** So that a second order comes when the server knows already that its database is away. */
const laterMs = 1000;

/** Takes the database from a server that draws three pictures, sends it more orders, lets the pictures come, and gives it back. */
export async function measureAway(away: AwayCase): Promise<AwayResult> {
  const database = await away.open();
  const waiting: ServerResponse[] = [];
  let draws = false;
  const upstream = await startFakeGemini((_call, response) => {
    if (draws) sendJson(response, imageAnswer());
    else waiting.push(response);
  });
  const server = await serveChild({
    upstreamUrl: upstream.url,
    dataDir: database.dataDir,
    env: { ...(database.url !== undefined && { DATABASE_URL: database.url }), PLANTAIN_LOG_FORMAT: 'json' },
  });
  const pid = server.child.pid ?? 0;
  const order = async (key?: string): Promise<SeenAnswer> => {
    const startedAtMs = performance.now();
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    const answered = await send(server, generation({ prompt: 'a fox' }), { headers, timeoutMs: 60_000 });
    return seen(answered, performance.now() - startedAtMs);
  };
  /** A database whose disk is full goes on until it needs a new page. */
  const refusedOrder = async (): Promise<SeenAnswer> => {
    for (let tries = 0; ; tries++) {
      const answer = await order();
      if (answer.status !== '200' || tries === mostWritten) return answer;
    }
  };
  /** As a client does that is told to wait: the end of its first order may be on its way into the book. */
  const orderAgain = async (): Promise<SeenAnswer> => {
    for (let tries = 0; ; tries++) {
      const answer = await order('kept');
      if (answer.code !== 'order_in_progress' || tries === mostTries) return answer;
      await sleep(laterMs);
    }
  };
  try {
    const orders = Array.from({ length: inFlight }, (_, index) => order(index === 0 ? 'kept' : undefined));
    await until(() => upstream.calls.length === inFlight, 30_000);
    draws = true;
    await database.takeAway(pid);
    const early = refusedOrder();
    await sleep(laterMs);
    const late = refusedOrder();
    for (const response of waiting.splice(0)) sendJson(response, imageAnswer());
    const drawn = await Promise.all(orders);
    const refused = await Promise.all([early, late]);
    const readyz = (await fetch(`${server.url}/readyz`)).status;
    await database.giveBack(pid);
    const backAtMs = performance.now();
    const store = await openStore({
      url: database.url,
      file: `${database.dataDir}/plantain.db`,
      patienceMs: 30_000,
    });
    const rows = () => store.db.selectFrom('ledger').select(['status', 'cost_micro_usd']).execute();
    await until(async () => (await rows()).every(({ status }) => status !== 'open'), settleTimeoutMs);
    const settledAfterMs = performance.now() - backAtMs;
    const after = await order();
    const again = await orderAgain();
    const end = await rows();
    const faults = await bookFaults(store.db);
    await store.close();
    return {
      refused,
      drawn,
      readyz,
      after,
      again,
      statuses: Object.fromEntries(
        [...Map.groupBy(end, ({ status }) => status)].map(([status, group]) => [status, group.length]),
      ),
      calls: upstream.calls.length,
      paidRows: end.filter((row) => row.cost_micro_usd > 0).length,
      faults,
      settledAfterMs,
    };
  } finally {
    await server.close();
    await upstream.close();
    await database.remove();
  }
}

function seen({ outcome, code, headers }: Answered, afterMs: number): SeenAnswer {
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    status: outcome,
    code,
    retryAfter: header('retry-after'),
    shouldRetry: header('x-should-retry'),
    afterMs,
  };
}
