import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApiKey } from '../../src/access/manage-keys.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openDatabase } from '../../src/store/sql/open-database.ts';
import { SqlApiKeyStore } from '../../src/store/sql/sql-api-key-store.ts';
import { SqlLedger } from '../../src/store/sql/sql-ledger.ts';
import {
  type FakeCall,
  type FakeGemini,
  imageAnswer,
  sendJson,
  startFakeGemini,
  tinyPng,
} from '../support/fake-gemini.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

/** What holds on Gemini's own route, against upstreams that answer as they are told: two of them, one preferred. */

type Reply = (call: FakeCall, response: ServerResponse) => void;
const model = 'gemini-nano-banana-2.1';
const draw: Reply = (_call, response) => sendJson(response, imageAnswer());
const prompt = { contents: [{ parts: [{ text: 'a red fox' }] }] };

let first: FakeGemini;
let second: FakeGemini;
let replies: { first: Reply; second: Reply };
let gateway: Gateway;
let dataDir: string;
let otherKey: string;
let ledger: SqlLedger;
let database: ReturnType<typeof openDatabase>;

beforeAll(async () => {
  first = await startFakeGemini((call, response) => replies.first(call, response));
  second = await startFakeGemini((call, response) => replies.second(call, response));
  dataDir = await mkdtemp(join(tmpdir(), 'plantain-native-'));
  await writeFile(
    join(dataDir, 'plantain.yaml'),
    `upstreams:
  - { name: first, kind: gemini, base_url: "${first.url}", api_key: AIzaFirstFirstFirstFirst, priority: 1 }
  - { name: second, kind: gemini, base_url: "${second.url}", api_key: AIzaSecondSecondSecond }
native:
  tools: [googleSearch]
  service_tiers: [standard, flex]
`,
  );
  gateway = await startGateway({ dataDir });
  database = openDatabase(join(dataDir, 'plantain.db'));
  ledger = new SqlLedger(database.db);
  otherKey = (await createApiKey(new SqlApiKeyStore(database.db), systemClock, { name: 'other' })).key;
});
beforeEach(() => {
  first.calls.length = 0;
  second.calls.length = 0;
  replies = { first: draw, second: draw };
});
afterAll(async () => {
  await gateway.close();
  await database.close();
  await first.close();
  await second.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface Asked {
  readonly path?: string;
  readonly key?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function ask(
  body: unknown,
  { path, key = gateway.key, method = 'POST', headers }: Asked = {},
): Promise<Response> {
  return fetch(`${gateway.url}${path ?? `/v1beta/models/${model}:generateContent`}`, {
    method,
    headers: { 'x-goog-api-key': key, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function errorOf(response: Promise<Response>) {
  const { status, headers, ...rest } = await response.then(async (answer) => ({
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as {
      error: { code: number; status: string; message: string; details?: object[] };
    },
  }));
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(rest.body.error.code).toBe(status);
  return rest.body.error;
}

async function rowOf(response: Response) {
  await response.arrayBuffer();
  const row = await ledger.find(response.headers.get('x-request-id') ?? '');
  if (row === undefined) throw new Error('no row');
  return row;
}

async function upload(name: string | undefined, key = gateway.key, bytes = Buffer.from(tinyPng, 'base64')) {
  const started = await ask(
    { file: { displayName: 'up', mimeType: 'image/png', ...(name && { name: `files/${name}` }) } },
    {
      path: '/upload/v1beta/files',
      key,
      headers: {
        'x-goog-upload-protocol': 'resumable',
        'x-goog-upload-command': 'start',
        'x-goog-upload-header-content-type': 'image/png',
      },
    },
  );
  const url = started.headers.get('x-goog-upload-url') ?? '';
  if (url === '') return { started, url };
  const sent = await fetch(url, {
    method: 'POST',
    headers: { 'x-goog-upload-command': 'upload, finalize', 'x-goog-upload-offset': '0' },
    body: bytes,
  });
  const { file } = (await sent.json()) as { file: { name: string; uri: string } };
  return { started, url, sent, file };
}

describe('keys', () => {
  test("the caller's key never reaches the upstream, the upstream's never the caller", async () => {
    for (const asked of [
      {},
      {
        path: `/v1beta/models/${model}:generateContent?key=${gateway.key}`,
        headers: { 'x-goog-api-key': '' },
      },
      { headers: { 'x-goog-api-key': '', authorization: `Bearer ${gateway.key}` } },
    ]) {
      const answer = await ask(prompt, asked);
      expect(answer.status).toBe(200);
      const text = JSON.stringify([...answer.headers]) + (await answer.text());
      expect(text).not.toContain('AIza');
    }
    expect(first.calls).toHaveLength(3);
    for (const { url, headers } of first.calls) {
      expect(headers['x-goog-api-key']).toBe('AIzaFirstFirstFirstFirst');
      expect(JSON.stringify([url, headers])).not.toContain('sk-');
    }
  });

  test('a key that is wrong and one that is missing are told as Google tells them', async () => {
    expect(await errorOf(ask(prompt, { key: 'AIzaSomebodyElse' }))).toMatchObject({
      code: 400,
      status: 'INVALID_ARGUMENT',
      details: [{ reason: 'API_KEY_INVALID' }, {}],
    });
    expect(await errorOf(ask(prompt, { key: '' }))).toMatchObject({ code: 403, status: 'PERMISSION_DENIED' });
    expect(first.calls).toHaveLength(0);
  });
});

describe('paths', () => {
  const spellings = [
    `/v1/models/${model}:generateContent`,
    `/v1alpha/models/${model}:generateContent`,
    `/v1beta/v1beta/models/${model}:generateContent`,
    `/v1/v1beta/models/${model}:generateContent`,
    `//v1beta//models/${model}:generateContent`,
    `/v1beta/models/${model}%3AgenerateContent`,
    `/v1/projects/p/locations/global/publishers/google/models/${model}:generateContent`,
    `/v1beta1/publishers/google/models/${model}:generateContent`,
  ];
  test.each(spellings)('gemini-balance#154, cline#3901: %s draws', async (path) => {
    expect((await ask(prompt, { path })).status).toBe(200);
    expect(first.calls[0]?.url).toBe(`/v1beta/models/${model}:generateContent`);
  });

  test.each([
    '/v1beta/interactions',
    '/v1/interactions',
    '/v1beta/cachedContents',
    '/v1beta/tunedModels/x:generateContent',
    '/ws/x',
  ])("%s is not there, in Google's frame", async (path) => {
    expect(await errorOf(ask({}, { path }))).toMatchObject({ code: 404, status: 'NOT_FOUND' });
  });

  test('GET /v1/models is the list of the API whose client asks', async () => {
    const openAi = await fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${gateway.key}` },
    });
    expect(await openAi.json()).toMatchObject({ object: 'list' });
    expect(await (await ask(undefined, { path: '/v1/models', method: 'GET' })).json()).toMatchObject({
      models: [{ name: expect.stringMatching(/^models\//) }, {}, {}, {}, {}],
    });
    const byQuery = await fetch(`${gateway.url}/v1/models/${model}?key=${gateway.key}`);
    expect(await byQuery.json()).toMatchObject({ name: `models/${model}` });
  });

  test('pages of the list join without gap or double', async () => {
    const names: string[] = [];
    let token = '';
    do {
      const answer = await ask(undefined, {
        path: `/v1beta/models?pageSize=2&pageToken=${token}`,
        method: 'GET',
      });
      const page = (await answer.json()) as { models: { name: string }[]; nextPageToken?: string };
      names.push(...page.models.map(({ name }) => name));
      token = page.nextPageToken ?? '';
    } while (token !== '');
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain(`models/${model}`);
  });
});

describe('requests', () => {
  test('gemini-balance#45, CLIProxyAPI#17: nulls are absent, a role is given, snake_case is understood', async () => {
    const answer = await ask({
      system_instruction: null,
      contents: [{ parts: [{ inline_data: { mime_type: 'image/png', data: tinyPng } }, { text: 'blue' }] }],
      generation_config: { response_mime_type: null, candidate_count: 1, stop_sequences: [] },
      safety_settings: [],
    });
    expect(answer.status).toBe(200);
    expect(first.calls[0]?.body).toEqual({
      contents: [
        {
          parts: [{ inline_data: { mime_type: 'image/png', data: tinyPng } }, { text: 'blue' }],
          role: 'user',
        },
      ],
      generation_config: { candidate_count: 1, stop_sequences: [] },
      safety_settings: [],
    });
    expect((await rowOf(answer)).operation).toBe('native_generate');
  });

  test.each([
    [{ ...prompt, generationConfig: { candidateCount: 2 } }, 'Multiple candidates'],
    [{ ...prompt, tools: [{ codeExecution: {} }] }, "'codeExecution' is not allowed"],
    [{ ...prompt, tools: [{ google_search: {}, url_context: {} }] }, "'url_context' is not allowed"],
    [{ ...prompt, serviceTier: 'priority' }, "'priority' is not allowed"],
    [{ ...prompt, cachedContent: 'cachedContents/x' }, "'cachedContent' cannot be used"],
    [{ ...prompt, labels: { team: 'x' } }, "'labels' cannot be used"],
    [{ ...prompt, store: true }, "'store' cannot be used"],
    [
      { ...prompt, generationConfig: { outputConfig: { outputUriPrefix: 'gs://x' } } },
      "'outputConfig' cannot",
    ],
    [{ ...prompt, negativePrompt: 'x' }, 'Unknown name "negativePrompt"'],
    [{ contents: [{ parts: [{ fileData: { fileUri: 'gs://b/x.png' } }] }] }, "operator's rights"],
    [
      { contents: [{ parts: [{ fileData: { fileUri: 'https://a.example/x.png' } }] }] },
      'native.remote_files',
    ],
    [
      { contents: [{ parts: [{ functionResponse: { parts: [{ file_data: { file_uri: 'gs://b/x' } }] } }] }] },
      "operator's rights",
    ],
    [
      { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: '!' } }] }] },
      'Base64 decoding failed',
    ],
    [{ contents: [], Contents: [] }, 'Unknown name'],
    [{ ...prompt, generation_config: {}, generationConfig: {} }, 'one field'],
    ['{', 'JSON'],
    ['[]', 'JSON object'],
  ])('%j is refused before anything is asked', async (body, words) => {
    const error = await errorOf(ask(body));
    expect(error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
    expect(error.message).toContain(words);
    expect(first.calls).toHaveLength(0);
  });

  test('empty values of the same fields are let through', async () => {
    const body = { ...prompt, store: false, labels: {}, cachedContent: '', serviceTier: 'flex', tools: [] };
    expect((await ask(body)).status).toBe(200);
    expect(Object.keys(first.calls[0]?.body ?? {})).toEqual(['contents', 'serviceTier', 'tools']);
  });

  test('Gemini CLI is told that it cannot show pictures, before it pays for four', async () => {
    const path = `/v1beta/models/${model}:streamGenerateContent?alt=sse`;
    const error = await errorOf(
      ask(prompt, { path, headers: { 'user-agent': `GeminiCLI-tui/0.61.0/${model}` } }),
    );
    expect(error.message).toContain('Gemini CLI cannot show pictures');
  });
});

describe('answers', () => {
  test('come as the bytes that the upstream sent, signatures and unknown fields with them', async () => {
    const text = `{ "candidates" : [ {"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"${tinyPng}"},"thoughtSignature":"c2ln"}]},"finishReason":"STOP"} ],\r\n"newField":1e400 ,"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":1290,"totalTokenCount":1300}}\n`;
    replies.first = (_call, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-gemini-service-tier': 'standard' });
      response.end(text);
    };
    const answer = await ask(prompt);
    expect(await answer.text()).toBe(text);
    expect(answer.headers.get('x-gemini-service-tier')).toBe('standard');
    expect(answer.headers.get('plantain-upstream')).toBe('first');
  });

  test('new-api#3426, litellm#13732: a mixed answer is priced by kind, and its row says so', async () => {
    replies.first = (_call, response) =>
      sendJson(response, {
        ...imageAnswer(),
        usageMetadata: {
          promptTokenCount: 100,
          candidatesTokenCount: 1420,
          thoughtsTokenCount: 200,
          totalTokenCount: 1720,
          promptTokensDetails: [{ modality: 'TEXT', tokenCount: 100 }],
          candidatesTokensDetails: [
            { modality: 'TEXT', tokenCount: 300 },
            { modality: 'IMAGE', tokenCount: 1120 },
          ],
        },
      });
    const answer = await ask(prompt);
    // 100 at 1.50, 1120 at 30, 500 of text and thinking at 7.50 USD a million.
    const cost = 150 + 33_600 + 3750;
    expect(answer.headers.get('plantain-cost-micro-usd')).toBe(String(cost));
    expect(await rowOf(answer)).toMatchObject({
      status: 'succeeded',
      costMicroUsd: cost,
      usageSource: 'upstream',
      outputImageTokens: 1120,
      imagesDelivered: 1,
      attempts: 1,
    });
  });

  test('the tier that was served and the searches that were made are charged', async () => {
    replies.first = (_call, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-gemini-service-tier': 'flex' });
      const answer = imageAnswer();
      const [candidate] = answer.candidates;
      response.end(
        JSON.stringify({
          ...answer,
          candidates: [{ ...candidate, groundingMetadata: { webSearchQueries: ['a', 'b'] } }],
        }),
      );
    };
    const answer = await ask({ ...prompt, tools: [{ googleSearch: {} }], serviceTier: 'flex' });
    expect((await rowOf(answer)).costMicroUsd).toBe(Math.round((15 + 1290 * 30) / 2) + 28_000);
  });

  test('refusals and words are passed on with 200, and booked as what they are', async () => {
    const refusal = {
      candidates: [{ content: {}, finishReason: 'IMAGE_SAFETY', index: 0 }],
      usageMetadata: { promptTokenCount: 10, thoughtsTokenCount: 50, totalTokenCount: 60 },
    };
    replies.first = (_call, response) => sendJson(response, refusal);
    const answer = await ask(prompt);
    expect(answer.status).toBe(200);
    expect(await answer.clone().json()).toEqual(refusal);
    expect(await rowOf(answer)).toMatchObject({
      status: 'refused',
      errorCode: 'moderation_blocked',
      costMicroUsd: 15 + 375,
      imagesDelivered: 0,
    });
  });

  test('no reservation is passed, whatever the upstream counts', async () => {
    replies.first = (_call, response) =>
      sendJson(response, {
        ...imageAnswer(),
        usageMetadata: {
          promptTokenCount: 100,
          candidatesTokenCount: 32_000,
          totalTokenCount: 32_100,
          candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 32_000 }],
        },
      });
    const row = await rowOf(await ask(prompt));
    expect(row.costMicroUsd).toBeLessThanOrEqual(row.reservedMicroUsd);
  });

  test('counting is free: nothing stands in the books', async () => {
    replies.first = (_call, response) => sendJson(response, { totalTokens: 3 });
    const answer = await ask(prompt, { path: `/v1beta/models/${model}:countTokens` });
    expect(await answer.json()).toEqual({ totalTokens: 3 });
    expect(await ledger.find(answer.headers.get('x-request-id') ?? '')).toBeUndefined();
    const inner = { generateContentRequest: { model: 'models/nano-banana', ...prompt } };
    await ask(inner, { path: `/v1beta/models/${model}:countTokens` });
    expect(first.calls[1]?.body).toMatchObject({ generateContentRequest: { model: `models/${model}` } });
  });
});

describe('another upstream', () => {
  const cut: Reply = (_call, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
    response.write('{"candidates": [');
    setImmediate(() => response.destroy());
  };
  const overloaded: Reply = (_call, response) =>
    sendJson(response, { error: { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' } }, 503);

  test.each([
    ['a body that breaks off', cut],
    ['no capacity', overloaded],
  ])('is asked after %s, and both calls are booked', async (_title, reply) => {
    replies.first = reply;
    const answer = await ask(prompt);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('plantain-upstream')).toBe('second');
    const row = await rowOf(answer);
    expect((await ledger.attempts(row.id)).map(({ upstream }) => upstream)).toEqual(['first', 'second']);
  });

  test('what the upstream says of a request is told in its own words, at once', async () => {
    const message = 'Aspect ratio 1:4 is not supported for this model';
    const refuse: Reply = (_call, response) =>
      sendJson(response, { error: { code: 400, message, status: 'INVALID_ARGUMENT' } }, 400);
    replies = { first: refuse, second: refuse };
    expect(await errorOf(ask(prompt))).toMatchObject({ code: 400, message });
    expect(first.calls.length + second.calls.length).toBe(1);
  });
});

describe('streams', () => {
  const path = `/v1beta/models/${model}:streamGenerateContent?alt=sse`;
  const frame = (document: unknown): string => `data: ${JSON.stringify(document)}\r\n\r\n`;
  const text = frame({ candidates: [{ content: { parts: [{ text: 'Here' }], role: 'model' } }] });

  const streaming =
    (...frames: string[]): Reply =>
    (_call, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const one of frames) response.write(one);
      response.end();
    };

  test('are passed on as they are, and the last count is the price', async () => {
    const early = { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 };
    const frames = [frame({ candidates: [], usageMetadata: early }), text, frame(imageAnswer())];
    replies = { first: streaming(...frames), second: streaming(...frames) };
    const answer = await ask(prompt, { path });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(await answer.clone().text()).toBe(frames.join(''));
    expect(await rowOf(answer)).toMatchObject({ status: 'succeeded', costMicroUsd: 15 + 1290 * 30 });
  });

  test('end with one error frame when they break off after the first byte, and are booked', async () => {
    const breaking: Reply = (_call, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(text, () => setTimeout(() => response.destroy(), 20));
    };
    replies = { first: breaking, second: breaking };
    const answer = await ask(prompt, { path });
    const [head, last, rest] = (await answer.clone().text()).split('\r\n\r\n');
    expect(`${head}\r\n\r\n`).toBe(text);
    expect(JSON.parse(last?.slice('data: '.length) ?? '')).toMatchObject({
      error: { code: 502, status: 'INTERNAL' },
    });
    expect(rest).toBe('');
    expect(await rowOf(answer)).toMatchObject({ status: 'failed', attempts: 1 });
  });

  test('pass on no half of an event, and end well when they break off behind a whole picture', async () => {
    const breaking =
      (...pieces: string[]): Reply =>
      (_call, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(pieces.join(''), () => setTimeout(() => response.destroy(), 20));
      };
    const picture = frame(imageAnswer());
    replies = { first: breaking(text, picture.slice(0, 100)), second: draw };
    const events = (await (await ask(prompt, { path })).text()).split('\r\n\r\n');
    expect(
      events.filter((event) => event !== '').map((event) => Object.keys(JSON.parse(event.slice(6)))),
    ).toEqual([['candidates'], ['error']]);
    replies = { first: breaking(text, picture), second: breaking(text, picture) };
    const answer = await ask(prompt, { path });
    expect(await answer.clone().text()).toBe(text + picture);
    expect(await rowOf(answer)).toMatchObject({ status: 'succeeded', imagesDelivered: 1 });
  });

  test('ask another upstream while nothing was sent, and tell errors as JSON', async () => {
    const failing: Reply = (_call, response) =>
      sendJson(response, { error: { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' } }, 503);
    replies = { first: failing, second: streaming(text, frame(imageAnswer())) };
    expect(await (await ask(prompt, { path })).text()).toContain('inlineData');
    replies = { first: failing, second: failing };
    expect(await errorOf(ask(prompt, { path }))).toMatchObject({ code: 503, status: 'UNAVAILABLE' });
  });

  test('of which the first event is an error have sent nothing either', async () => {
    const overloaded = frame({ error: { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' } });
    replies = { first: streaming(overloaded), second: streaming(text, frame(imageAnswer())) };
    const answer = await ask(prompt, { path });
    expect(await answer.clone().text()).toBe(text + frame(imageAnswer()));
    replies = { first: streaming(overloaded), second: streaming(overloaded) };
    expect(await errorOf(ask(prompt, { path }))).toMatchObject({ code: 503, status: 'UNAVAILABLE' });
    const refused = frame({
      error: { code: 400, message: 'Seven is no ratio.', status: 'INVALID_ARGUMENT' },
    });
    replies = { first: streaming(refused), second: streaming(refused) };
    expect(await errorOf(ask(prompt, { path }))).toMatchObject({ code: 400, message: 'Seven is no ratio.' });
  });

  test('an error that the upstream itself puts into its stream is told once', async () => {
    const error = frame({ error: { code: 500, message: 'Internal', status: 'INTERNAL' } });
    replies = { first: streaming(text, error), second: streaming(text, error) };
    expect(await (await ask(prompt, { path })).text()).toBe(text + error);
  });
});

describe('signatures', () => {
  const signed =
    (signature: string): Reply =>
    (_call, response) =>
      sendJson(response, {
        ...imageAnswer(),
        candidates: [
          {
            content: {
              parts: [{ inlineData: { mimeType: 'image/png', data: tinyPng }, thoughtSignature: signature }],
            },
            finishReason: 'STOP',
          },
        ],
      });
  const overloaded: Reply = (_call, response) =>
    sendJson(response, { error: { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' } }, 503);
  const turn = (signature: string) => ({
    contents: [
      { role: 'user', parts: [{ text: 'a fox' }] },
      {
        role: 'model',
        parts: [{ inlineData: { mimeType: 'image/png', data: tinyPng }, thoughtSignature: signature }],
      },
      { role: 'user', parts: [{ text: 'make it blue' }] },
    ],
  });
  const sentSignature = (call: FakeCall | undefined): unknown =>
    (call?.body as ReturnType<typeof turn> | undefined)?.contents[1]?.parts[0];

  test('a conversation goes on at the upstream that made its signature', async () => {
    replies = { first: overloaded, second: signed('c2Vjb25kLTE_') };
    expect((await ask(prompt)).headers.get('plantain-upstream')).toBe('second');
    replies = { first: draw, second: draw };
    // As Python's SDK writes it, and as Google did.
    for (const spelling of ['c2Vjb25kLTE_', 'c2Vjb25kLTE/']) {
      const answer = await ask(turn(spelling));
      expect(answer.headers.get('plantain-upstream')).toBe('second');
    }
    expect(sentSignature(second.calls.at(-1))).toMatchObject({ thoughtSignature: 'c2Vjb25kLTE/' });
  });

  test('when that upstream cannot answer, another is asked with the placeholder', async () => {
    replies = { first: overloaded, second: signed('c2Vjb25kLTI=') };
    await ask(prompt);
    replies = {
      first: draw,
      second: (_call, response) =>
        sendJson(response, { error: { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' } }, 503),
    };
    const answer = await ask(turn('c2Vjb25kLTI='));
    expect(answer.headers.get('plantain-upstream')).toBe('first');
    expect(sentSignature(first.calls.at(-1))).toMatchObject({
      thoughtSignature: 'skip_thought_signature_validator',
    });
  });

  test('a signature that nobody here knows and the upstream refuses is replaced', async () => {
    const picky: Reply = (call, response) => {
      const refused = {
        error: { code: 400, message: 'Corrupted thought signature.', status: 'INVALID_ARGUMENT' },
      };
      if (JSON.stringify(call.body).includes('skip_thought')) draw(call, response);
      else sendJson(response, refused, 400);
    };
    replies = { first: picky, second: picky };
    expect((await ask(turn('dW5rbm93bg=='))).status).toBe(200);
  });
});

describe('files', () => {
  test('are inlined for their owner, and are nobody else’s', async () => {
    const { file, sent, url } = await upload(undefined);
    expect(sent?.headers.get('x-goog-upload-status')).toBe('final');
    expect(new URL(url).origin).toBe(gateway.url);
    const use = { contents: [{ parts: [{ fileData: { fileUri: file?.uri, mimeType: 'image/png' } }] }] };
    expect((await ask(use)).status).toBe(200);
    const call = [...first.calls, ...second.calls].at(-1);
    expect(call?.body).toEqual({
      contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: tinyPng } }], role: 'user' }],
    });
    const id = file?.name.replace('files/', '') ?? '';
    const words = `You do not have permission to access the File ${id} or it may not exist.`;
    const foreign = { code: 403, status: 'PERMISSION_DENIED', message: words };
    expect(await errorOf(ask(use, { key: otherKey }))).toMatchObject(foreign);
    for (const method of ['GET', 'DELETE'])
      expect(
        await errorOf(ask(undefined, { path: `/v1beta/files/${id}`, method, key: otherKey })),
      ).toMatchObject(foreign);
    const list = await ask(undefined, { path: '/v1beta/files', method: 'GET', key: otherKey });
    expect(await list.json()).toEqual({ files: [] });
  });

  test('new-api#2078: names that callers choose are each caller’s own, and 403 until they are there', async () => {
    const path = '/v1beta/files/owui-v1-abc';
    expect(await errorOf(ask(undefined, { path, method: 'GET' }))).toMatchObject({ code: 403 });
    await upload('owui-v1-abc');
    await upload('owui-v1-abc', otherKey);
    for (const key of [gateway.key, otherKey])
      expect(await (await ask(undefined, { path, method: 'GET', key })).json()).toMatchObject({
        name: 'files/owui-v1-abc',
        state: 'ACTIVE',
        sizeBytes: String(Buffer.from(tinyPng, 'base64').length),
      });
    const again = await upload('owui-v1-abc');
    expect(again.started.status).toBe(409);
  });

  test('come in pieces, and the next piece has to be the next', async () => {
    const bytes = Buffer.from(tinyPng, 'base64');
    const started = await ask('', {
      path: '/upload/v1/files',
      headers: {
        'x-goog-upload-command': 'start',
        'x-goog-upload-header-content-length': String(bytes.length),
      },
    });
    const url = started.headers.get('x-goog-upload-url') ?? '';
    const put = (command: string, offset: number, body: Buffer, key?: string) =>
      fetch(url, {
        method: 'POST',
        headers: {
          'x-goog-upload-command': command,
          'x-goog-upload-offset': String(offset),
          ...(key !== undefined && { 'x-goog-api-key': key }),
        },
        body,
      });
    expect((await put('upload', 0, bytes.subarray(0, 20))).headers.get('x-goog-upload-status')).toBe(
      'active',
    );
    expect((await put('upload', 0, bytes.subarray(20))).status).toBe(400);
    expect((await put('upload', 20, bytes.subarray(20), otherKey)).status).toBe(403);
    expect((await put('query', 0, Buffer.alloc(0))).headers.get('x-goog-upload-size-received')).toBe('20');
    const last = await put('upload, finalize', 20, bytes.subarray(20));
    const { file } = (await last.json()) as { file: { name: string; mimeType: string } };
    expect(file.mimeType).toBe('image/png');
    const download = await ask(undefined, { path: `/v1beta/${file.name}:download?alt=media`, method: 'GET' });
    expect(Buffer.from(await download.arrayBuffer()).equals(bytes)).toBe(true);
    // The address is good for one file.
    expect((await put('upload, finalize', 0, bytes)).status).toBe(403);
  });

  test.each([
    ['x-goog-upload-protocol', 'raw', 'x-goog-upload-protocol'],
    ['x-goog-upload-protocol', 'multipart', 'x-goog-upload-protocol'],
    ['x-goog-upload-command', 'start, upload, finalize', 'x-goog-upload-command'],
    ['x-goog-upload-command', 'begin', 'x-goog-upload-command'],
    ['x-goog-upload-header-content-length', '-1', 'x-goog-upload-header-content-length'],
  ])('are announced by the resumable protocol alone: %s: %s is refused', async (name, value, words) => {
    const path = '/upload/v1beta/files';
    const headers = { 'x-goog-upload-protocol': 'Resumable', 'x-goog-upload-command': 'start' };
    expect((await ask({ file: {} }, { path, headers })).status).toBe(200);
    const refused = await errorOf(ask({ file: {} }, { path, headers: { ...headers, [name]: value } }));
    expect(refused).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
    expect(refused).toMatchObject({ message: expect.stringContaining(words) as string });
  });

  test('are sent by commands that there are, each with what it says', async () => {
    const started = await ask(
      { file: {} },
      { path: '/upload/v1beta/files', headers: { 'x-goog-upload-command': 'start' } },
    );
    const url = started.headers.get('x-goog-upload-url') ?? '';
    const put = (headers: Record<string, string>) => fetch(url, { method: 'POST', headers, body: 'x' });
    for (const command of ['upload, sing', 'query, cancel', 'start'])
      expect([command, (await put({ 'x-goog-upload-command': command })).status]).toEqual([command, 400]);
    for (const offset of ['-0', '0.0', '0x0', 'many'])
      expect([
        offset,
        (await put({ 'x-goog-upload-command': 'upload', 'x-goog-upload-offset': offset })).status,
      ]).toEqual([offset, 400]);
    const query = await put({ 'x-goog-upload-command': 'query' });
    expect(query.headers.get('x-goog-upload-size-received')).toBe('0');
  });

  test('leave nothing behind when they are deleted', async () => {
    const { file } = await upload(undefined);
    const before = await readdir(join(dataDir, 'files'));
    const id = file?.name ?? '';
    expect((await ask(undefined, { path: `/v1beta/${id}`, method: 'DELETE' })).status).toBe(200);
    expect((await readdir(join(dataDir, 'files'))).length).toBe(before.length - 2);
  });
});

/** The last ones, because they leave the upstreams cooling down. */
describe('quotas', () => {
  const quota: Reply = (_call, response) =>
    sendJson(
      response,
      {
        error: {
          code: 429,
          message: 'Quota exceeded. Please retry in 12s.',
          status: 'RESOURCE_EXHAUSTED',
          details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '12s' }],
        },
      },
      429,
    );

  test('that are used up at one upstream are not at another', async () => {
    replies.first = quota;
    const answer = await ask(prompt);
    expect(answer.status).toBe(200);
    const row = await rowOf(answer);
    expect((await ledger.attempts(row.id)).at(-1)).toMatchObject({ upstream: 'second', verdict: 'picture' });
  });

  test("when none is left the caller hears of the quota in Google's frame, and when to come back", async () => {
    replies = { first: quota, second: quota };
    const response = await ask(prompt);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await errorOf(Promise.resolve(response))).toMatchObject({
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      details: [
        { violations: [{ quotaId: expect.stringContaining('PerMinute') }] },
        { retryDelay: expect.stringMatching(/^\d+s$/) },
      ],
    });
  });
});
