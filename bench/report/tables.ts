import { bodyNames, bodySpec } from '../bodies/body-specs.ts';
import type { BenchResults, ImageFigures } from '../results.ts';
import { megabytes, short } from './numbers.ts';
import { conversionTables, pixelTables } from './pixels-tables.ts';
import type { ReportTable } from './text-table.ts';

/** All tables that a run's figures fill. */
export function reportTables(results: BenchResults): ReportTable[] {
  return [
    ...imageTables(results, '', results.images),
    ...imageTables(results, ' from an upstream over TLS, in chunks', results.tls),
    latencyTable(results),
    modesTable(results),
    smallTable(results),
    choosingTable(results),
    observingTable(results),
    ...pixelTables(results),
    ...conversionTables(results),
    admissionTable(results),
    memoryTable(results),
    startTable(results),
    startWaysTable(results),
    soakTable(results),
  ].filter((table) => table !== undefined);
}

function labelOf(results: BenchResults, id: string): string {
  return results.targets.find((target) => target.id === id)?.label ?? id;
}

function imageTables(
  results: BenchResults,
  way: string,
  images: readonly ImageFigures[] = [],
): ReportTable[] {
  return bodyNames
    .filter((body) => images.some((figure) => figure.body === body))
    .map((body) => {
      const figures = images.filter((figure) => figure.body === body);
      const plantain = figures.find(({ target }) => target === 'plantain')?.cpuMs.median ?? Number.NaN;
      const mebibytes = bodySpec(body).base64Length / 1024 ** 2;
      return {
        title: `Pictures of ${body}${way}, ${figures[0]?.concurrency ?? ''} orders in flight`,
        header: [
          '',
          'CPU-ms an image, median',
          'least',
          'per MiB',
          'to Plantain',
          'images/s a core',
          'images/s measured',
          'p50 ms',
          'p99 ms',
          'peak MB',
        ],
        rows: figures.map((figure) => [
          labelOf(results, figure.target),
          short(figure.cpuMs.median),
          short(figure.cpuMs.least),
          mebibytes < 0.1 ? '-' : short(figure.cpuMs.median / mebibytes),
          figure.target === 'plantain' ? '1' : `${short(figure.cpuMs.median / plantain)} ×`,
          short(1000 / figure.cpuMs.median),
          short(figure.perSecond),
          short(figure.latencyMs.p50),
          short(figure.latencyMs.p99),
          megabytes(figure.peakBytes),
        ]),
      };
    });
}

function latencyTable(results: BenchResults): ReportTable | undefined {
  const { latency } = results;
  if (latency === undefined) return undefined;
  return {
    title: 'One order at a time: latency, and what is added to the upstream asked directly',
    header: ['', 'picture', 'p50 ms', 'p99 ms', 'added p50', 'added p99'],
    rows: latency.map((figure) => {
      const direct = latency.find(({ target, body }) => target === 'direct' && body === figure.body);
      return [
        labelOf(results, figure.target),
        figure.body,
        short(figure.p50Ms),
        short(figure.p99Ms),
        short(figure.p50Ms - (direct?.p50Ms ?? Number.NaN)),
        short(figure.p99Ms - (direct?.p99Ms ?? Number.NaN)),
      ];
    }),
  };
}

function modesTable(results: BenchResults): ReportTable | undefined {
  if (results.modes === undefined) return undefined;
  return {
    title: 'Other ways to ask, pictures of 2.7 MiB',
    header: ['', 'target', 'CPU-ms an order, median', 'least', 'orders/s measured', 'p50 ms', 'peak MB'],
    rows: results.modes.map((figure) => [
      figure.mode,
      labelOf(results, figure.target),
      short(figure.cpuMs.median),
      short(figure.cpuMs.least),
      short(figure.perSecond),
      short(figure.latencyMs.p50),
      megabytes(figure.peakBytes),
    ]),
  };
}

function smallTable(results: BenchResults): ReportTable | undefined {
  if (results.small === undefined) return undefined;
  return {
    title: 'Small requests, 16 in flight',
    header: ['', 'target', 'CPU-ms', 'a second on one core', 'a second measured', 'p50 ms', 'p99 ms'],
    rows: results.small.map((figure) => [
      figure.request,
      labelOf(results, figure.target),
      short(figure.cpuMs.median),
      short(1000 / figure.cpuMs.median),
      short(figure.perSecond),
      short(figure.latencyMs.p50),
      short(figure.latencyMs.p99),
    ]),
  };
}

