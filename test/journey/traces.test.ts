import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Collector, type SeenSpan, startCollector } from '../support/collector.ts';
import { readExposition, sumOf } from '../support/exposition.ts';
import { imageAnswer, sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import { attemptRows, generate, ledgerRows } from '../support/http.ts';
import { type Gateway, startGateway, upstreamKey } from '../support/start-gateway.ts';

/** Draws at once, where it is of no matter what is drawn. */
let quick: Awaited<ReturnType<typeof startFakeGemini>>;
beforeAll(async () => {
  quick = await startFakeGemini((_call, response) => sendJson(response, imageAnswer()));
});
afterAll(() => quick.close());

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function collector(answer?: (response: ServerResponse, nth: number) => void): Promise<Collector> {
  const started = await startCollector(answer);
  closers.push(() => started.close());
  return started;
}

const tracedTo = ({ url }: Collector): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
});

/** Does `work` with a gateway, and stops it: by then all spans are sent. */
async function withGateway(
  options: Parameters<typeof startGateway>[0],
  work: (gateway: Gateway) => Promise<void>,
): Promise<void> {
  const gateway = await startGateway(options);
  try {
    await work(gateway);
  } finally {
    await gateway.close();
  }
}

const draw = async (
  gateway: Gateway,
  fields: object = {},
  headers: Record<string, string> = {},
): Promise<number> => {
  const answer = await generate(gateway, { prompt: 'a fox', ...fields }, { headers });
  await answer.arrayBuffer();
  return answer.status;
};

const rootsOf = (spans: readonly SeenSpan[]): SeenSpan[] => spans.filter(({ kind }) => kind === 2);
const named = (spans: readonly SeenSpan[], name: string): SeenSpan[] =>
  spans.filter((span) => span.name === name);
const childrenOf = (spans: readonly SeenSpan[], parent: SeenSpan | undefined): SeenSpan[] =>
  spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId);

const model = 'gemini-nano-banana-2.1';
const call = `generate_content ${model}`;

