import { type ChaosServer, startChaosServer } from '../support/chaos-server.ts';
import { until } from '../support/until.ts';
import { compareCallBooks, type RetryFigures, retryFigures } from './call-books.ts';
import { type OrderRun, runOrders } from './order-run.ts';
import type { PoolScenario } from './pool-scenarios.ts';
import { upstreamSettings } from './pool-settings.ts';
import { sharesAround } from './shares-around.ts';
import { UpstreamProcess } from './upstream-process.ts';

/** What a scenario came to. */
export interface PoolResult {
  readonly run: OrderRun;
  readonly served: number;
  readonly calls: { readonly ledger: number; readonly upstreams: number };
  readonly retries: RetryFigures;
  readonly upstreams: readonly UpstreamProcess[];
  readonly server: Pick<ChaosServer, 'attempts'>;
  /** Shares of calls that the killed upstream got: before, while it was away, and at the end. */
  readonly shares: readonly number[] | undefined;
  readonly logLines: readonly string[];
  readonly broken: readonly string[];
}

const restTimeoutMs = 60_000;
/** A cell that was opened is tried again after seconds; until then there is nothing to share. */
const returnedShare = 0.15;

/** Runs a scenario against a Plantain and upstreams of its own, each in a process of its own. */
export async function measurePool(scenario: PoolScenario, seed: number): Promise<PoolResult> {
  const upstreams = scenario.upstreams.map((troubles) => new UpstreamProcess(troubles, seed));
  const logLines: string[] = [];
  let server: ChaosServer | undefined;
  try {
    await Promise.all(upstreams.map((upstream) => upstream.start()));
    server = await startChaosServer({
      settings: upstreamSettings(upstreams.map(({ troubles: { name }, url }) => ({ name, url }))),
      env: { PLANTAIN_LOG_FORMAT: 'json' },
      onLogLine: (line) => logLines.push(line),
    });
    for (const upstream of upstreams)
      if (scenario.dead?.includes(upstream.troubles.name) === true) await upstream.kill();
    const turns = new Turns(scenario, upstreams);
    const run = await runOrders(server, {
      orders: scenario.orders,
      inFlight: scenario.inFlight,
      model: 'chaos',
      onEnd: (ended) => turns.at(ended),
    });
    await turns.done();
    const own = server;
    const isAtRest = await until(() => own.rows().every(({ status }) => status !== 'open'), restTimeoutMs);
    // What an upstream noted last may be on its way here.
    await until(() => wrongBooks(scenario, own, run, upstreams).length === 0, restTimeoutMs);
    return resultOf(scenario, { server, run, upstreams, turns, logLines, isAtRest });
  } finally {
    await server?.close();
    await Promise.all(upstreams.map((upstream) => upstream.kill()));
  }
}

/** Kills an upstream and brings it back as the orders go on. */
class Turns {
  killedAtMs = Number.POSITIVE_INFINITY;
  backAtMs = Number.POSITIVE_INFINITY;
  readonly #work: Promise<void>[] = [];
  readonly #orders: number;
  readonly #upstream: UpstreamProcess | undefined;

  constructor({ orders, killed }: PoolScenario, upstreams: readonly UpstreamProcess[]) {
    this.#orders = orders;
    this.#upstream = upstreams.find(({ troubles }) => troubles.name === killed);
  }

  at(ended: number): void {
    const upstream = this.#upstream;
    if (upstream === undefined) return;
    if (ended === Math.floor(this.#orders / 3)) {
      this.killedAtMs = Date.now();
      this.#work.push(upstream.kill());
    }
    if (ended === Math.floor(this.#orders / 2))
      this.#work.push(upstream.start().then(() => void (this.backAtMs = Date.now())));
  }

  async done(): Promise<void> {
    await Promise.all(this.#work);
  }
}

interface Found {
  readonly server: ChaosServer;
  readonly run: OrderRun;
  readonly upstreams: readonly UpstreamProcess[];
  readonly turns: Turns;
  readonly logLines: readonly string[];
  readonly isAtRest: boolean;
}

/** Where the books do not agree. A killed upstream takes what it was about to note with it, so that its own do not count. */
function wrongBooks(
  { killed }: PoolScenario,
  server: ChaosServer,
  run: OrderRun,
  upstreams: readonly UpstreamProcess[],
): string[] {
  const lines = compareCallBooks({
    records: run.records,
    ledger: server.rows(),
    attempts: server.attempts(),
    upstreams: new Map(upstreams.map(({ troubles, book }) => [troubles.name, book])),
  });
  return killed === undefined ? lines : lines.filter((line) => !line.startsWith(`${killed} `));
}

function resultOf(scenario: PoolScenario, found: Found): PoolResult {
  const { server, run, upstreams, turns, logLines, isAtRest } = found;
  const attempts = server.attempts();
  const served = run.answers.count('200');
  const retries = retryFigures(attempts);
  const shares =
    scenario.killed === undefined
      ? undefined
      : sharesAround(attempts, scenario.killed, turns.killedAtMs, turns.backAtMs);
  const unclear = run.answers.names.filter((kind) => kind !== '200' && !scenario.allowed.includes(kind));
  const broken = [
    ...(served >= scenario.leastServed * scenario.orders
      ? []
      : [
          `${served} of ${scenario.orders} callers got their picture, fewer than ${scenario.leastServed * 100} %`,
        ]),
    ...unclear.map((kind) => `${run.answers.count(kind)} orders ended in '${kind}'`),
    ...(isAtRest ? [] : ['a receipt was still open long after everybody had left']),
    ...wrongBooks(scenario, server, run, upstreams).slice(0, 5),
    ...(retries.mostAboveBudget <= 0
      ? []
      : [`retries in flight were ${retries.mostAboveBudget} above their budget`]),
    ...(shares === undefined || (shares[2] ?? 0) >= returnedShare
      ? []
      : [`the upstream that came back got ${((shares[2] ?? 0) * 100).toFixed(0)} % of the calls`]),
    ...server
      .faults()
      .slice(0, 3)
      .map((line) => `a fault of its own: ${line.slice(0, 300)}`),
  ];
  const calls = {
    ledger: attempts.filter(({ phase }) => phase !== 'unsent').length,
    upstreams: upstreams.reduce((sum, { book }) => sum + book.calls, 0),
  };
  return {
    run,
    served,
    calls,
    retries,
    upstreams,
    server: { attempts: () => attempts },
    shares,
    logLines,
    broken: broken.map((sentence) => `${scenario.letter}: ${sentence}`),
  };
}