function observingTable({ observing = [] }: BenchResults): ReportTable | undefined {
  if (observing.length === 0) return undefined;
  const percent = (ratio: number): string => `${((ratio - 1) * 100).toFixed(1)} %`;
  return {
    title: 'What metrics and traces add, in turns of one run',
    header: [
      'picture',
      'on',
      'CPU-ms an order, median',
      'least',
      'more than neither',
      'half of the rounds between',
      'peak MB',
    ],
    rows: observing.map(({ body, way, cpuMs, toNeither, peakBytes }) => [
      body,
      way,
      short(cpuMs.median),
      short(cpuMs.least),
      way === 'neither' ? '-' : percent(toNeither.median),
      way === 'neither' ? '-' : `${percent(toNeither.low)} and ${percent(toNeither.high)}`,
      megabytes(peakBytes),
    ]),
  };
}

function choosingTable({ choosing }: BenchResults): ReportTable | undefined {
  if (choosing === undefined) return undefined;
  const { upstreams, models, microseconds } = choosing;
  return {
    title: 'Choosing an upstream, and learning how its call ended',
    header: ['', 'CPU-µs, median', 'least'],
    rows: [
      [`${upstreams} upstreams, ${models} models`, short(microseconds.median), short(microseconds.least)],
    ],
  };
}

function admissionTable({ admission }: BenchResults): ReportTable | undefined {
  if (admission === undefined) return undefined;
  return {
    title: 'Admission: orders admitted and settled by the book alone',
    header: ['', 'in flight', 'orders/s, median', 'best', 'admission p50 ms', 'p99 ms', 'CPU-µs an order'],
    rows: admission.map(({ database, subjects, inFlight, perSecond, admissionMs, cpuUs }) => [
      `${database}, ${subjects}`,
      String(inFlight),
      short(perSecond.median),
      short(perSecond.best),
      short(admissionMs.p50),
      short(admissionMs.p99),
      short(cpuUs),
    ]),
  };
}

function memoryTable(results: BenchResults): ReportTable | undefined {
  const { waiting = [], burst = [] } = results;
  if (waiting.length + burst.length === 0) return undefined;
  return {
    title: 'Memory',
    header: ['', 'at rest MB', 'peak MB', 'kB an order', 'peak to bytes in flight'],
    rows: [
      ...waiting.map((figure) => [
        `Plantain, ${figure.orders} waiting for the upstream`,
        megabytes(figure.restBytes),
        megabytes(figure.peakBytes),
        short(figure.bytesPerOrder / 1000),
        '-',
      ]),
      ...burst.map((figure) => [
        `${labelOf(results, figure.target)}, ${figure.orders} × 16 MiB finishing together`,
        megabytes(figure.restBytes),
        megabytes(figure.peakBytes),
        '-',
        short(figure.peakBytes / figure.inFlightBytes),
      ]),
    ],
  };
}

function startTable(results: BenchResults): ReportTable | undefined {
  const { start } = results;
  if (start === undefined) return undefined;
  return {
    title: 'Start',
    header: ['', 'value'],
    rows: [
      ['first start to ready, ms', short(start.firstMs)],
      ['later start to ready, ms', short(start.againMs)],
      ['resident when idle, MB', megabytes(start.idleBytes)],
    ],
  };
}

/** What a start takes from the sources and from the package, in turns. */
export function startWaysTable({ start }: BenchResults): ReportTable | undefined {
  const [sources] = start?.ways ?? [];
  if (start === undefined || sources === undefined) return undefined;
  return {
    title: 'Start to ready, in turns',
    header: [
      '',
      'ms, least',
      'median',
      'to sources',
      'CPU ms, least',
      'median',
      'to sources',
      'resident when idle, MB',
    ],
    rows: start.ways.map(({ id, ms, cpuMs, idleBytes }) => [
      id,
      short(ms.min),
      short(ms.median),
      `${short(ms.min / sources.ms.min)} ×`,
      short(cpuMs.min),
      short(cpuMs.median),
      `${short(cpuMs.min / sources.cpuMs.min)} ×`,
      Number.isNaN(idleBytes) ? '-' : megabytes(idleBytes),
    ]),
  };
}

function soakTable(results: BenchResults): ReportTable | undefined {
  const { soak } = results;
  if (soak === undefined) return undefined;
  return {
    title: `Soak of ${soak.minutes} minutes`,
    header: ['', 'value'],
    rows: [
      ['orders', String(soak.orders)],
      ['resident, first sample, MB', megabytes(soak.samples[0]?.residentBytes ?? 0)],
      ['resident, last sample, MB', megabytes(soak.samples.at(-1)?.residentBytes ?? 0)],
      ['slope over the last two thirds, MB an hour', short(soak.bytesPerHour / 1e6)],
    ],
  };
}