describe('what a trace says', () => {
  test('an order is one trace: the request, a drawing for each picture, a call below it, in time and in the ledger’s words', async () => {
    const seen = await collector();
    let row: ReturnType<typeof ledgerRows>[number] | undefined;
    await withGateway({ env: tracedTo(seen) }, async (gateway) => {
      expect(await draw(gateway, { n: 2 })).toBe(200);
      row = ledgerRows(gateway.dataDir)[0];
    });
    const [root, ...others] = rootsOf(seen.spans);
    expect(others).toEqual([]);
    expect(root).toMatchObject({
      name: 'POST /v1/images/generations',
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/images/generations',
        'url.scheme': 'http',
        'url.path': '/v1/images/generations',
        'http.response.status_code': 200,
        'network.protocol.version': '1.1',
        'plantain.order.id': row?.id,
        'plantain.images.requested': 2,
        'plantain.images.delivered': 2,
        'plantain.cost.micro_usd': row?.cost_micro_usd,
        'gen_ai.request.model': model,
      },
      resource: { 'service.name': 'plantain', 'plantain.semconv': 'genai-2026-09' },
    });
    expect(root?.attributes['client.address']).toBeUndefined();
    expect(new Set(seen.spans.map(({ traceId }) => traceId)).size).toBe(1);
    const drawings = childrenOf(seen.spans, root).filter(({ name }) => name === 'draw');
    expect(new Set(drawings.map(({ attributes }) => attributes['plantain.image.index']))).toEqual(
      new Set([0, 1]),
    );
    expect(drawings.length).toBe(2);
    for (const drawing of drawings) {
      const calls = childrenOf(seen.spans, drawing);
      expect(calls.map(({ name, kind }) => [name, kind])).toEqual([[call, 3]]);
      expect(calls[0]?.attributes).toMatchObject({
        'gen_ai.operation.name': 'generate_content',
        'gen_ai.provider.name': 'gcp.gemini',
        'gen_ai.output.type': 'image',
        'plantain.upstream': 'sandbox',
        'plantain.attempt': 1,
        'plantain.verdict': 'picture',
        'http.response.status_code': 200,
      });
    }
    // Every step stands there once, as a span or, of the short ones, as an event.
    const steps = [
      ...childrenOf(seen.spans, root).map(({ name }) => name),
      ...(root?.events ?? []).map(({ name }) => name),
    ];
    for (const [step, times] of Object.entries({
      authenticate: 1,
      read: 1,
      admit: 1,
      prepare: 1,
      finish: 2,
      keep: 2,
      settle: 1,
      write: 1,
    }))
      expect([step, steps.filter((name) => name === step).length]).toEqual([step, times]);
    for (const span of seen.spans)
      expect(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)).toBeGreaterThanOrEqual(0n);
  });

  test('calls that fail over stand below one drawing, each linked to the one before, and only what failed is an error', async () => {
    const seen = await collector();
    const broken = await startFakeGemini((_call, response) => {
      sendJson(response, { error: { code: 503, status: 'UNAVAILABLE', message: 'overloaded' } }, 503);
    });
    closers.push(() => broken.close());
    const well = await startFakeGemini((_call, response) => sendJson(response, imageAnswer()));
    closers.push(() => well.close());
    const dataDir = await mkdtemp(join(tmpdir(), 'plantain-test-'));
    closers.push(() => rm(dataDir, { recursive: true, force: true }));
    const entry = (name: string, url: string, priority: number): string =>
      `  - { name: ${name}, kind: gemini, api_key: ${upstreamKey}, base_url: "${url}", priority: ${String(priority)} }\n`;
    await writeFile(
      join(dataDir, 'plantain.yaml'),
      `upstreams:\n${entry('first', broken.url, 2)}${entry('second', well.url, 1)}`,
    );
    await withGateway({ dataDir, env: tracedTo(seen) }, async (gateway) => {
      expect(await draw(gateway)).toBe(200);
    });
    const attempts = attemptRows(dataDir);
    const calls = named(seen.spans, call);
    expect(calls.map(({ attributes }) => attributes['plantain.upstream'])).toEqual(
      attempts.map(({ upstream }) => upstream),
    );
    const last = calls.at(-1);
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.map(({ status }) => status?.code)).toEqual([...calls.slice(1).map(() => 2), 0]);
    for (const [index, { attributes, links = [] }] of calls.entries()) {
      expect(attributes['plantain.attempt']).toBe(index + 1);
      expect(links.map(({ spanId }) => spanId)).toEqual(index === 0 ? [] : [calls[index - 1]?.spanId]);
    }
    expect(calls[0]?.attributes).toMatchObject({
      'plantain.verdict': 'failed',
      'plantain.fault': 'capacity',
      'http.response.status_code': 503,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(broken.url).port),
    });
    expect(last?.attributes).toMatchObject({ 'plantain.verdict': 'picture', 'plantain.upstream': 'second' });
    const [drawing] = named(seen.spans, 'draw');
    expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual(calls.map(() => drawing?.spanId));
    expect(drawing?.attributes['plantain.attempts']).toBe(calls.length);
    expect(rootsOf(seen.spans)[0]?.status?.code).toBe(0);
  });

  test('a refusal is no error of the request, a failure is one, and both are named by the catalogue', async () => {
    const seen = await collector();
    await withGateway({ env: tracedTo(seen) }, async (gateway) => {
      expect(await draw(gateway, { prompt: '[scenario: image-safety] x' })).toBe(400);
      expect(await draw(gateway, { prompt: '[scenario: internal-error] x' })).toBe(502);
      expect(await draw(gateway, { model: 'none-such' })).toBe(404);
      expect(await draw(gateway, {}, { authorization: 'Bearer wrong' })).toBe(401);
    });
    expect(
      rootsOf(seen.spans).map(({ status, attributes }) => [
        attributes['http.response.status_code'],
        attributes['error.type'],
        status?.code,
      ]),
    ).toEqual([
      [400, 'moderation_blocked', 0],
      [502, 'upstream_error', 2],
      [404, 'model_not_found', 0],
      [401, 'invalid_api_key', 0],
    ]);
  });

  test('Gemini’s own route is traced as the other; health, models and the console are not', async () => {
    const seen = await collector();
    await withGateway({ env: tracedTo(seen) }, async (gateway) => {
      const native = await fetch(`${gateway.url}/v1beta/models/${model}:generateContent?key=${gateway.key}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ contents: [{ parts: [{ text: 'a fox' }] }] }),
      });
      expect(native.status).toBe(200);
      await native.arrayBuffer();
      for (const path of ['/healthz', '/readyz', '/v1/models', '/'])
        await (
          await fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${gateway.key}` } })
        ).text();
      expect(seen.requests.map(({ body }) => body).join()).not.toContain(gateway.key);
    });
    const roots = rootsOf(seen.spans);
    expect(roots.length).toBe(1);
    expect(roots[0]?.attributes).toMatchObject({
      'plantain.operation': 'native_generate',
      'plantain.images.delivered': 1,
    });
    expect(named(seen.spans, call).length).toBe(1);
  });

  test('prompts, keys and secrets stand in none of it', async () => {
    const seen = await collector();
    const secrets = ['Bearer-of-the-collector', 'a-fox-nobody-else-knows', 'key-in-an-agent-1234567890'];
    await withGateway(
      { env: { ...tracedTo(seen), OTEL_EXPORTER_OTLP_HEADERS: `authorization=${secrets[0] ?? ''}%20x` } },
      async (gateway) => {
        const headers = { 'user-agent': `curl sk-${secrets[2] ?? ''}` };
        for (const prompt of [secrets[1], `[scenario: invalid-argument] ${secrets[1] ?? ''}`])
          await draw(gateway, { prompt, user: secrets[1] }, headers);
        secrets.push(gateway.key);
      },
    );
    const sent = seen.requests.map(({ body }) => body).join();
    expect(sent).toContain('curl sk-…');
    for (const secret of secrets) expect([secret, sent.includes(secret)]).toEqual([secret, false]);
    expect(seen.requests[0]?.headers['authorization']).toBe('Bearer-of-the-collector x');
    expect(seen.requests[0]?.path).toBe('/v1/traces');
  });

  test('an order of this process itself is traced as well', async () => {
    const seen = await collector();
    await withGateway({ env: tracedTo(seen) }, async ({ app }) => {
      await app.runOrder({ body: { prompt: 'a fox' }, signal: new AbortController().signal });
    });
    expect(
      named(seen.spans, 'local order').map(({ attributes }) => attributes['plantain.images.delivered']),
    ).toEqual([1]);
    expect(named(seen.spans, call).length).toBe(1);
  });
});

