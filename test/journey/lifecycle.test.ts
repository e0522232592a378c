import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type FakeCall,
  type FakeGemini,
  imageAnswer,
  sendJson,
  startFakeGemini,
  tinyPng,
} from '../support/fake-gemini.ts';
import {
  errorOf,
  field,
  file,
  generate,
  imagesOf,
  ledgerRows,
  rawConnection,
  rawForm,
  rawGeneration,
} from '../support/http.ts';
import { serveChild } from '../support/serve-child.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../support/start-gateway.ts';
import { noise } from '../support/test-pictures.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plantain-life-'));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function fakeUpstream(answer: Parameters<typeof startFakeGemini>[0]): Promise<FakeGemini> {
  const upstream = await startFakeGemini(answer);
  cleanups.push(() => upstream.close());
  return upstream;
}

async function gatewayTo(
  answer: Parameters<typeof startFakeGemini>[0],
  options: GatewayOptions & { readonly file?: string } = {},
): Promise<{ upstream: FakeGemini; gateway: Gateway }> {
  const upstream = await fakeUpstream(answer);
  const dataDir = await temporaryDirectory();
  if (options.file !== undefined) await writeFile(join(dataDir, 'plantain.yaml'), options.file);
  const gateway = await startGateway({ upstreamUrl: upstream.url, dataDir, ...options });
  cleanups.push(() => gateway.close());
  return { upstream, gateway };
}

const never = (): void => undefined;
const plain = (_call: FakeCall, response: ServerResponse): void => sendJson(response, imageAnswer());
const statuses = (dataDir: string): (string | null)[][] =>
  ledgerRows(dataDir).map((row) => [row.status, row.error_code]);

