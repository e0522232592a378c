import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultModelId } from '../../src/journey/catalogue-model.ts';
import { type FakeGemini, imageAnswer, sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import { field, file, generate, ledgerRows, postForm, postJson } from '../support/http.ts';
import { type ServeChild, serveChild } from '../support/serve-child.ts';
import { testKey, upstreamKey } from '../support/start-gateway.ts';
import { maskWithHole, noise } from '../support/test-pictures.ts';

const prompt = 'a zebra-7431 in the hall of mirrors';
const wrongKey = `sk-${'Wrong'.repeat(9)}abc`;
const project = 'projects/123456789012';
const headerValue = 'a header of the operator';

type Answer = (response: ServerResponse) => void;
const googleError =
  (status: number, rpc: string, message: string, details: readonly object[] = []): Answer =>
  (response) =>
    sendJson(response, { error: { code: status, status: rpc, message, details } }, status);
const refusal =
  (body: object): Answer =>
  (response) =>
    sendJson(response, body);

/** What an upstream might say in each way of failing, as indiscreet as it can be. */
const failures: Readonly<Record<string, readonly [Answer, number]>> = {
  'a bad key': [
    googleError(400, 'INVALID_ARGUMENT', `API key not valid: ${upstreamKey}`, [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' },
    ]),
    502,
  ],
  'a key without rights': [
    googleError(403, 'PERMISSION_DENIED', `${upstreamKey} of ${project} at http://10.1.2.3/x is blocked`),
    502,
  ],
  'an unauthenticated call': [googleError(401, 'UNAUTHENTICATED', `Bearer ${upstreamKey}`), 502],
  'a refused value': [
    googleError(400, 'INVALID_ARGUMENT', `Cannot draw '${prompt}' for ${project} with key=${upstreamKey}`),
    400,
  ],
  'a refused value, with all that was sent': [
    (response) => {
      const { req } = response;
      const sent = Object.entries(req.headers).map(([name, value]) => `${name}=${String(value)}`);
      googleError(400, 'INVALID_ARGUMENT', `Cannot take ${sent.join(' ')}`)(response);
    },
    400,
  ],
  'a refused value, cut within what was sent': [
    googleError(400, 'INVALID_ARGUMENT', `${'much '.repeat(60)} ${headerValue} ${'more '.repeat(60)}`),
    400,
  ],
  'a model that is gone': [googleError(404, 'NOT_FOUND', `models/x of ${project}: ${prompt}`), 404],
  'a limit': [
    googleError(
      429,
      'RESOURCE_EXHAUSTED',
      `Quota of ${project} for ${upstreamKey}, ${prompt}. Please retry in 90s.`,
    ),
    429,
  ],
  'used-up credits': [
    googleError(429, 'RESOURCE_EXHAUSTED', `Prepayment credits of ${project} are depleted: ${upstreamKey}`),
    429,
  ],
  'an internal error': [
    googleError(500, 'INTERNAL', `trace /srv/google/draw.cc:12 ${upstreamKey} ${prompt}`),
    502,
  ],
  'an overload': [googleError(503, 'UNAVAILABLE', `backend 10.1.2.3:8443 ${prompt}`), 503],
  'a proxy’s page': [
    (response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end(`<html>upstream http://10.1.2.3:8443 key ${upstreamKey} ${prompt}</html>`);
    },
    502,
  ],
  'an answer that is no JSON': [
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`{"candidates": ${prompt} ${upstreamKey}`);
    },
    502,
  ],
  'a cut answer': [
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '9000' });
      response.write(`{"text":"${prompt} ${upstreamKey}`, () => response.destroy());
    },
    502,
  ],
  'a reset': [(response) => void (response.socket as IncomingMessage['socket']).resetAndDestroy(), 502],
  'an error inside a 200': [
    refusal({ error: { code: 503, status: 'UNAVAILABLE', message: upstreamKey } }),
    503,
  ],
  'a refused prompt': [refusal({ promptFeedback: { blockReason: 'SAFETY' } }), 400],
  'a refused picture': [refusal({ candidates: [{ finishReason: 'IMAGE_SAFETY', content: {} }] }), 400],
  'no picture': [refusal({ candidates: [{ finishReason: 'NO_IMAGE' }] }), 400],
  'a picture that is none': [refusal(imageAnswer('bm90IGEgcGljdHVyZQ==')), 502],
};

/** Each failure has an upstream and a model of its own, since one that failed is not asked by every order. */
const modelOf = (name: string): string => `model-${Object.keys(failures).indexOf(name)}`;

function configuration(upstreamUrl: string): string {
  const models = Object.keys(failures).map(modelOf);
  const entry = (name: string, model: string) => ({
    name,
    kind: 'gemini',
    api_key: upstreamKey,
    headers: { 'x-team': headerValue },
    base_url: upstreamUrl,
    models: [model],
  });
  return JSON.stringify({
    models: Object.fromEntries(models.map((model) => [model, { extends: defaultModelId }])),
    upstreams: [entry('main', defaultModelId), ...models.map((model) => entry(`of-${model}`, model))],
  });
}

let current: Answer = (response) => sendJson(response, imageAnswer());
let upstream: FakeGemini;
let server: ServeChild;
let directory = '';

beforeAll(async () => {
  upstream = await startFakeGemini((_call, response) => current(response));
  directory = await mkdtemp(join(tmpdir(), 'plantain-secrets-'));
  const file = join(directory, 'plantain.yaml');
  await writeFile(file, configuration(upstream.url));
  server = await serveChild({
    upstreamUrl: upstream.url,
    env: {
      PLANTAIN_CONFIG: file,
      PLANTAIN_LOG_LEVEL: 'trace',
      PLANTAIN_LOG_FORMAT: 'json',
      PLANTAIN_LIMITS_UPSTREAM_TRIES: '1',
    },
  });
});
afterAll(async () => {
  await server.close();
  await upstream.close();
  await rm(directory, { recursive: true });
});

