import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { imageAnswer, sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import { attemptRows, generate, ledgerRows, rawConnection } from '../support/http.ts';
import { type ServeChild, serveChild } from '../support/serve-child.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const patient = { timeout: 30_000, interval: 50 };

/** An upstream that answers when it is told to. */
async function heldUpstream() {
  const waiting: ServerResponse[] = [];
  let isOpen = false;
  const upstream = await startFakeGemini((_call, response) => {
    if (isOpen) sendJson(response, imageAnswer());
    else waiting.push(response);
  });
  cleanups.push(() => upstream.close());
  return {
    ...upstream,
    waiting,
    open: () => {
      isOpen = true;
      for (const response of waiting.splice(0)) sendJson(response, imageAnswer());
    },
  };
}

const upstreamEntry = (name: string, url: string, more = ''): string =>
  `upstreams:\n  - name: ${name}\n    kind: gemini\n    api_key: a-key-of-${name}\n    base_url: ${url}\n${more}`;

/** `plantain serve` on a file of settings, in a process of its own. */
async function serveOn(file: string, env: Record<string, string> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'plantain-reload-'));
  cleanups.push(() => rm(dataDir, { recursive: true, force: true }));
  const path = join(dataDir, 'plantain.yaml');
  await writeFile(path, file);
  const server = await serveChild({ dataDir, env: { PLANTAIN_WATCH_CONFIG: 'false', ...env } });
  cleanups.push(() => server.close());
  return { ...server, write: (text: string) => writeFile(path, text) };
}

const linesOf = (server: ServeChild, message: string): Record<string, unknown>[] =>
  server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === message);

const secretOf = async (server: ServeChild): Promise<string> =>
  (await readFile(join(server.dataDir, 'admin-secret'), 'utf8')).trim();

const ask = async (server: ServeChild, method: string, path: string) => {
  const response = await fetch(`${server.url}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${await secretOf(server)}` },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

test('SIGTERM with 200 orders in flight: 200 answers, 200 rows, and the process ends with 0', async () => {
  const upstream = await heldUpstream();
  const server = await serveOn(upstreamEntry('held', upstream.url));
  const orders = Array.from({ length: 200 }, () => generate(server, { prompt: 'a fox' }));
  await expect.poll(() => upstream.waiting.length, patient).toBe(200);
  server.child.kill('SIGTERM');
  await expect.poll(() => linesOf(server, 'stopping'), patient).toHaveLength(1);
  upstream.open();
  const statuses = await Promise.all(orders.map(async (order) => (await order).status));
  expect(statuses).toEqual(Array.from({ length: 200 }, () => 200));
  expect(await server.exited).toBe(0);
  expect(ledgerRows(server.dataDir).filter(({ status }) => status === 'succeeded')).toHaveLength(200);
}, 90_000);

test('a reload with 200 orders in flight loses none: they end where they began, the next ones go by the new file', async () => {
  const old = await heldUpstream();
  const fresh = await heldUpstream();
  fresh.open();
  const server = await serveOn(upstreamEntry('old', old.url));
  const orders = Array.from({ length: 200 }, () => generate(server, { prompt: 'a fox' }));
  await expect.poll(() => old.waiting.length, patient).toBe(200);
  await server.write(upstreamEntry('fresh', fresh.url));
  server.child.kill('SIGHUP');
  await expect.poll(() => linesOf(server, 'configuration reloaded'), patient).toHaveLength(1);
  const next = await generate(server, { prompt: 'a hat' });
  expect([next.status, next.headers.get('plantain-upstream')]).toEqual([200, 'fresh']);
  // Still open: orders are under way there.
  expect(linesOf(server, 'upstream closed: the configuration has it no more')).toEqual([]);
  old.open();
  const answers = await Promise.all(orders);
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 200 }, () => 200));
  expect(new Set(answers.map(({ headers }) => headers.get('plantain-upstream')))).toEqual(new Set(['old']));
  await expect
    .poll(() => linesOf(server, 'upstream closed: the configuration has it no more'), patient)
    .toMatchObject([{ upstream: 'old' }]);
  expect(ledgerRows(server.dataDir).filter(({ status }) => status === 'succeeded')).toHaveLength(201);
}, 90_000);