describe('stopping', () => {
  test('SIGTERM lets the order in flight finish, takes no new connections, and ends with 0', async () => {
    let answer: (() => void) | undefined;
    const upstream = await fakeUpstream((_call, response) => {
      answer = () => sendJson(response, imageAnswer());
    });
    const dataDir = await temporaryDirectory();
    const server = await serveChild({ upstreamUrl: upstream.url, dataDir });
    cleanups.push(() => server.close());
    const order = generate(server, { prompt: 'a fox' });
    await expect.poll(() => answer).toBeDefined();
    server.child.kill('SIGTERM');
    // A new connection is refused by the operating system as soon as the listener is closed.
    await expect
      .poll(() =>
        fetch(`${server.url}/healthz`).then(
          () => 'answered',
          () => 'refused',
        ),
      )
      .toBe('refused');
    answer?.();
    const response = await order;
    expect(response.status).toBe(200);
    expect((await imagesOf(response)).data).toEqual([{ b64_json: tinyPng }]);
    expect(await server.exited).toBe(0);
    expect(statuses(dataDir)).toEqual([['succeeded', null]]);
  }, 30_000);

  test('a stopping server is not ready any more, while it still answers and draws for those who do not know yet', async () => {
    const upstream = await fakeUpstream(plain);
    const server = await serveChild({
      upstreamUrl: upstream.url,
      env: { PLANTAIN_SHUTDOWN_DELAY_MS: '600000' },
    });
    cleanups.push(() => server.close());
    server.child.kill('SIGTERM');
    await expect
      .poll(async () => (await fetch(`${server.url}/readyz`)).status, { timeout: 15_000 })
      .toBe(503);
    const readiness = await fetch(`${server.url}/readyz`);
    expect(await readiness.json()).toMatchObject({ problems: ['the server is stopping'] });
    expect((await generate(server, { prompt: 'a fox' })).status).toBe(200);
  }, 30_000);

  test('the log and the terminal say that it stops, what for it waits, and that it has stopped', async () => {
    let answer: (() => void) | undefined;
    const upstream = await fakeUpstream((_call, response) => {
      answer = () => sendJson(response, imageAnswer());
    });
    const server = await serveChild({ upstreamUrl: upstream.url });
    cleanups.push(() => server.close());
    const order = generate(server, { prompt: 'a fox' });
    await expect.poll(() => answer, { timeout: 15_000 }).toBeDefined();
    server.child.kill('SIGTERM');
    await expect
      .poll(() => server.output(), { timeout: 15_000 })
      .toContain('plantain: stopping. 1 request in flight may finish, for at most 25 s. A second Ctrl-C');
    answer?.();
    await order;
    expect(await server.exited).toBe(0);
    const lines = server
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told.map(({ msg }) => msg)).toEqual([
      'started',
      'upstream accepts the key',
      'stopping',
      'order',
      'stopped',
    ]);
    expect(told[0]).toMatchObject({
      url: server.url,
      upstreams: ['gemini'],
      version: expect.any(String) as string,
    });
    expect(told[2]).toMatchObject({ requests: 1, graceMs: 25_000 });
  }, 30_000);

  test('an order that outlasts the grace time gets 503 server_stopping, and its row is closed', async () => {
    const { gateway, upstream } = await gatewayTo(never, { env: { PLANTAIN_SHUTDOWN_GRACE_MS: '200' } });
    const order = generate(gateway, { prompt: 'a fox' });
    await expect.poll(() => upstream.calls.length).toBe(1);
    const drained = gateway.app.drain();
    const response = await order;
    expect(response.status).toBe(503);
    expect(await errorOf(response)).toMatchObject({ code: 'server_is_overloaded', type: 'server_error' });
    await drained;
    await expect.poll(() => upstream.aborted()).toBe(1);
    expect(statuses(gateway.dataDir)).toEqual([['failed', 'server_stopping']]);
    cleanups.pop();
  });

  test('an order on a connection that is still open is refused in OpenAI’s shape while the server stops', async () => {
    let answer: (() => void) | undefined;
    const { gateway, upstream } = await gatewayTo((_call, response) => {
      answer = () => sendJson(response, imageAnswer());
    });
    const first = generate(gateway, { prompt: 'the first' });
    await expect.poll(() => upstream.calls.length).toBe(1);
    // The head of the second has been read when the server stops, and its body comes after.
    const request = rawGeneration(gateway, { prompt: 'the second' }, ['Expect: 100-continue']);
    const [head = '', body = ''] = request.split('\r\n\r\n');
    const connection = await rawConnection(gateway.url);
    connection.socket.write(`${head}\r\n\r\n`);
    await expect.poll(() => connection.text()).toMatch(/^HTTP\/1\.1 100 /);
    const drained = gateway.app.drain();
    connection.socket.write(body);
    await connection.closed;
    const [, , second = ''] = connection.text().split('HTTP/1.1 ');
    expect(second).toMatch(/^503 /);
    expect(second).toContain('"code":"server_is_overloaded"');
    expect(second).toContain('"type":"server_error"');
    expect(second.toLowerCase()).toContain('connection: close');
    answer?.();
    expect((await first).status).toBe(200);
    await drained;
    expect(upstream.calls).toHaveLength(1);
    expect(statuses(gateway.dataDir)).toEqual([['succeeded', null]]);
  });

  test.each([false, true])(
    'a client that leaves in the last moment does not leave its row open (stream: %s)',
    async (stream) => {
      const { gateway, upstream } = await gatewayTo(never);
      const connection = await rawConnection(gateway.url);
      connection.socket.write(rawGeneration(gateway, { prompt: 'a fox', n: 4, stream }));
      await expect.poll(() => upstream.calls.length).toBe(4);
      connection.socket.destroy();
      await gateway.app.drain();
      expect(statuses(gateway.dataDir)).toEqual([['canceled', 'client_closed']]);
    },
  );

  test('a second server on the same data directory is refused with one plain line', async () => {
    const { gateway } = await gatewayTo(plain);
    const refused = await serveChild({ dataDir: gateway.dataDir }).then(
      () => '',
      (error: unknown) => String(error),
    );
    const [, ...lines] = refused.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^(?:plantain: |error: )?Another Plantain server is running on the data directory .+\. Stop it, or give this one a directory of its own/i,
    );
    expect(refused).not.toMatch(/ended with 0/);
  });
});

