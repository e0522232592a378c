import type { ChaosReport, Experiment, RunOptions } from './experiment.ts';
import { DrawingUpstream } from './streams/drawn-pictures.ts';
import { readStream } from './streams/read-stream.ts';
import { type ChaosServer, startChaosServer } from './support/chaos-server.ts';
import { startChaosUpstream } from './support/chaos-upstream.ts';
import { setSocketBuffers } from './support/own-network.ts';
import { megabytes } from './support/pictures.ts';
import { inParallel, Tally } from './support/tally.ts';
import { until } from './support/until.ts';

const streams = 2000;
const atOnce = 16;
const slowest = 1_000_000;
const fastest = 8_000_000;
const receiveBufferBytes = 256 * 1024;
/** What a line may hold that was sent and not read: from a small window to more than a whole event. */
const sendBuffersBytes = [128 * 1024, 512 * 1024, 1024 * 1024, 4 * 1024 * 1024] as const;

/** Streams to readers slower than the upstream, over sockets that take an event's part at once. */
export const slowStreams: Experiment = {
  summary: `${streams} streams in pieces of all sizes to readers of 1 to 8 MB/s: each ends whole`,
  maxMinutes: () => 30,
  page: 'soaks.md',
  async run(options) {
    const drawing = new DrawingUpstream();
    const upstream = await startChaosUpstream(drawing.answer);
    const server = await startChaosServer({ upstreamUrl: upstream.url });
    try {
      return await allRounds(server, drawing, options);
    } finally {
      await server.close();
      await upstream.close();
    }
  },
};

async function allRounds(
  server: ChaosServer,
  drawing: DrawingUpstream,
  options: RunOptions,
): Promise<ChaosReport> {
  const { isQuick, hasOwnNetwork, log } = options;
  const buffers: readonly (number | undefined)[] = hasOwnNetwork ? sendBuffersBytes : [undefined];
  const each = Math.ceil((isQuick ? streams / 10 : streams) / buffers.length);
  const rows: string[][] = [];
  const broken: string[] = [];
  let asked = 0;
  for (const sendBufferBytes of buffers) {
    if (sendBufferBytes !== undefined) setSocketBuffers(sendBufferBytes, receiveBufferBytes);
    const name = sendBufferBytes === undefined ? "the system's" : `${sendBufferBytes / 1024} kB`;
    log(`${each} streams, send buffer ${name}`);
    const startedAt = performance.now();
    const ends = new Tally();
    await inParallel(each, atOnce, async () => {
      const index = asked++;
      const wish = {
        prompt: `stream ${index}`,
        count: index % 3 === 0 ? 2 : 1,
        hasDrafts: index % 2 === 0,
        rate: slowest + Math.random() * (fastest - slowest),
      };
      ends.add(await readStream(server, wish, (prompt) => drawing.take(prompt)));
    });
    const seconds = (performance.now() - startedAt) / 1000;
    rows.push([name, String(each), String(ends.count('whole')), String(ends), seconds.toFixed(0)]);
    for (const end of ends.names.filter((name) => name !== 'whole'))
      broken.push(`send buffer ${name}: ${ends.count(end)} of ${each} streams ended '${end}'`);
  }
  return {
    header: ['send buffer', 'streams', 'whole', 'how they ended', 'seconds'],
    rows,
    notes: hasOwnNetwork
      ? []
      : ["The sockets' buffers are the system's, too large to hold a stream up: small ones need root."],
    broken: [...broken, ...(await leftovers(server))],
  };
}

/** What must not be there when every stream has ended. */
async function leftovers(server: ChaosServer): Promise<string[]> {
  const isEmpty = await until(async () => (await server.measure()).heldBytes === 0, 10_000);
  const open = server.rows().filter(({ status }) => status !== 'succeeded').length;
  return [
    ...(isEmpty ? [] : [`${megabytes((await server.measure()).heldBytes)} MiB were still held at the end`]),
    ...(open === 0 ? [] : [`${open} rows of the ledger are not succeeded`]),
    ...server
      .faults()
      .slice(0, 3)
      .map((line) => `a fault of its own: ${line.slice(0, 300)}`),
  ];
}
