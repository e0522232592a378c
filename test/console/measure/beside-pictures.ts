import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quantile } from '../../../bench/measure/statistics.ts';
import { migrate } from '../../../src/store/sql/migrate.ts';
import { openDatabase } from '../../../src/store/sql/open-database.ts';
import { fillLedger } from '../../large-ledger/fill-ledger.ts';
import { generate } from '../../support/http.ts';
import { startGatewayProcess } from '../../support/start-gateway-process.ts';

const inFlight = 4;
const windowMs = 10_000;
const pairs = 8;
/** As often as somebody keeps reloading. */
const reloadEveryMs = 1000;
const dayMs = 86_400_000;

export interface BesidePictures {
  readonly rows: number;
  /** The 99th hundredth of each window, in milliseconds. */
  readonly alone: readonly number[];
  readonly beside: readonly number[];
  /** Over the pictures of all windows of a kind. */
  readonly aloneMs: number;
  readonly besideMs: number;
  readonly pictures: number;
  readonly reloads: number;
}

/** How long pictures take while the usage page is reloaded over a large ledger, and while it is not, in windows that take turns. */
export async function besidePictures(
  dataDir: string,
  upstreamUrl: string,
  rows: number,
): Promise<BesidePictures> {
  const path = join(dataDir, 'plantain.db');
  const database = openDatabase(path);
  await migrate(database.db);
  await fillLedger(database, rows, Math.floor(Date.now() / 3_600_000) * 3_600_000);
  await database.close();
  const gateway = await startGatewayProcess({ upstreamUrl, dataDir });
  const secret = (await readFile(join(dataDir, 'admin-secret'), 'utf8')).trim();
  const taken: { readonly alone: number[][]; readonly beside: number[][] } = { alone: [], beside: [] };
  let reloads = 0;
  const draw = async (untilMs: number, into: number[]): Promise<void> => {
    while (performance.now() < untilMs) {
      const startMs = performance.now();
      const answer = await generate(gateway, { prompt: 'a fox' });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`a picture was answered with ${String(answer.status)}`);
      into.push(performance.now() - startMs);
    }
  };
  const reload = async (untilMs: number): Promise<void> => {
    for (let nextMs = performance.now(); nextMs < untilMs; nextMs += reloadEveryMs) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, nextMs - performance.now())));
      await Promise.all(pageRequests().map((path) => ask(`${gateway.url}${path}`, secret)));
      reloads++;
    }
  };
  try {
    await draw(performance.now() + windowMs, []);
    for (let window = 0; window < 2 * pairs; window++) {
      const untilMs = performance.now() + windowMs;
      // Which goes first changes from pair to pair.
      const isBeside = window % 4 === 1 || window % 4 === 2;
      const into: number[] = [];
      taken[isBeside ? 'beside' : 'alone'].push(into);
      await Promise.all([
        ...Array.from({ length: inFlight }, () => draw(untilMs, into)),
        ...(isBeside ? [reload(untilMs)] : []),
      ]);
    }
  } finally {
    await gateway.close();
  }
  const p99 = (values: readonly number[]): number => quantile(values, 0.99);
  return {
    rows,
    alone: taken.alone.map(p99),
    beside: taken.beside.map(p99),
    aloneMs: p99(taken.alone.flat()),
    besideMs: p99(taken.beside.flat()),
    pictures: [...taken.alone, ...taken.beside].flat().length,
    reloads,
  };
}

/** What the usage page asks for when it is loaded: 90 days by day and the largest projects, and the 90 before. */
function pageRequests(): string[] {
  const day = (ago: number): string => new Date(Date.now() - ago * dayMs).toISOString().slice(0, 10);
  return [
    '/console/usage',
    '/admin/v1/session',
    `/admin/v1/usage?from=${day(89)}&by=day,project&time_zone=UTC&top=12&top_by=cost`,
    `/admin/v1/usage?from=${day(179)}&to=${day(89)}&time_zone=UTC`,
  ];
}

async function ask(url: string, secret: string): Promise<void> {
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${secret}`, accept: 'text/html, */*' },
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} was answered with ${String(answer.status)}`);
}