describe('the deadline of an order', () => {
  // Asked once: a silent call is made again while there is time, after a pause by chance.
  const file = 'retry_unanswered: never\nmodels:\n  gemini-2.5-flash-image:\n    deadline_ms: { 1K: 300 }\n';

  test('is a 504, and the upstream call is given up', async () => {
    const { gateway, upstream } = await gatewayTo(never, { file });
    const response = await generate(gateway, { model: 'gemini-2.5-flash-image', prompt: 'a fox' });
    expect(response.status).toBe(504);
    expect(await errorOf(response)).toMatchObject({ code: 'upstream_timeout', type: 'server_error' });
    await expect.poll(() => upstream.aborted()).toBe(1);
    expect(upstream.calls).toHaveLength(1);
    expect(statuses(gateway.dataDir)).toEqual([['failed', 'upstream_timeout']]);
  });

  test('also ends an answer that trickles', async () => {
    const { gateway, upstream } = await gatewayTo(
      (_call, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const timer = setInterval(() => response.write(' '), 20);
        response.once('close', () => clearInterval(timer));
      },
      { file },
    );
    const response = await generate(gateway, { model: 'gemini-2.5-flash-image', prompt: 'a fox' });
    expect(response.status).toBe(504);
    await expect.poll(() => upstream.aborted()).toBe(1);
  });

  test('in a stream is an error event', async () => {
    const { gateway } = await gatewayTo(never, { file });
    const response = await generate(gateway, {
      model: 'gemini-2.5-flash-image',
      prompt: 'a fox',
      stream: true,
    });
    expect(await response.text()).toContain('"code":"upstream_timeout"');
  });
});

