import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BenchContext } from '../bench-context.ts';
import type { BodyName } from '../bodies/body-specs.ts';
import { freePort } from '../measure/free-port.ts';
import { measureInterleaved, runLoad } from '../measure/measured-load.ts';
import { median, quantile } from '../measure/statistics.ts';
import type { ObservingFigures } from '../results.ts';
import type { PlantainTarget } from '../targets/plantain.ts';
import { pictureSubject } from './images.ts';

const bodies: readonly BodyName[] = ['0.8 kB', '2.7 MiB'];
const concurrency = 8;
const warmUpOrders = { concurrency, maxRequests: 4000, maxDurationMs: 15_000 };
/** The difference is small beside what a machine does meanwhile: many short rounds, each compared with its neighbour. */
const roundsTimes = 4;
const scrapeIntervalMs = 5000;

/** What metrics, read by a Prometheus, and traces, taken by a collector, add to an order: three Plantains in turns. */
export async function measureObserving(context: BenchContext): Promise<ObservingFigures[]> {
  const { options, upstream } = context;
  context.log('metrics and traces');
  const collector = await startCollector();
  const ports = [await freePort(), await freePort()] as const;
  const metrics = (port: number) => ({ PLANTAIN_METRICS_LISTEN: `127.0.0.1:${String(port)}` });
  const started: [way: ObservingFigures['way'], target: PlantainTarget][] = [];
  const start = async (
    id: string,
    way: ObservingFigures['way'],
    env: Record<string, string>,
  ): Promise<void> => {
    started.push([way, await context.startFresh({ id, label: `Plantain, ${way}`, env })]);
  };
  const scraping = setInterval(() => {
    for (const port of ports)
      fetch(`http://127.0.0.1:${String(port)}/metrics`)
        .then((answer) => answer.arrayBuffer())
        .catch(() => undefined);
  }, scrapeIntervalMs);
  try {
    await start('unobserved', 'neither', {});
    await start('with-metrics', 'metrics', metrics(ports[0]));
    await start('with-traces', 'metrics and traces', {
      ...metrics(ports[1]),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    await upstream.answer('0.8 kB');
    for (const [, target] of started)
      await runLoad(context, pictureSubject(context, target, '0.8 kB'), warmUpOrders);
    const figures: ObservingFigures[] = [];
    for (const body of bodies.filter((name) => options.bodies.includes(name))) {
      context.log(`metrics and traces, ${body}`);
      await upstream.answer(body);
      const { rounds, roundMs, ...shape } = options.shape;
      const many = { ...shape, concurrency, rounds: rounds * roundsTimes, roundMs: roundMs / 2 };
      const subjects = started.map(([way, target]) => ({
        way,
        subject: pictureSubject(context, target, body),
      }));
      const measured = await measureInterleaved(
        context,
        subjects.map(({ subject }) => subject),
        many,
      );
      const costs = subjects.map(({ way, subject }) => ({ way, cost: measured.get(subject) }));
      const plain = costs[0]?.cost?.cpuMs.rounds ?? [];
      for (const { way, cost } of costs) {
        if (cost === undefined) continue;
        const ratios = cost.cpuMs.rounds
          .map((cpuMs, round) => cpuMs / (plain[round] ?? Number.NaN))
          .filter(Number.isFinite);
        const toNeither = {
          median: median(ratios),
          low: quantile(ratios, 0.25),
          high: quantile(ratios, 0.75),
        };
        figures.push({ ...cost, body, way, toNeither });
      }
    }
    return figures;
  } finally {
    clearInterval(scraping);
    await Promise.all(started.map(([, target]) => target.stop()));
    await collector.close();
  }
}

/** A collector that takes everything and looks at nothing. */
async function startCollector(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