/** Status line, headers and body, as one text. */
async function everythingOf(response: Response): Promise<string> {
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
  return [`${response.status} ${response.statusText}`, ...headers, '', await response.text()].join('\n');
}

function expectDiscreet(text: string): void {
  expect(text).not.toContain(upstreamKey);
  expect(text).not.toContain(headerValue.slice(0, 8));
  expect(text).not.toContain(testKey);
  expect(text).not.toContain(wrongKey);
  expect(text).not.toContain('123456789012');
}

/** What callers must not see: what only an operator is to know. */
function expectNothingOfTheInside(text: string): void {
  const { host, port } = new URL(upstream.url);
  for (const inside of [
    host,
    `:${port}`,
    '10.1.2.3',
    server.dataDir,
    'node_modules',
    'src/',
    '.ts:',
    '/srv/',
  ])
    expect(text).not.toContain(inside);
}

describe('neither keys, nor what is inside, appear in an answer, and neither keys nor prompts in the log', () => {
  test.each(Object.entries(failures))('%s', async (_name, [answer, status]) => {
    current = answer;
    for (const stream of [false, true]) {
      const response = await generate(server, { prompt, stream, model: modelOf(_name) });
      expect(response.status).toBe(stream ? 200 : status);
      const text = await everythingOf(response);
      expectDiscreet(text);
      // A refused value may quote the caller's own words back to the caller.
      if (_name !== 'a refused value') expect(text).not.toContain('zebra-7431');
      expectNothingOfTheInside(text);
    }
    const path = `/v1beta/models/${modelOf(_name)}:generateContent`;
    const text = await everythingOf(
      await postJson(server, path, { contents: [{ parts: [{ text: prompt }] }] }),
    );
    expectDiscreet(text);
    expectNothingOfTheInside(text);
  });

  test('a good order, as base64, as a link and as a stream', async () => {
    current = (response) => sendJson(response, imageAnswer());
    for (const more of [{}, { response_format: 'url' }, { stream: true }, { output_format: 'webp' }]) {
      const text = await everythingOf(await generate(server, { prompt, user: 'somebody', ...more }));
      expectDiscreet(text);
      expect(text).not.toContain('zebra-7431');
    }
  });

  test('refusals before an upstream is asked', async () => {
    const picture = file('image', await noise(16, 16));
    const responses = [
      await generate({ url: server.url, key: wrongKey }, { prompt }),
      await generate(server, { prompt, n: 99 }),
      await generate(server, { prompt, model: 'nothing' }),
      await generate(server, `{"prompt": "${prompt}"`),
      await postForm(server, [
        picture,
        field('prompt', prompt),
        file('mask', await maskWithHole(8, 8, undefined)),
      ]),
      await postForm(server, [field('image', 'http://10.1.2.3/x.png'), field('prompt', prompt)]),
      await fetch(`${server.url}/v1/nothing?key=${testKey}`),
    ];
    for (const response of responses) {
      expect(response.status).toBeGreaterThanOrEqual(400);
      const text = await everythingOf(response);
      expectDiscreet(text);
      expect(text).not.toContain('zebra-7431');
      expectNothingOfTheInside(text);
    }
  });

  test('a fault of Plantain’s own: pictures cannot be stored', async () => {
    await writeFile(join(server.dataDir, 'images'), 'not a folder').catch(() => undefined);
    await rm(join(server.dataDir, 'images'), { recursive: true, force: true });
    await writeFile(join(server.dataDir, 'images'), 'not a folder');
    current = (response) => sendJson(response, imageAnswer());
    const response = await generate(server, { prompt, response_format: 'url' });
    expect(response.status).toBeGreaterThanOrEqual(500);
    const text = await everythingOf(response);
    expectDiscreet(text);
    expectNothingOfTheInside(text);
    expect(text).not.toContain('zebra-7431');
    await rm(join(server.dataDir, 'images'));
  });

  test('the upstream gets its key in x-goog-api-key alone, and nothing of the caller’s', () => {
    expect(upstream.calls.length).toBeGreaterThan(Object.keys(failures).length);
    for (const call of upstream.calls) {
      expect(call.headers['x-goog-api-key']).toBe(upstreamKey);
      const { 'x-goog-api-key': _, ...others } = call.headers;
      const rest = JSON.stringify([call.url, others, call.body]);
      expect(rest).not.toContain(upstreamKey);
      expect(rest).not.toContain(testKey);
      expect(rest).not.toContain('somebody');
    }
  });

  test('an upstream that is gone', async () => {
    const { url } = upstream;
    await upstream.close();
    const response = await generate(server, { prompt });
    expect(response.status).toBe(503);
    const text = await everythingOf(response);
    expectDiscreet(text);
    expect(text).not.toContain(new URL(url).port);
    expect(text).not.toContain('ECONNREFUSED');
    upstream = await startFakeGemini((_call, answer) => current(answer));
  });

  test('the log of all that has one line for each order and holds neither keys nor the prompt', async () => {
    const orderLines = () =>
      server
        .output()
        .split('\n')
        .filter((line) => line.includes('"msg":"order"'));
    // The last line may still be in the pipe when its answer is here.
    await expect.poll(() => orderLines().length).toBe(ledgerRows(server.dataDir).length);
    const log = server.output();
    expectDiscreet(log);
    expect(log).not.toContain('zebra-7431');
    expect(log).not.toContain('somebody');
  });
});
