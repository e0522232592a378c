/**
 * A real Prometheus, scraping a loaded Plantain: `node test/observability/prometheus.ts`. The alerts' own tests, promtool's
 * lint over what is served, and every query of the dashboard, which has to be answered and not be empty. Takes the programs
 * `prometheus` and `promtool` (Debian: `apt-get install prometheus`).
 */
import { execFileSync, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { field, file, generate, postForm } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { flat, maskWithHole } from '../support/test-pictures.ts';

const repository = resolve(import.meta.dirname, '../..');
const folder = join(repository, 'deploy/prometheus');
const scrapeMs = 500;
const maxWaitMs = 45_000;

interface Target {
  readonly expr: string;
}
interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly Target[] }[];
}

function promtool(...args: readonly string[]): void {
  process.stdout.write(execFileSync('promtool', args, { encoding: 'utf8', cwd: folder }));
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Orders of every kind, so that every panel has something to show. */
async function load(gateway: Gateway): Promise<void> {
  const draw = async (fields: object, headers: Record<string, string> = {}): Promise<void> => {
    const answer = await generate(gateway, { prompt: 'a fox', ...fields }, { headers });
    await answer.arrayBuffer();
  };
  await draw({});
  await draw({ n: 2, output_format: 'webp', whatever: 1 });
  await draw({ prompt: '[scenario: image-safety] x' });
  await draw({ prompt: '[scenario: internal-error] x' });
  await draw({ model: 'none-such' });
  for (let twice = 0; twice < 2; twice++) await draw({}, { 'idempotency-key': 'the-same' });
  const masked = [
    field('prompt', 'a hat'),
    file('image', await flat(64, 64)),
    file('mask', await maskWithHole(64, 64, { left: 8, top: 8, width: 20, height: 20 })),
  ];
  await (await postForm(gateway, masked)).arrayBuffer();
  // More at once than there are places for.
  await Promise.all(Array.from({ length: 12 }, () => draw({ prompt: '[scenario: slow-first-byte 300] x' })));
}

const gateway = await startGateway({
  env: { PLANTAIN_METRICS_LISTEN: '127.0.0.1:0', PLANTAIN_LIMITS_MAX_ORDERS_IN_FLIGHT: '8' },
});
const work = await mkdtemp(join(tmpdir(), 'plantain-prometheus-'));
const port = await freePort();
let prometheus: ReturnType<typeof spawn> | undefined;
const failures: string[] = [];

async function query(expr: string): Promise<readonly unknown[]> {
  const asked = new URLSearchParams({ query: expr });
  const answer = await fetch(`http://127.0.0.1:${String(port)}/api/v1/query`, {
    method: 'POST',
    body: asked,
  });
  const { status, error, data } = (await answer.json()) as {
    status: string;
    error?: string;
    data?: { result: readonly unknown[] };
  };
  if (status !== 'success') throw new Error(`${expr}\n  ${error ?? 'no answer'}`);
  return data?.result ?? [];
}

try {
  promtool('check', 'config', 'prometheus.yaml');
  promtool('test', 'rules', 'rules_test.yaml');

  await load(gateway);
  const exposition = await (await fetch(gateway.metricsUrl ?? '')).text();
  process.stdout.write(
    execFileSync('promtool', ['check', 'metrics'], { input: exposition, encoding: 'utf8' }),
  );

  const target = new URL(gateway.metricsUrl ?? '').host;
  const config = await readFile(join(folder, 'prometheus.yaml'), 'utf8');
  await cp(join(folder, 'rules.yaml'), join(work, 'rules.yaml'));
  await writeFile(
    join(work, 'prometheus.yaml'),
    config.replace('127.0.0.1:9464', target).replaceAll(': 15s', `: ${String(scrapeMs)}ms`),
  );
  prometheus = spawn(
    'prometheus',
    [
      `--config.file=${join(work, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(work, 'data')}`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
      '--log.level=error',
    ],
    { stdio: 'inherit' },
  );
  const until = Date.now() + maxWaitMs;
  while ((await query('plantain_build_info').catch(() => [])).length === 0) {
    if (Date.now() > until) throw new Error('Prometheus has scraped nothing.');
    await sleep(200);
  }
  const { panels } = JSON.parse(
    await readFile(join(repository, 'deploy/grafana/plantain.json'), 'utf8'),
  ) as Dashboard;
  const asked = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  const filledIn = (expr: string): string =>
    expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*');
  // Rates take two scrapes on either side of what they count, so the load goes on until every panel shows something.
  let empty = asked;
  while (empty.length > 0) {
    await load(gateway);
    const found = await Promise.all(empty.map(({ expr }) => query(filledIn(expr))));
    empty = empty.filter((_, index) => found[index]?.length === 0);
    if (Date.now() > until) break;
  }
  failures.push(...empty.map(({ title, expr }) => `the panel "${title}" shows nothing: ${expr}`));
  for (const rule of ['plantain:orders:rate5m', 'plantain:bad_orders:rate5m'])
    if ((await query(rule)).length === 0) failures.push(`the rule ${rule} records nothing`);
  process.stdout.write(
    `${String(asked.length - empty.length)} of ${String(asked.length)} queries show something\n`,
  );
} finally {
  prometheus?.kill();
  await gateway.close();
  await rm(work, { recursive: true, force: true, maxRetries: 5 });
}
for (const failure of failures) process.stdout.write(`✗ ${failure}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
