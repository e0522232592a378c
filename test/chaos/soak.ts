import { quantile } from '../../bench/measure/statistics.ts';
import type { ChaosReport, Experiment, RunOptions } from './experiment.ts';
import { compareBooks } from './soak/books.ts';
import { runLanes } from './soak/lanes.ts';
import { memoryTrend } from './soak/memory-trend.ts';
import { longKinds, type OrderKind, quickKinds, soakPictures } from './soak/order-kinds.ts';
import { Pace } from './soak/pace.ts';
import { ServerWatch } from './soak/server-watch.ts';
import { SoakClients } from './soak/soak-clients.ts';
import { type SoakUpstream, startSoakUpstream } from './soak/soak-upstream.ts';
import { type ChaosServer, startChaosServer } from './support/chaos-server.ts';
import { megabytes } from './support/pictures.ts';
import { Tally } from './support/tally.ts';
import { until } from './support/until.ts';

/** Small enough that orders meet it now and then. */
const capMebibytes = 64;
const quickLanes = 4;
const longLanes = 2;
const longPauseMs = 1000;
const worstLoopLimitMs = 150;
/** An order's deadline, and what the slowest client takes. */
const restTimeoutMs = 200_000;

/** Everything at once, for as long as asked, at a load that leaves the machine some room. */
export const soak: Experiment = {
  summary: 'everything at once for --minutes N (10): memory stays flat, the loop free, the books right',
  maxMinutes: ({ minutes }) => minutes + 10,
  page: 'soaks.md',
  async run(options) {
    const pictures = await soakPictures();
    const upstream = await startSoakUpstream(pictures.drawn);
    const env = { PLANTAIN_LIMITS_MAX_HELD_BYTES: `${capMebibytes}MiB` };
    const server = await startChaosServer({ upstreamUrl: upstream.url, env });
    try {
      const clients = new SoakClients(server);
      const wrong = new Set<string>();
      const quick = quickKinds(clients, pictures, (what) => wrong.add(what));
      const kinds = { quick, long: longKinds(clients, pictures) };
      const measured = await load(server, kinds, options);
      const isAtRest = await until(() => restsNow(server), restTimeoutMs);
      const found = {
        ...measured,
        server,
        upstream,
        clients,
        wrong,
        isAtRest,
        kinds: [...quick, ...kinds.long],
      };
      return await reportOf(found, options.minutes);
    } finally {
      await server.close();
      await upstream.close();
    }
  },
};

/** Resolves when the time is over and the last order has ended. */
async function load(
  server: ChaosServer,
  { quick, long }: { readonly quick: readonly OrderKind[]; readonly long: readonly OrderKind[] },
  { minutes, log }: RunOptions,
): Promise<{ pace: Pace; watch: ServerWatch }> {
  const pace = new Pace();
  const watch = new ServerWatch(server, log);
  const endsAtMs = performance.now() + minutes * 60_000;
  const isOver = (): boolean => performance.now() > endsAtMs || server.ending() !== undefined;
  log(`soak of ${minutes} minutes`);
  const lanes = [
    runLanes(quick, quickLanes, () => pace.pauseMs, isOver),
    runLanes(long, longLanes, () => longPauseMs, isOver),
  ];
  await until(isOver, minutes * 60_000 + 10_000);
  // What follows is only the end of the slowest orders.
  watch.stop();
  pace.stop();
  log('waiting for the last orders');
  await Promise.all(lanes);
  return { pace, watch };
}

async function restsNow(server: ChaosServer): Promise<boolean> {
  const facts = await server.measure().catch(() => undefined);
  return facts?.heldBytes === 0 && server.rows().every(({ status }) => status !== 'open');
}

interface Found {
  readonly server: ChaosServer;
  readonly upstream: SoakUpstream;
  readonly clients: SoakClients;
  readonly kinds: readonly OrderKind[];
  readonly pace: Pace;
  readonly watch: ServerWatch;
  /** Answers that were not what they had to be. */
  readonly wrong: ReadonlySet<string>;
  readonly isAtRest: boolean;
}

async function reportOf(found: Found, minutes: number): Promise<ChaosReport> {
  const { server, upstream, clients, pace, watch, wrong, isAtRest } = found;
  const { records } = clients;
  const books = compareBooks(records, server.rows(), {
    calls: upstream.callsByNumber,
    drawn: upstream.drawnByNumber,
    pictureMicroUsd:
      records.find(({ kind, costMicroUsd }) => kind === 'plain' && costMicroUsd)?.costMicroUsd ?? 0,
  });
  const trend = memoryTrend(watch.residentBytes);
  const worstLoopMs = Math.max(0, ...watch.loopMs);
  const loopAt = (share: number): string => quantile(watch.loopMs, share).toFixed(0);
  const residentAt = (share: number): string =>
    megabytes(watch.residentBytes[Math.floor((watch.residentBytes.length - 1) * share)]);
  const heldAtEnd = (await server.measure().catch(() => undefined))?.heldBytes;
  const outcomes = outcomesOf(found);
  const ending = server.ending();
  return {
    header: ['measured', 'found'],
    rows: [
      ['orders a second', (records.length / (minutes * 60)).toFixed(1)],
      [
        "the machine's processors were busy",
        `${(quantile(pace.busyShares, 0.5) * 100).toFixed(0)} % (median)`,
      ],
      ['event loop, worst delay', `${worstLoopMs.toFixed(0)} ms (limit ${worstLoopLimitMs})`],
      ['event loop, worst of each second: median, 99 of 100', `${loopAt(0.5)} ms, ${loopAt(0.99)} ms`],
      ['resident memory: first, middle, last', `${residentAt(0)}, ${residentAt(0.5)}, ${residentAt(1)} MiB`],
      ['its trend', trend.sentence],
      ['counted at most, of a cap of', `${megabytes(watch.peakHeldBytes)} MiB, ${capMebibytes} MiB`],
      ['counted at the end', `${heldAtEnd ?? '-'} bytes`],
      ...books.rows,
    ],
    notes: [`Answers: ${String(outcomes.tally)}.`],
    broken: [
      ...(ending === undefined ? [] : [`the server ended with ${ending}`]),
      ...(isAtRest ? [] : ['something was still held, or a row still open, at the end']),
      ...(worstLoopMs <= worstLoopLimitMs
        ? []
        : [`the event loop stood still for ${worstLoopMs.toFixed(0)} ms`]),
      ...(trend.isFlat ? [] : [`resident memory is ${trend.sentence}`]),
      ...outcomes.unexpected,
      ...wrong,
      ...books.broken.slice(0, 20),
      ...server
        .faults()
        .slice(0, 3)
        .map((line) => `a fault of its own: ${line.slice(0, 300)}`),
    ],
  };
}

function outcomesOf({ clients, kinds }: Found): { readonly tally: Tally; readonly unexpected: string[] } {
  const tally = new Tally();
  const unexpected = new Tally();
  for (const { kind, outcome } of clients.records) {
    tally.add(`${kind}: ${outcome}`);
    const allowed = kinds.find(({ name }) => name === kind)?.allowed ?? /^$/;
    if (!allowed.test(outcome) && outcome !== '429') unexpected.add(`${kind}: ${outcome}`);
  }
  const sentences = unexpected.names.map(
    (what) => `${unexpected.count(what)} orders ended as they should not, ${what}`,
  );
  return { tally, unexpected: sentences };
}
