import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { afterEach, expect, test } from 'vitest';
import { imageAnswer, sendJson, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import { errorOf, generate, ledgerRows } from '../support/http.ts';
import { serveChild } from '../support/serve-child.ts';
import { startGateway } from '../support/start-gateway.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** An upstream that draws once it is let, and the number of requests that the client has sent by then. */
async function patientUpstream() {
  const mayDraw = Promise.withResolvers<void>();
  const upstream = await startFakeGemini(async (_call, response) => {
    await mayDraw.promise;
    sendJson(response, imageAnswer());
  });
  cleanups.push(() => upstream.close());
  return { upstream, letDraw: () => mayDraw.resolve() };
}

/** A proxy that waits for no answer longer than this: it answers 504 itself and hangs up on the server, as nginx does. */
async function startCuttingProxy(target: string, waitMs: number): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const { method, headers } = incoming;
    const onward = httpRequest(new URL(incoming.url ?? '', target), { method, headers }, (answer) => {
      clearTimeout(cut);
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    const cut = setTimeout(() => {
      onward.destroy();
      outgoing.writeHead(504, { 'content-type': 'text/html' }).end('<h1>504 Gateway Time-out</h1>');
    }, waitMs);
    onward.on('error', () => undefined);
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each(['its own time-out', 'a proxy that cuts'])(
  "an OpenAI SDK that loses its first request to %s gets that order's picture: one call, one receipt",
  async (cause) => {
    const { upstream, letDraw } = await patientUpstream();
    const gateway = await startGateway({ upstreamUrl: upstream.url });
    cleanups.push(() => gateway.close());
    const isProxied = cause === 'a proxy that cuts';
    let requests = 0;
    const client = new OpenAI({
      apiKey: gateway.key,
      baseURL: `${isProxied ? await startCuttingProxy(gateway.url, 1000) : gateway.url}/v1`,
      ...(!isProxied && { timeout: 1000 }),
      maxRetries: 2,
      fetch: (url, init) => {
        // With the second request under way the picture may come.
        if (++requests === 2) setTimeout(letDraw, 200);
        return fetch(url, init);
      },
    });
    const { data } = await client.images.generate({ prompt: 'a fox', response_format: 'b64_json' });
    expect(data?.[0]?.b64_json).toBe(tinyPng);
    expect(requests).toBeGreaterThan(1);
    expect(upstream.calls).toHaveLength(1);
    expect(upstream.aborted()).toBe(0);
    expect(ledgerRows(gateway.dataDir)).toEqual([
      expect.objectContaining({ status: 'succeeded', images_delivered: 1 }),
    ]);
  },
  30_000,
);

test('an order of a key that was under way when the server was killed is told to its retry, and drawn no second time', async () => {
  const { upstream, letDraw } = await patientUpstream();
  const first = await serveChild({ upstreamUrl: upstream.url });
  cleanups.push(() => first.close());
  const keyed = { headers: { 'idempotency-key': 'order 7' } };
  const lost = generate(first, { prompt: 'a fox' }, keyed).catch(() => undefined);
  await expect.poll(() => upstream.calls.length, { timeout: 15_000 }).toBe(1);
  first.child.kill('SIGKILL');
  await lost;
  await first.exited;
  letDraw();

  const second = await serveChild({ upstreamUrl: upstream.url, dataDir: first.dataDir });
  cleanups.push(() => second.close());
  const again = await generate(second, { prompt: 'a fox' }, keyed);
  const [row] = ledgerRows(first.dataDir);
  expect(row?.status).toBe('unknown');
  expect(again.status).toBe(409);
  expect(again.headers.get('x-should-retry')).toBe('false');
  expect(again.headers.get('plantain-original-request-id')).toBe(row?.id);
  expect(await errorOf(again)).toMatchObject({
    code: 'order_unknown',
    message: expect.stringContaining(`${row?.id ?? ''} (unknown, $0.`) as string,
  });
  expect(upstream.calls).toHaveLength(1);
  const anew = await generate(
    second,
    { prompt: 'a fox' },
    { headers: { 'idempotency-key': 'order 7, anew' } },
  );
  expect(anew.status).toBe(200);
  expect(ledgerRows(first.dataDir)).toHaveLength(2);
}, 60_000);

test('a stop waits for the order of a client that left, keeps its picture, and the next start has it', async () => {
  const { upstream, letDraw } = await patientUpstream();
  const gateway = await startGateway({ upstreamUrl: upstream.url });
  const leaving = new AbortController();
  const keyed = { headers: { 'idempotency-key': 'k' } };
  const sent = generate(gateway, { prompt: 'a fox' }, { ...keyed, signal: leaving.signal }).catch(
    () => undefined,
  );
  await expect.poll(() => upstream.calls.length).toBe(1);
  leaving.abort();
  await sent;
  const drained = gateway.app.drain();
  letDraw();
  await drained;
  expect(ledgerRows(gateway.dataDir)).toEqual([expect.objectContaining({ status: 'succeeded' })]);
  const next = await startGateway({ upstreamUrl: upstream.url, dataDir: gateway.dataDir });
  cleanups.push(() => next.close());
  expect((await generate(next, { prompt: 'a fox' }, keyed)).status).toBe(200);
  expect(upstream.calls).toHaveLength(1);
});
