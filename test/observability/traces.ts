/**
 * Traces as a collector in another language understands them: `node test/observability/traces.ts`. Python decodes what a
 * loaded Plantain sends, with OpenTelemetry's own package from PyPI, and what it understood has to be what the ledger says:
 * a trace for each order, a drawing for each picture, a call for each attempt, with their parents, sums and ends. The
 * environment is kept in ~/.cache/plantain-otlp.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { readExposition, sumOf } from '../support/exposition.ts';
import { imageAnswer, sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import { attemptRows, generate, ledgerRows } from '../support/http.ts';
import { type Gateway, startGateway, upstreamKey } from '../support/start-gateway.ts';

interface Span {
  readonly trace: string;
  readonly id: string;
  readonly parent: string;
  readonly name: string;
  readonly kind: string;
  readonly startNs: number;
  readonly endNs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly string[];
  readonly status: string;
  readonly resource: Readonly<Record<string, unknown>>;
}

const here = import.meta.dirname;
const prompt = 'a prompt that nobody may read in a trace';
const maxWaitMs = 60_000;

/** Python with what decodes OTLP, installed on first use. */
async function python(): Promise<string> {
  const cache = process.env['PLANTAIN_OTLP_CACHE'] ?? join(homedir(), '.cache', 'plantain-otlp');
  const requirements = join(here, 'requirements.txt');
  const [wanted, marker] = [await readFile(requirements, 'utf8'), join(cache, 'installed.txt')];
  const program = join(cache, 'venv', 'bin', 'python');
  if (!existsSync(marker) || (await readFile(marker, 'utf8')) !== wanted) {
    execFileSync('python3', ['-m', 'venv', '--clear', join(cache, 'venv')]);
    execFileSync(program, [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '-r',
      requirements,
    ]);
    await writeFile(marker, wanted);
  }
  return program;
}