describe('a reload', () => {
  test('of a broken file is refused with its problems by line, and what was in force stays', async () => {
    const upstream = await heldUpstream();
    upstream.open();
    const server = await serveOn(upstreamEntry('first', upstream.url));
    for (const [broken, problem] of [
      [`${upstreamEntry('first', upstream.url)}portt: 1\n`, /plantain\.yaml:6: unknown setting portt/],
      ['upstreams: [', /plantain\.yaml/],
      [`${upstreamEntry('first', upstream.url)}default_model: no-such-model\n`, /default_model names/],
    ] as const) {
      await server.write(broken);
      const { status, body } = await ask(server, 'POST', '/reload');
      expect([status, body]).toEqual([
        422,
        {
          error: expect.objectContaining({
            code: 'configuration_refused',
            message: expect.stringMatching(problem) as string,
          }) as unknown,
        },
      ]);
    }
    await rm(join(server.dataDir, 'plantain.yaml'));
    expect((await ask(server, 'POST', '/reload')).status).toBe(422);
    expect(linesOf(server, 'configuration refused: the one in force stays')).toHaveLength(4);
    const next = await generate(server, { prompt: 'a fox' });
    expect([next.status, next.headers.get('plantain-upstream')]).toEqual([200, 'first']);
  }, 60_000);

  test('applies models, aliases, safety, CORS and the log, and names what waits for a restart', async () => {
    const upstream = await heldUpstream();
    upstream.open();
    const entry = upstreamEntry('only', upstream.url);
    const server = await serveOn(entry);
    await server.write(
      `${entry}aliases:\n  house-style: gemini-2.5-flash-image\ncors:\n  origins: [https://app.example]\nlimits:\n  max_json_body_bytes: 2048\n  max_connections: 77\nhost: 0.0.0.0\nlog:\n  level: warn\ngemini:\n  safety_settings:\n    - { category: HARM_CATEGORY_HARASSMENT, threshold: BLOCK_ONLY_HIGH }\n`,
    );
    const { status, body } = await ask(server, 'POST', '/reload');
    expect([status, body]).toEqual([
      200,
      {
        changed: [
          'gemini.safety_settings',
          'limits.max_json_body_bytes',
          'cors.origins',
          'log.level',
          'aliases',
        ],
        waiting: ['host', 'limits.max_connections'],
      },
    ]);
    expect(linesOf(server, 'changed settings wait for the next start')).toMatchObject([
      { settings: ['host', 'limits.max_connections'] },
    ]);
    expect((await ask(server, 'GET', '/audit')).body['data']).toMatchObject([
      {
        actor: 'admin secret',
        action: 'configuration.reload',
        address: '127.0.0.1',
        after: { changed: body['changed'], waiting: body['waiting'] },
      },
    ]);
    const order = await generate(
      server,
      { prompt: 'a fox', model: 'house-style' },
      { headers: { origin: 'https://app.example' } },
    );
    expect([order.status, order.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://app.example',
    ]);
    expect(upstream.calls.at(-1)?.body).toMatchObject({
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_ONLY_HIGH' }],
    });
    expect((await generate(server, { prompt: 'x'.repeat(3000) })).status).toBe(413);
    // Orders that succeed are below the level now.
    expect(linesOf(server, 'order')).toEqual([]);
  }, 60_000);

  test('happens by itself when the file changes, once it is whole', async () => {
    const upstream = await heldUpstream();
    upstream.open();
    const server = await serveOn(upstreamEntry('one', upstream.url), { PLANTAIN_WATCH_CONFIG: 'true' });
    await server.write(upstreamEntry('two', upstream.url));
    await expect.poll(() => linesOf(server, 'configuration reloaded'), patient).toHaveLength(1);
    const order = await generate(server, { prompt: 'a fox' });
    expect(order.headers.get('plantain-upstream')).toBe('two');
    await expect
      .poll(async () => (await ask(server, 'GET', '/audit')).body['data'], patient)
      .toMatchObject([{ actor: 'server', address: null, after: { changed: ['upstreams'] } }]);
  }, 60_000);

  test('of a file that says what it said keeps the upstream as it is, with its connections and its health', async () => {
    const upstream = await heldUpstream();
    upstream.open();
    const server = await serveOn(upstreamEntry('same', upstream.url));
    await generate(server, { prompt: 'a fox' });
    await server.write(`${upstreamEntry('same', upstream.url, '    priority: 3\n')}strict: true\n`);
    expect((await ask(server, 'POST', '/reload')).body).toMatchObject({ changed: ['upstreams', 'strict'] });
    expect((await generate(server, { prompt: 'a fox', quality: 'odd' })).status).toBe(400);
    await generate(server, { prompt: 'a fox' });
    // It was neither closed nor opened again: whoever opens one asks about its key.
    expect(linesOf(server, 'upstream accepts the key')).toHaveLength(1);
    expect(linesOf(server, 'upstream closed: the configuration has it no more')).toEqual([]);
  }, 60_000);
});

test('an order that a reload overtakes is reserved, drawn and settled by what it began with', async () => {
  const failing = await startFakeGemini((_call, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    // It was counted nowhere, and may be charged.
    response.end('{"candidates":[{"finishReason":"OTHER_SHAPE"}]');
  });
  cleanups.push(() => failing.close());
  const file = (tries: number) =>
    upstreamEntry(
      'cut',
      failing.url,
      `  - name: cut-2\n    kind: gemini\n    api_key: b\n    base_url: ${failing.url}\n`,
    ) + `limits:\n  upstream_tries: ${tries}\n`;
  const server = await serveOn(file(3));
  const body = JSON.stringify({ prompt: 'a fox' });
  const { socket, closed } = await rawConnection(server.url);
  socket.write(
    `POST /v1/images/generations HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${server.key}\r\nconnection: close\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
  );
  // Its beginning has arrived before the reload is over.
  await generate(server, '{');
  await server.write(file(1));
  expect((await ask(server, 'POST', '/reload')).body).toMatchObject({ changed: ['limits.upstream_tries'] });
  socket.write(body.slice(5));
  await closed;
  const rows = ledgerRows(server.dataDir);
  expect(rows).toHaveLength(1);
  const [row] = rows;
  expect(attemptRows(server.dataDir).length).toBeGreaterThan(1);
  expect(row?.cost_micro_usd).toBeGreaterThan(0);
  expect(row?.cost_micro_usd).toBeLessThanOrEqual(row?.reserved_micro_usd ?? 0);
}, 60_000);