describe('a client that leaves', () => {
  const canceled = [['canceled', 'client_closed']];

  test('before its body is complete leaves no row and no call', async () => {
    const { gateway, upstream } = await gatewayTo(plain);
    const form = rawForm([file('image', await noise(64, 64)), field('prompt', 'a hat')]);
    for (const [path, type, body] of [
      ['generations', 'application/json', Buffer.from('{"prompt":"a fox"')],
      ['edits', 'application/json', Buffer.from('{"prompt":"a fox","image":"iVBORw0K')],
      ['edits', 'multipart/form-data; boundary=plantain-test', form.subarray(0, form.length - 40)],
    ] as const) {
      const connection = await rawConnection(gateway.url);
      connection.socket.write(
        `POST /v1/images/${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${gateway.key}\r\nContent-Type: ${type}\r\nContent-Length: 100000\r\n\r\n`,
      );
      await new Promise((sent) => connection.socket.write(body, sent));
      connection.socket.destroy();
    }
    // An order that comes after them sees a server at rest.
    expect((await generate(gateway, { prompt: 'a fox' })).status).toBe(200);
    expect(upstream.calls).toHaveLength(1);
    expect(statuses(gateway.dataDir)).toEqual([['succeeded', null]]);
  });

  test('while its picture is drawn ends the call and leaves one canceled row', async () => {
    const { gateway, upstream } = await gatewayTo(never);
    const connection = await rawConnection(gateway.url);
    connection.socket.write(rawGeneration(gateway, { prompt: 'a fox' }));
    await expect.poll(() => upstream.calls.length).toBe(1);
    connection.socket.destroy();
    await expect.poll(() => upstream.aborted()).toBe(1);
    await expect.poll(() => statuses(gateway.dataDir)).toEqual(canceled);
    // Leaving early must not be a way to draw for nothing.
    expect(ledgerRows(gateway.dataDir)[0]?.cost_micro_usd).toBeGreaterThan(0);
    expect(ledgerRows(gateway.dataDir)[0]?.usage_source).toBe('estimated');
  });

  test('while the answer of the upstream is arriving ends that too', async () => {
    const { gateway, upstream } = await gatewayTo((_call, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"candidates":[{"content":{"parts":[{"inlineData":{"data":"iVBORw0KGgo');
    });
    const connection = await rawConnection(gateway.url);
    connection.socket.write(rawGeneration(gateway, { prompt: 'a fox' }));
    // More than its own body is held from when the answer's head is here.
    await expect.poll(() => gateway.app.memory.heldBytes).toBeGreaterThan(1000);
    connection.socket.destroy();
    await expect.poll(() => upstream.aborted()).toBe(1);
    await expect.poll(() => statuses(gateway.dataDir)).toEqual(canceled);
  });

  test('ends all of its n pictures together', async () => {
    const { gateway, upstream } = await gatewayTo(never);
    const connection = await rawConnection(gateway.url);
    connection.socket.write(rawGeneration(gateway, { prompt: 'a fox', n: 4 }));
    await expect.poll(() => upstream.calls.length).toBe(4);
    connection.socket.destroy();
    await expect.poll(() => upstream.aborted()).toBe(4);
    await expect.poll(() => statuses(gateway.dataDir)).toEqual(canceled);
    expect(upstream.calls).toHaveLength(4);
  });

  test('while the next try is waited for is not asked for again', async () => {
    const { gateway, upstream } = await gatewayTo((_call, response) =>
      sendJson(
        response,
        {
          error: {
            code: 429,
            status: 'RESOURCE_EXHAUSTED',
            message: 'slow down',
            details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '3s' }],
          },
        },
        429,
      ),
    );
    const connection = await rawConnection(gateway.url);
    connection.socket.write(rawGeneration(gateway, { prompt: 'a fox' }));
    await expect.poll(() => upstream.calls.length).toBe(1);
    connection.socket.destroy();
    await expect.poll(() => statuses(gateway.dataDir)).toEqual(canceled);
    expect(upstream.calls).toHaveLength(1);
  });

  test('one that does not read while others wait for memory is given up; its row says it was drawn', async () => {
    const picture = Buffer.concat([Buffer.from(tinyPng, 'base64'), Buffer.alloc(24 * 1024 * 1024)]);
    const { gateway, upstream } = await gatewayTo(
      (_call, response) => sendJson(response, imageAnswer(picture.toString('base64'))),
      // Two such answers do not fit: the second is only read when the first is given up.
      {
        env: {
          PLANTAIN_LIMITS_MAX_HELD_BYTES: '16MiB',
          PLANTAIN_LIMITS_MAX_UPSTREAM_ANSWER_BYTES: '64MiB',
          PLANTAIN_LIMITS_STALLED_CLIENT_MS: '1s',
        },
      },
    );
    const connection = await rawConnection(gateway.url);
    connection.socket.once('data', () => connection.socket.pause());
    connection.socket.write(rawGeneration(gateway, { prompt: 'a fox' }));
    await expect.poll(() => connection.text().length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(connection.text()).toMatch(/^HTTP\/1\.1 200 /);
    await expect.poll(() => statuses(gateway.dataDir)).toEqual([['succeeded', null]]);
    expect((await generate(gateway, { prompt: 'a fox' })).status).toBe(200);
    connection.socket.resume();
    await connection.closed;
    expect(connection.text().length).toBeLessThan(picture.length);
    expect(upstream.calls).toHaveLength(2);
    expect(statuses(gateway.dataDir)).toEqual([
      ['succeeded', null],
      ['succeeded', null],
    ]);
  });
});

describe('orders in flight', () => {
  test('beyond limits.max_orders_in_flight are 429 with retry-after, cost nothing and leave no row', async () => {
    const answers: (() => void)[] = [];
    const { gateway, upstream } = await gatewayTo(
      (_call, response) => {
        answers.push(() => sendJson(response, imageAnswer()));
      },
      { env: { PLANTAIN_LIMITS_MAX_ORDERS_IN_FLIGHT: '2' } },
    );
    const orders = [generate(gateway, { prompt: 'one' }), generate(gateway, { prompt: 'two' })];
    await expect.poll(() => upstream.calls.length).toBe(2);
    const refused = await generate(gateway, { prompt: 'three' });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.headers.get('x-should-retry')).toBeNull();
    expect(await errorOf(refused)).toMatchObject({ type: 'rate_limit_error', code: 'rate_limit_exceeded' });
    expect(ledgerRows(gateway.dataDir)).toHaveLength(2);
    for (const answer of answers) answer();
    for (const order of orders) expect((await order).status).toBe(200);
    // Room again, at once.
    const later = generate(gateway, { prompt: 'four' });
    await expect.poll(() => answers.length).toBe(3);
    answers[2]?.();
    expect((await later).status).toBe(200);
    expect(ledgerRows(gateway.dataDir).map((row) => row.status)).toEqual([
      'succeeded',
      'succeeded',
      'succeeded',
    ]);
  });
});

describe('models of the operator', () => {
  const gone = (call: FakeCall, response: ServerResponse): void => {
    if (!call.url.includes('/gemini-2.5-flash-image:')) {
      sendJson(response, imageAnswer());
      return;
    }
    const message = 'This model is no longer available.';
    sendJson(response, { error: { code: 404, status: 'NOT_FOUND', message } }, 404);
  };

  test('allow_successors: a retired model’s successor draws, is reported and is priced', async () => {
    const { gateway, upstream } = await gatewayTo(gone, { env: { PLANTAIN_ALLOW_SUCCESSORS: 'true' } });
    const response = await generate(gateway, { model: 'gemini-2.5-flash-image', prompt: 'a fox' });
    expect(response.status).toBe(200);
    expect(upstream.calls.map((call) => call.url.split(/[/:]/).at(-2))).toEqual([
      'gemini-2.5-flash-image',
      'gemini-nano-banana-2.1',
    ]);
    expect(response.headers.get('plantain-adapted')).toContain(
      'model;action=mapped;from="gemini-2.5-flash-image";to="gemini-nano-banana-2.1";reason=retired',
    );
    // 10 prompt tokens at $1.50 and 1290 picture tokens at $30 a million: the prices of the model that drew.
    expect(response.headers.get('plantain-cost-micro-usd')).toBe('38715');
  });

  test('without it a retired model is a 404 that names the successor', async () => {
    const { gateway, upstream } = await gatewayTo(gone);
    const response = await generate(gateway, { model: 'gemini-2.5-flash-image', prompt: 'a fox' });
    expect(response.status).toBe(404);
    expect(await errorOf(response)).toMatchObject({
      code: 'model_not_found',
      param: 'model',
      message: expect.stringContaining("Use 'gemini-nano-banana-2.1' instead") as string,
    });
    expect(upstream.calls).toHaveLength(1);
  });

  test('a model and an alias from plantain.yaml work like those that are shipped', async () => {
    const { gateway, upstream } = await gatewayTo(plain, {
      file: [
        'models:',
        '  gemini-next-image:',
        '    extends: gemini-3-pro-image',
        '    micro_usd_per_million_tokens: { input: 1000000, text_output: 2000000, image_output: 3000000 }',
        'aliases:',
        '  painter: gemini-next-image',
        'default_model: painter',
        '',
      ].join('\n'),
    });
    for (const model of ['gemini-next-image', 'painter', 'painter-16x9-2k', undefined]) {
      const response = await generate(gateway, { prompt: 'a fox', ...(model !== undefined && { model }) });
      expect(response.status).toBe(200);
      expect(upstream.calls.at(-1)?.url).toContain('/gemini-next-image:generateContent');
      expect(response.headers.get('plantain-cost-micro-usd')).toBe('3880');
    }
    expect(upstream.calls[2]?.body['generationConfig']).toMatchObject({
      imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
    });
    const models = await fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${gateway.key}` },
    });
    const ids = ((await models.json()) as { data: { id: string }[] }).data.map((model) => model.id);
    expect(ids).toEqual(expect.arrayContaining(['gemini-next-image', 'painter']));
  });
});