/** Orders that end in every way there is: at once, after failing over, of several pictures, refused, wrong. */
async function load(gateway: Gateway): Promise<void> {
  const draw = async (fields: object, headers: Record<string, string> = {}): Promise<void> => {
    await (await generate(gateway, { prompt, ...fields }, { headers })).arrayBuffer();
  };
  await draw({});
  await draw({ n: 3 });
  await draw({ stream: true });
  await draw({ prompt: `${prompt} refuse` });
  await draw({ model: 'none-such' });
  await draw({}, { authorization: 'Bearer wrong' });
  for (let twice = 0; twice < 2; twice++) await draw({}, { 'idempotency-key': 'the-same' });
  await Promise.all(Array.from({ length: 40 }, () => draw({ n: 2 })));
  const native = await fetch(`${gateway.url}/v1beta/models/gemini-nano-banana-2.1:generateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': gateway.key, 'content-type': 'application/json' },
    body: JSON.stringify({ contents: [{ parts: [{ text: prompt }] }] }),
  });
  await native.arrayBuffer();
}

const failures: string[] = [];
const same = (what: string, seen: unknown, wanted: unknown): void => {
  const [told, right] = [JSON.stringify(seen), JSON.stringify(wanted)];
  if (told !== right) failures.push(`${what}: ${told.slice(0, 500)} instead of ${right.slice(0, 500)}`);
};

function compare(spans: readonly Span[], dataDir: string): void {
  const rows = ledgerRows(dataDir);
  const attempts = attemptRows(dataDir);
  const byId = new Map(spans.map((span) => [span.id, span]));
  same('spans with an id of their own', byId.size, spans.length);
  const childrenOf = (id: string, name: RegExp): Span[] =>
    spans.filter((span) => span.parent === id && name.test(span.name));
  const roots = spans.filter(({ kind }) => kind === 'SPAN_KIND_SERVER');
  same('traces', new Set(spans.map(({ trace }) => trace)).size, roots.length);
  same(
    'spans without a parent',
    spans.filter(({ parent }) => parent === '').map(({ id }) => id),
    roots.map(({ id }) => id),
  );
  for (const { id, name, trace, parent, startNs, endNs } of spans) {
    const above = byId.get(parent);
    if (parent !== '' && above?.trace !== trace)
      failures.push(`${name} ${id} has a parent that is not in its trace`);
    if (endNs < startNs) failures.push(`${name} ${id} ends before it begins`);
  }
  const rootOf = new Map(roots.map((root) => [root.attributes['plantain.order.id'], root]));
  const settled = roots.filter(({ attributes }) => attributes['plantain.cost.micro_usd'] !== undefined);
  same(
    'orders',
    settled.map(({ attributes }) => String(attributes['plantain.order.id'])).toSorted(),
    rows.map(({ id }) => id).toSorted(),
  );
  for (const row of rows) {
    const root = rootOf.get(row.id);
    const said = root?.attributes ?? {};
    same(
      `order ${row.id}`,
      [
        said['plantain.cost.micro_usd'],
        said['plantain.images.requested'],
        said['plantain.images.delivered'],
        said['gen_ai.request.model'],
        said['error.type'] ?? null,
      ],
      [row.cost_micro_usd, row.images_requested, row.images_delivered, row.model, row.error_code],
    );
    same(
      `order ${row.id}: status`,
      root?.status,
      Number(said['http.response.status_code']) >= 500 ? 'STATUS_CODE_ERROR' : 'STATUS_CODE_UNSET',
    );
    const drawings = childrenOf(root?.id ?? '', /^draw$/).toSorted(
      (one, other) =>
        Number(one.attributes['plantain.image.index']) - Number(other.attributes['plantain.image.index']),
    );
    same(`order ${row.id}: drawings`, drawings.length, row.images_requested);
    const calls = drawings.flatMap((drawing) => {
      const below = childrenOf(drawing.id, /^generate_content /).toSorted(
        (one, other) =>
          Number(one.attributes['plantain.attempt']) - Number(other.attributes['plantain.attempt']),
      );
      same(`order ${row.id}: attempts of a drawing`, drawing.attributes['plantain.attempts'], below.length);
      same(
        `order ${row.id}: links`,
        below.map(({ links }) => links),
        below.map((_, at) => (at === 0 ? [] : [below[at - 1]?.id])),
      );
      return below;
    });
    same(
      `order ${row.id}: calls`,
      calls.map(({ attributes: of, status }) => [
        of['plantain.upstream'],
        of['plantain.verdict'],
        of['plantain.phase'],
        of['http.response.status_code'] ?? null,
        status,
      ]),
      attempts
        .filter(({ order_id }) => order_id === row.id)
        .map(({ upstream, verdict, phase, http_status }) => [
          upstream,
          verdict,
          phase,
          http_status,
          verdict === 'failed' ? 'STATUS_CODE_ERROR' : 'STATUS_CODE_UNSET',
        ]),
    );
  }
  same('calls', spans.filter(({ kind }) => kind === 'SPAN_KIND_CLIENT').length, attempts.length);
  if (!attempts.some(({ upstream, verdict }) => upstream === 'first' && verdict === 'failed'))
    failures.push('nothing failed over');
  same(
    'services',
    [...new Set(spans.map(({ resource }) => resource['service.name']))],
    ['plantain-under-test'],
  );
  if (JSON.stringify(spans).includes(prompt)) failures.push('a prompt stands in a trace');
}

const collector = spawn(await python(), [join(here, 'collector.py')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const dataDir = await mkdtemp(join(tmpdir(), 'plantain-traces-'));
let asked = 0;
const failing = await startFakeGemini((_call, response) => {
  asked++;
  if (asked % 3 === 0) sendJson(response, imageAnswer());
  else sendJson(response, { error: { code: 503, status: 'UNAVAILABLE', message: 'overloaded' } }, 503);
});
const well = await startFakeGemini(({ body }, response) => {
  const isRefused = JSON.stringify(body).includes(`${prompt} refuse`);
  sendJson(response, isRefused ? { promptFeedback: { blockReason: 'SAFETY' } } : imageAnswer());
});
let gateway: Gateway | undefined;
try {
  const { value: url = '' } = (await createInterface(collector.stdout)[Symbol.asyncIterator]().next()) as {
    value?: string;
  };
  const entry = (name: string, address: string, priority: number): string =>
    `  - { name: ${name}, kind: gemini, api_key: ${upstreamKey}, base_url: "${address}", priority: ${String(priority)} }\n`;
  await writeFile(
    join(dataDir, 'plantain.yaml'),
    `upstreams:\n${entry('first', failing.url, 2)}${entry('second', well.url, 1)}`,
  );
  gateway = await startGateway({
    dataDir,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_SERVICE_NAME: 'plantain-under-test',
      PLANTAIN_METRICS_LISTEN: '127.0.0.1:0',
    },
  });
  await load(gateway);
  const seen = async (): Promise<readonly Span[]> =>
    (await (await fetch(`${url}/spans`)).json()) as readonly Span[];
  const sent = async (): Promise<number> =>
    sumOf(
      readExposition(await (await fetch(gateway?.metricsUrl ?? '')).text()),
      'plantain_trace_spans_total',
      { outcome: 'sent' },
    );
  const until = Date.now() + maxWaitMs;
  const requests = ledgerRows(dataDir).length + 3;
  const isComplete = (spans: readonly Span[]): boolean =>
    spans.filter(({ kind }) => kind === 'SPAN_KIND_SERVER').length >= requests;
  while (!isComplete(await seen()) && Date.now() < until) await sleep(200);
  const spans = await seen();
  compare(spans, dataDir);
  same('spans that the metric says were sent', await sent(), spans.length);
  same('requests', spans.filter(({ kind }) => kind === 'SPAN_KIND_SERVER').length, requests);
  process.stdout.write(
    `${String(spans.length)} spans of ${String(requests)} requests decoded; ${String(attemptRows(dataDir).length)} calls\n`,
  );
} finally {
  await gateway?.close();
  await failing.close();
  await well.close();
  collector.kill();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}
for (const failure of failures) process.stdout.write(`✗ ${failure}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
