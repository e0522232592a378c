import budget from '../budget.json' with { type: 'json' };
import type { BodyName } from '../bodies/body-specs.ts';
import { linkMode, servedMode, uploadMode } from '../scenarios/modes.ts';
import { median } from '../measure/statistics.ts';
import type { BenchResults, ImageFigures, SoakFigures } from '../results.ts';
import { short } from './numbers.ts';
import { textTable } from './text-table.ts';

interface Limit {
  readonly id: string;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** The bound of a short run, which may be on any machine: for ratios among programs of one kind, and memory. */
  readonly quickAtMost?: number;
}

const limits: readonly Limit[] = budget.limits;

export interface BudgetRow {
  readonly id: string;
  readonly limit: string;
  readonly value: number;
  readonly isKept: boolean;
}

/** Every limit of `bench/budget.json` that this run has a figure for, and is long enough to tell. */
export function budgetRows(results: BenchResults): BudgetRow[] {
  const values = budgetValues(results);
  const rows: BudgetRow[] = [];
  for (const { id, quickAtMost, ...whole } of limits) {
    if (!values.has(id)) throw new Error(`bench/budget.json: "${id}" is no figure of the bench`);
    const value = values.get(id);
    if (value === undefined || Number.isNaN(value)) continue;
    const { atMost, atLeast }: Pick<Limit, 'atMost' | 'atLeast'> = results.isQuick
      ? { ...(quickAtMost !== undefined && { atMost: quickAtMost }) }
      : whole;
    if (atMost === undefined && atLeast === undefined) continue;
    const isKept = (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
    const limit = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
    rows.push({ id, limit, value, isKept });
  }
  return rows;
}

/** The limits as a table, and how many are broken. */
export function budgetReport(results: BenchResults): { text: string; violations: number } {
  const rows = budgetRows(results);
  const broken = rows.filter(({ isKept }) => !isKept);
  const table = textTable(
    ['budget', 'limit', 'measured', ''],
    rows.map(({ id, limit, value, isKept }) => [id, limit, short(value), isKept ? 'kept' : 'BROKEN']),
  );
  return { text: `${table}\n${broken.length} of ${rows.length} limits broken`, violations: broken.length };
}

/** What limits may be set on; undefined where this run did not measure it. */
function budgetValues(results: BenchResults): Map<string, number | undefined> {
  const cpuIn = (images: readonly ImageFigures[] | undefined, target: string, body: BodyName): number =>
    images?.find((figure) => figure.target === target && figure.body === body)?.cpuMs.median ?? Number.NaN;
  const cpu = (target: string, body: BodyName): number => cpuIn(results.images, target, body);
  const p50 = (target: string): number =>
    results.latency?.find((figure) => figure.target === target && figure.body === '2.7 MiB')?.p50Ms ??
    Number.NaN;
  const values = new Map<string, number | undefined>();
  for (const proxy of ['nginx', 'node-pipe'])
    values.set(`cpu 0.8 kB / ${proxy}`, cpu('plantain', '0.8 kB') / cpu(proxy, '0.8 kB'));
  for (const body of ['2.7 MiB', '16 MiB'] as const) {
    for (const proxy of ['nginx', 'nginx-256k', 'node-pipe'])
      values.set(`cpu ${body} / ${proxy}`, cpu('plantain', body) / cpu(proxy, body));
    for (const peer of ['ai-sdk-hono', 'portkey', 'litellm'])
      values.set(`${peer} / cpu ${body}`, cpu(peer, body) / cpu('plantain', body));
    const overTls = (target: string): number => cpuIn(results.tls, target, body);
    values.set(`cpu ${body} over TLS / nginx`, overTls('plantain') / overTls('nginx-kept'));
    values.set(`cpu ${body} over TLS / node-pipe`, overTls('plantain') / overTls('node-pipe'));
  }
  const mode = (target: string, name: string): number =>
    results.modes?.find((figure) => figure.target === target && figure.mode === name)?.cpuMs.median ??
    Number.NaN;
  values.set('link fetched / b64_json', mode('plantain', linkMode) / mode('plantain', 'b64_json'));
  values.set('stored picture served / nginx', mode('plantain', servedMode) / mode('nginx', servedMode));
  values.set('upload of 4 x 5 MB / nginx', mode('plantain', uploadMode) / mode('nginx', uploadMode));
  values.set('cpu-ms 0.8 kB', cpu('plantain', '0.8 kB'));
  values.set('p50 ms above nginx, 2.7 MiB', p50('plantain') - p50('nginx'));
  const list = results.small?.find(
    ({ target, request }) => target === 'plantain' && request === 'models list',
  );
  values.set('models list a second on one core', list && 1000 / list.cpuMs.median);
  values.set(
    'cpu 2.7 MiB with metrics / without',
    results.observing?.find(({ body, way }) => body === '2.7 MiB' && way === 'metrics')?.toNeither.median,
  );
  values.set('CPU-µs to choose among 8 upstreams', results.choosing?.microseconds.median);
  values.set(
    'event loop late with a full queue of conversions, p99 ms',
    results.pixels && Math.max(...results.pixels.queues.map(({ loopDelayMs }) => loopDelayMs.p99)),
  );
  const burst = results.burst?.find(({ target }) => target === 'plantain');
  values.set(
    'burst peak / (1.3 x bytes in flight + 120 MB)',
    burst && burst.peakBytes / (1.3 * burst.inFlightBytes + 120e6),
  );
  const waiting = results.waiting?.find(({ orders }) => orders === 1000);
  values.set('kB an order, 1000 waiting', waiting && waiting.bytesPerOrder / 1000);
  values.set('start to ready, ms', results.start?.againMs);
  const leastMs = (id: string): number =>
    results.start?.ways.find((way) => way.id === id)?.ms.min ?? Number.NaN;
  values.set('start: package / sources', leastMs('package') / leastMs('sources'));
  values.set(
    'start: package, compiled before / sources',
    leastMs('package, compiled before') / leastMs('sources'),
  );
  values.set('idle resident MB', results.start && results.start.idleBytes / 1e6);
  values.set(
    'soak of 5 min or more: memory, last third / middle third',
    results.soak && soakGrowth(results.soak),
  );
  return values;
}

/** A slope drowns in the collector's ups and downs; medians of thirds do not. Short soaks are still warming up. */
function soakGrowth({ minutes, samples }: SoakFigures): number | undefined {
  if (minutes < 5) return undefined;
  const memory = samples.map(({ residentBytes }) => residentBytes);
  const third = Math.floor(memory.length / 3);
  return median(memory.slice(-third)) / median(memory.slice(third, -third));
}
