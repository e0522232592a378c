import { execFileSync } from 'node:child_process';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorCatalogue } from '../../src/kernel/error-catalogue.ts';
import { readExposition, type Series, sumOf } from '../support/exposition.ts';
import {
  attemptRows,
  field,
  file,
  generate,
  type LedgerEntry,
  ledgerRows,
  postForm,
} from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { flat } from '../support/test-pictures.ts';

const token = 'metrics-token-of-this-test';
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    env: {
      PLANTAIN_METRICS_TOKEN: token,
      PLANTAIN_METRICS_LISTEN: '127.0.0.1:0',
      PLANTAIN_METRICS_PER_KEY: 'bootstrap',
    },
  });
});
afterAll(() => gateway.close());

const read = (headers: Record<string, string> = {}, url = gateway.url): Promise<Response> =>
  fetch(`${url}/metrics`, { headers });

async function scrape(): Promise<Series[]> {
  const answer = await fetch(gateway.metricsUrl ?? '');
  expect(answer.status).toBe(200);
  return readExposition(await answer.text());
}

describe('who may read the metrics', () => {
  test('on the main address the holder of the token, and to everybody else the path is not there', async () => {
    const right = await read({ authorization: `Bearer ${token}` });
    expect(right.status).toBe(200);
    expect(right.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await right.text()).toContain('# TYPE plantain_orders_total counter');
    const nowhere = await (await fetch(`${gateway.url}/metricsx`)).json();
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Bearer ${gateway.key}` },
      { authorization: token },
    ]) {
      const answer = await read(headers);
      expect(answer.status).toBe(404);
      expect(JSON.stringify(await answer.json())).toBe(
        JSON.stringify(nowhere).replace('/metricsx', '/metrics'),
      );
    }
  });

  test('nobody, where nothing was configured; and nothing of the library is loaded then', async () => {
    const plain = await startGateway();
    try {
      expect((await read({ authorization: 'Bearer ' }, plain.url)).status).toBe(404);
      expect(plain.metricsUrl).toBeUndefined();
    } finally {
      await plain.close();
    }
  });

  test('an address of its own serves them without a token, and nothing else', async () => {
    const { origin } = new URL(gateway.metricsUrl ?? '');
    expect((await fetch(`${origin}/v1/models`)).status).toBe(404);
    expect((await fetch(`${origin}/metrics`, { method: 'POST' })).status).toBe(405);
  });
});

/** A number of orders that end in every way there is. */
async function orders(): Promise<void> {
  const draw = async (fields: object): Promise<number> => {
    const answer = await generate(gateway, { prompt: 'a fox', ...fields });
    await answer.arrayBuffer();
    return answer.status;
  };
  expect(await draw({})).toBe(200);
  expect(await draw({ n: 2 })).toBe(200);
  expect(await draw({ prompt: '[scenario: image-safety] x' })).toBe(400);
  expect(await draw({ prompt: '[scenario: text-only] x' })).toBe(400);
  expect(await draw({ prompt: '[scenario: invalid-argument] x' })).toBe(400);
  expect(await draw({ prompt: '[scenario: missing-usage] x', response_format: 'url' })).toBe(200);
  expect(await draw({ prompt: 'x', output_format: 'webp', quality: 'hd', whatever: 1 })).toBe(200);
  expect(await draw({ model: 'none-such' })).toBe(404);
  expect(await draw({ n: 99 })).toBe(400);
  const native = await fetch(`${gateway.url}/v1beta/models/gemini-nano-banana-2.1:generateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': gateway.key, 'content-type': 'application/json' },
    body: JSON.stringify({ contents: [{ parts: [{ text: 'a fox' }] }] }),
  });
  expect(native.status).toBe(200);
  await native.arrayBuffer();
  // A mask of another size is found when the order has its row already.
  const masked = await postForm(gateway, [
    field('prompt', 'a hat'),
    file('image', await flat(64, 64)),
    file('mask', await flat(64, 64)),
  ]);
  await masked.arrayBuffer();
  expect(masked.status).toBe(400);
}

interface MoreColumns {
  readonly operation: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

test('orders, pictures, calls, tokens and dollars are those of the ledger, to the micro-dollar', async () => {
  await orders();
  const series = await scrape();
  const rows = ledgerRows(gateway.dataDir) as (LedgerEntry & MoreColumns)[];
  const attempts = attemptRows(gateway.dataDir);
  expect(rows.length).toBeGreaterThanOrEqual(8);

  const told = new Map<string, number>();
  for (const { status, error_code: error, model, operation } of rows) {
    const key = [operation, model, status, error ?? ''].join(' ');
    told.set(key, (told.get(key) ?? 0) + 1);
  }
  const counted = series
    .filter(({ name }) => name === 'plantain_orders_total')
    .map(({ labels, value }) => [
      ['operation', 'model', 'outcome', 'error'].map((label) => labels[label]).join(' '),
      value,
    ]);
  expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(told));

  const all = (column: 'cost_micro_usd' | 'images_delivered' | 'input_tokens' | 'output_tokens'): number =>
    rows.reduce((sum, row) => sum + row[column], 0);
  expect(Math.round(sumOf(series, 'plantain_cost_usd_total') * 1e6)).toBe(all('cost_micro_usd'));
  expect(Math.round(sumOf(series, 'plantain_key_cost_usd_total') * 1e6)).toBe(all('cost_micro_usd'));
  expect(all('cost_micro_usd')).toBeGreaterThan(0);
  expect(sumOf(series, 'plantain_images_total')).toBe(all('images_delivered'));
  expect(sumOf(series, 'plantain_tokens_total', { direction: 'input' })).toBe(all('input_tokens'));
  expect(sumOf(series, 'plantain_tokens_total', { direction: 'output' })).toBe(all('output_tokens'));
  expect(sumOf(series, 'plantain_upstream_attempts_total')).toBe(attempts.length);
  expect(sumOf(series, 'plantain_upstream_duration_seconds_count')).toBe(attempts.length);
  expect(sumOf(series, 'plantain_order_duration_seconds_count')).toBe(rows.length);
  expect(sumOf(series, 'plantain_overhead_seconds_count')).toBe(rows.length);
}, 120_000);

test('what is under way and what is reserved come back to nothing', async () => {
  const series = await scrape();
  for (const name of [
    'plantain_orders_in_flight',
    'plantain_reserved_usd',
    'plantain_upstream_calls_in_flight',
    'http_server_active_requests',
  ])
    expect([name, sumOf(series, name)]).toEqual([name, 0]);
  expect(sumOf(series, 'plantain_orders_in_flight_limit')).toBe(2000);
  expect(sumOf(series, 'plantain_upstream_health', { upstream: 'sandbox', state: 'healthy' })).toBe(1);
  // All are kept open for the next call, and nothing is on its way.
  expect(sumOf(series, 'plantain_upstream_connections', { upstream: 'sandbox', state: 'busy' })).toBe(0);
  expect(
    sumOf(series, 'plantain_upstream_connections', { upstream: 'sandbox', state: 'idle' }),
  ).toBeGreaterThan(0);
  expect(series.map(({ name }) => name)).toContain('plantain_gallery_pictures');
  expect(sumOf(series, 'plantain_adaptations_total', { parameter: 'other' })).toBe(1);
  expect(sumOf(series, 'plantain_conversion_seconds_count', { kind: 'finish' })).toBe(1);
  expect(sumOf(series, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
});

/** A request as no client sends it; answers when the server has answered or hung up. */
function raw(method: string, path: string, headers: Record<string, string>, body = ''): Promise<void> {
  return new Promise((resolve) => {
    const { port } = new URL(gateway.url);
    const sent = request({ port, method, path, headers, host: '127.0.0.1' }, (answer) =>
      answer.resume().on('end', resolve).on('error', resolve),
    );
    sent.on('error', () => resolve());
    sent.end(body);
  });
}

test('hostile names, paths, methods and headers make no series of their own', async () => {
  const strange = ['"', '\\', '\n', '{a="b"}', 'é', '\u202e', 'sk-secret', '💥', 'a'.repeat(300)];
  const attack = async (round: number): Promise<void> => {
    const name = `${strange[round % strange.length] ?? ''}-name-${String(round)}`;
    const path = encodeURIComponent(name);
    const fields = { prompt: 'x', model: name, size: name, user: name, [name]: name };
    await raw(['GET', 'PUT', 'PROPFIND', 'PURGE', 'TRACE'][round % 5] ?? 'GET', `/${path}?${path}=1`, {
      'user-agent': path,
      authorization: `Bearer ${path}`,
    });
    await raw(round % 2 === 0 ? 'POST' : 'MKCOL', `/v1beta/models/${path}:generateContent`, {
      'x-goog-api-key': round % 4 === 0 ? gateway.key : path,
      host: path,
    });
    // Of some the model is there, so that they are drawn whatever else they say.
    const known = round % 100 === 0 ? { model: 'gemini-nano-banana-2.1', size: '1024x1024' } : {};
    await (await generate(gateway, { ...fields, ...known })).arrayBuffer();
  };
  for (let batch = 0; batch < 10; batch++)
    await Promise.all(Array.from({ length: 20 }, (_, index) => attack(batch * 20 + index)));
  const series = await scrape();
  expect(series.length).toBeLessThan(1500);
  const labels = series.flatMap(({ labels: of }) => Object.entries(of));
  const strangers = labels.filter(([, value]) => /-name-|sk-|secret/.test(value));
  expect(strangers).toEqual([]);
  const errors = labels.filter(([label]) => label === 'error').map(([, value]) => value);
  expect(errors.filter((code) => code !== '' && !Object.hasOwn(errorCatalogue, code))).toEqual([]);
}, 120_000);

test('without metrics the library is not loaded, and with them it is', () => {
  const program = `
    import { createApp } from '${new URL('../../src/app/lifecycle.ts', import.meta.url).href}';
    import { loadConfig } from '${new URL('../../src/config/load-config.ts', import.meta.url).href}';
    import { createRequire } from 'node:module';
    for (const more of [{}, { PLANTAIN_METRICS_TOKEN: '${token}' }]) {
      const { config } = loadConfig({ env: { PLANTAIN_LOG_LEVEL: 'silent', ...more }, cwd: '/', flags: {} });
      const app = await createApp(config, { databaseFile: ':memory:' });
      const modules = Object.keys(createRequire(import.meta.url).cache);
      console.log(modules.some((file) => file.includes('@prometheus-io')));
      await app.drain();
    }`;
  const told = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(told).toBe('false\ntrue\n');
}, 120_000);