describe('whose trace it is', () => {
  const theirs = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
  const traceparent = `00-${theirs.traceId}-${theirs.spanId}-01`;

  async function rootOf(
    env: Record<string, string>,
    headers: Record<string, string>,
  ): Promise<SeenSpan | undefined> {
    const seen = await collector();
    await withGateway({ env: { ...tracedTo(seen), ...env }, upstreamUrl: quick.url }, async (gateway) => {
      expect(await draw(gateway, {}, headers)).toBe(200);
    });
    return rootsOf(seen.spans)[0];
  }

  test('a stranger’s trace is linked to and not gone on with', async () => {
    const root = await rootOf({}, { traceparent });
    expect(root?.traceId).not.toBe(theirs.traceId);
    expect(root?.links).toMatchObject([theirs]);
  });

  test.each([
    ['any caller’s, where callers are trusted', { PLANTAIN_TRACING_TRUST_CALLERS: 'true' }, {}],
    ['a trusted proxy’s', { PLANTAIN_TRUST_PROXY: 'loopback' }, { 'x-forwarded-for': '192.0.2.7' }],
  ])('%s is gone on with', async (_name, env, headers) => {
    const root = await rootOf(env, { traceparent, ...headers });
    expect([root?.traceId, root?.parentSpanId]).toEqual([theirs.traceId, theirs.spanId]);
    expect(root?.links ?? []).toEqual([]);
  });

  test('a proxy whose word does not count is a stranger', async () => {
    const env = { PLANTAIN_TRUST_PROXY: '192.0.2.0/24' };
    const root = await rootOf(env, { traceparent, 'x-forwarded-for': '192.0.2.7' });
    expect(root?.traceId).not.toBe(theirs.traceId);
  });

  test('a caller who is not to be kept is not, and one who may decide is heeded', async () => {
    const seen = await collector();
    const env = { ...tracedTo(seen), PLANTAIN_TRACING_TRUST_CALLERS: 'true' };
    await withGateway({ env, upstreamUrl: quick.url }, async (gateway) => {
      await draw(gateway, {}, { traceparent: traceparent.replace(/01$/, '00') });
    });
    expect(seen.spans).toEqual([]);
  });

  test.each([
    '',
    'nonsense',
    `00-${'0'.repeat(32)}-${theirs.spanId}-01`,
    traceparent.toUpperCase(),
    `ff${traceparent.slice(2)}`,
  ])('what is no trace (%s) begins a new one', async (wrong) => {
    const root = await rootOf(
      { PLANTAIN_TRACING_TRUST_CALLERS: 'true' },
      { traceparent: wrong, tracestate: 'a=b' },
    );
    expect(root?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(root?.parentSpanId ?? '').toBe('');
  });

  test('upstreams hear of it only where that is asked for, each call by its own span', async () => {
    for (const propagate of ['false', 'true']) {
      const seen = await collector();
      const env = { ...tracedTo(seen), PLANTAIN_TRACING_PROPAGATE: propagate };
      quick.calls.length = 0;
      await withGateway({ env, upstreamUrl: quick.url }, async (gateway) => {
        expect(await draw(gateway, { n: 3 }, { traceparent, tracestate: 'a=b', baggage: 'c=d' })).toBe(200);
      });
      const sent = quick.calls.map(({ headers }) => String(headers['traceparent'])).toSorted();
      const calls = named(seen.spans, call);
      expect(calls.length).toBe(3);
      expect(sent).toEqual(
        propagate === 'true'
          ? calls.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`).toSorted()
          : ['undefined', 'undefined', 'undefined'],
      );
      expect(quick.calls.map(({ headers }) => headers['baggage'])).toEqual([undefined, undefined, undefined]);
    }
  });

  test('samplers keep what they are told to', async () => {
    for (const [sampler, ratio, kept] of [
      ['always_off', '1', 0],
      ['parentbased_always_off', '1', 0],
      ['traceidratio', '0', 0],
      ['always_on', '0', 2],
      ['parentbased_traceidratio', '1', 2],
    ] as const) {
      const seen = await collector();
      const env = { ...tracedTo(seen), OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio };
      await withGateway({ env, upstreamUrl: quick.url }, async (gateway) => {
        for (let time = 0; time < 2; time++) expect(await draw(gateway)).toBe(200);
      });
      expect([sampler, rootsOf(seen.spans).length]).toEqual([sampler, kept]);
    }
  });
});

describe('a collector in trouble harms no order', () => {
  const troubles: Record<string, (response: ServerResponse) => void> = {
    'too many requests': (response) => response.writeHead(429, { 'retry-after': '1' }).end(),
    unavailable: (response) => response.writeHead(503).end('<html>no</html>'),
    garbage: (response) => response.end('\0\0garbage'),
    'an endless answer': (response) => {
      const more = setInterval(() => response.write(Buffer.alloc(64 * 1024)), 5);
      response.on('close', () => clearInterval(more));
    },
    'a partial success': (response) =>
      response.end('{"partialSuccess":{"rejectedSpans":"1","errorMessage":"no"}}'),
    silence: () => undefined,
    'a hang-up': (response) => response.destroy(),
  };

  test.each(Object.keys(troubles))('%s', async (trouble) => {
    const seen = await collector(troubles[trouble]);
    const gateway = await startGateway({ env: tracedTo(seen), upstreamUrl: quick.url });
    expect(await draw(gateway)).toBe(200);
    // Stops, though nobody answers: the test's own time-out is the bound.
    await gateway.close();
    expect(seen.requests.length).toBeGreaterThan(0);
  });

  test('one that is not there at all: what is lost is counted', async () => {
    const gone = await startCollector();
    await gone.close();
    const gateway = await startGateway({
      env: { ...tracedTo(gone), OTEL_EXPORTER_OTLP_TIMEOUT: '100', PLANTAIN_METRICS_LISTEN: '127.0.0.1:0' },
    });
    closers.push(() => gateway.close());
    const spans = async (outcome: string): Promise<number> =>
      sumOf(
        readExposition(await (await fetch(gateway.metricsUrl ?? '')).text()),
        'plantain_trace_spans_total',
        {
          outcome,
        },
      );
    expect(await draw(gateway)).toBe(200);
    await expect.poll(() => spans('failed'), { timeout: 60_000, interval: 100 }).toBeGreaterThan(0);
    expect(await spans('sent')).toBe(0);
  }, 90_000);
});

interface Line {
  readonly event?: string;
  readonly order?: string;
  readonly costMicroUsd?: number;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly counted?: number;
}

test('each line of an order names its trace, and log, metrics and traces have the ledger’s sum', async () => {
  const seen = await collector();
  const support = new URL('../support/', import.meta.url).href;
  const env = { ...tracedTo(seen), PLANTAIN_LOG_LEVEL: 'info', PLANTAIN_METRICS_LISTEN: '127.0.0.1:0' };
  const program = `
    import { generate, ledgerRows } from '${support}http.ts';
    import { readExposition, sumOf } from '${support}exposition.ts';
    import { startGateway } from '${support}start-gateway.ts';
    const gateway = await startGateway({ env: ${JSON.stringify(env)}, upstreamUrl: '${quick.url}' });
    for (const fields of [{}, { n: 2 }, { model: 'none-such' }])
      await (await generate(gateway, { prompt: 'a fox', ...fields })).arrayBuffer();
    const series = readExposition(await (await fetch(gateway.metricsUrl)).text());
    const booked = ledgerRows(gateway.dataDir).reduce((sum, row) => sum + row.cost_micro_usd, 0);
    console.log(JSON.stringify({ counted: Math.round(sumOf(series, 'plantain_cost_usd_total') * 1e6), costMicroUsd: booked }));
    await gateway.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const { counted, costMicroUsd: booked } = lines.find((line) => line.counted !== undefined) ?? {};
  const orders = lines.filter(({ event }) => event === 'order');
  const roots = rootsOf(seen.spans);
  expect(booked).toBeGreaterThan(0);
  expect(counted).toBe(booked);
  expect(orders.reduce((sum, { costMicroUsd = 0 }) => sum + costMicroUsd, 0)).toBe(booked);
  expect(
    roots.reduce((sum, { attributes }) => sum + Number(attributes['plantain.cost.micro_usd'] ?? 0), 0),
  ).toBe(booked);
  const refused = lines.filter(({ event }) => event === 'refused');
  expect([orders.length, refused.length]).toEqual([2, 1]);
  expect([...orders, ...refused].map((line) => [line.trace_id, line.span_id])).toEqual(
    roots.map(({ traceId, spanId }) => [traceId, spanId]),
  );
  expect(orders.map(({ order }) => order)).toEqual(
    roots.slice(0, 2).map(({ attributes }) => attributes['plantain.order.id']),
  );
  // What belongs to no request names none.
  expect(lines.at(-1)?.trace_id).toBeUndefined();
}, 60_000);

test('without a collector, or with tracing switched off, nothing of it is loaded; with one it is', () => {
  const program = `
    import { registerHooks } from 'node:module';
    let loaded = 0;
    registerHooks({ load: (url, context, next) => (/@opentelemetry|observe\\/traces/.test(url) && !/@opentelemetry\\/api\\//.test(url) && loaded++, next(url, context)) });
    const { createApp } = await import('${new URL('../../src/app/lifecycle.ts', import.meta.url).href}');
    const { loadConfig } = await import('${new URL('../../src/config/load-config.ts', import.meta.url).href}');
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    for (const more of [{}, { ...endpoint, OTEL_SDK_DISABLED: 'true' }, { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, endpoint]) {
      const { config } = loadConfig({ env: { PLANTAIN_LOG_LEVEL: 'silent', ...more }, cwd: '/', flags: {} });
      const app = await createApp(config, { databaseFile: ':memory:' });
      console.log(loaded > 0);
      await app.drain();
    }`;
  const told = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(told).toBe('false\nfalse\nfalse\ntrue\n');
}, 120_000);
