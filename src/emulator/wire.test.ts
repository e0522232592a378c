import { Agent } from 'node:http';
import { PassThrough } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator, ReceivedRequest } from './start-emulator.ts';
import {
  callRaw,
  type DrawnWish,
  headerRenderer,
  prompt,
  type RawCall,
  type RawAnswer,
  readPixels,
  startTestEmulator,
} from '../../test/support/test-emulator.ts';
import { loadTestModels } from '../../test/support/test-models.ts';

const drawn: DrawnWish[] = [];
const received: ReceivedRequest[] = [];
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startTestEmulator({
    renderer: headerRenderer(drawn),
    onRequest: (request) => received.push(request),
  });
});
afterAll(async () => await emulator.close());

const flash25 = '/v1beta/models/gemini-2.5-flash-image';
const current = '/v1beta/models/gemini-nano-banana-2.1';
const generate = async (path: string, body: unknown, call: RawCall = {}): Promise<RawAnswer> =>
  await callRaw(`${emulator.url}${path}:generateContent`, { ...call, body });

test("a unary body is Google's layout to the byte", async () => {
  const answer = await generate(
    flash25,
    prompt('a red fox on a hill', { responseModalities: ['TEXT', 'IMAGE'] }),
  );
  const body = JSON.parse(answer.text) as {
    responseId: string;
    candidates: { content: { parts: { inlineData?: { data: string } }[] } }[];
  };
  expect(body.responseId).toMatch(/^[\w-]{22}$/);
  const data = body.candidates[0]?.content.parts[1]?.inlineData?.data ?? '';
  expect(answer.text).toBe(`{
  "candidates": [
    {
      "content": {
        "parts": [
          {
            "text": "Here is your image: "
          },
          {
            "inlineData": {
              "mimeType": "image/png",
              "data": "${data}"
            }
          }
        ],
        "role": "model"
      },
      "finishReason": "STOP",
      "index": 0
    }
  ],
  "usageMetadata": {
    "promptTokenCount": 6,
    "candidatesTokenCount": 1295,
    "totalTokenCount": 1301,
    "promptTokensDetails": [
      {
        "modality": "TEXT",
        "tokenCount": 6
      }
    ],
    "candidatesTokensDetails": [
      {
        "modality": "IMAGE",
        "tokenCount": 1290
      }
    ],
    "serviceTier": "standard"
  },
  "modelVersion": "gemini-2.5-flash-image",
  "responseId": "${body.responseId}"
}
`);
});

const headOf = (answer: RawAnswer): string[] =>
  answer.rawHeaders.map((value, index) =>
    /^(?:date|server-timing)$/.test(answer.rawHeaders[index - 1] ?? '') ? '*' : value,
  );
const common = [
  'vary',
  'Origin',
  'vary',
  'X-Origin',
  'vary',
  'Referer',
  'date',
  '*',
  'server',
  'scaffolding on HTTPServer2',
];
const rest = [
  'x-xss-protection',
  '0',
  'x-frame-options',
  'SAMEORIGIN',
  'x-content-type-options',
  'nosniff',
].concat([
  'server-timing',
  '*',
  'alt-svc',
  'h3=":443"; ma=2592000,h3-29=":443"; ma=2592000',
  'transfer-encoding',
  'chunked',
]);
const tier = ['x-gemini-service-tier', 'standard'];
const json = ['content-type', 'application/json; charset=UTF-8'];

test("the header set is Google's, in its order, and nothing else", async () => {
  expect(headOf(await generate(current, prompt('a fox')))).toEqual([...json, ...common, ...rest, ...tier]);
  const limited = await generate(current, prompt('a fox [scenario: rate-limit]'));
  expect(limited.status).toBe(429);
  expect(headOf(limited)).toEqual([...json, ...common, ...rest, ...tier]);
  expect(headOf(await callRaw(`${emulator.url}/v1/models`))).toEqual([...json, ...common, ...rest]);
  const stream = await callRaw(`${emulator.url}${current}:streamGenerateContent?alt=sse`, {
    body: prompt('a fox'),
  });
  expect(headOf(stream)).toEqual([
    'content-type',
    'text/event-stream',
    'content-disposition',
    'attachment',
    ...common,
    ...rest,
    ...tier,
  ]);
  expect(limited.rawHeaders[limited.rawHeaders.indexOf('server-timing') + 1]).toMatch(/^gfet4t7; dur=\d+$/);
});

test('gzip comes only when asked for, and not when refused with q=0', async () => {
  const zipped = await generate(current, prompt('a fox'), {
    headers: { 'accept-encoding': 'gzip, deflate' },
  });
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(JSON.parse(gunzipSync(zipped.bytes).toString())).toHaveProperty('candidates');
  for (const refusal of ['identity', 'gzip;q=0', 'br, gzip; q=0.0']) {
    const plain = await generate(current, prompt('a fox'), { headers: { 'accept-encoding': refusal } });
    expect(plain.headers['content-encoding']).toBeUndefined();
  }
});

test('a stream is a text or thought chunk, a picture chunk and a closing chunk, semi-compact', async () => {
  const body = prompt('a fox', { responseModalities: ['TEXT', 'IMAGE'] });
  const answer = await callRaw(`${emulator.url}${flash25}:streamGenerateContent?alt=sse`, { body });
  const frames = answer.text.split('\r\n\r\n');
  expect(frames.pop()).toBe('');
  expect(frames).toHaveLength(3);
  const id = /"responseId": "([\w-]{22})"\}$/.exec(frames[0] ?? '')?.[1] ?? '';
  const end = `,"modelVersion": "gemini-2.5-flash-image","responseId": "${id}"}`;
  const prompted = '"promptTokensDetails": [{"modality": "TEXT","tokenCount": 2}]';
  expect(frames[0]).toBe(
    `data: {"candidates": [{"content": {"parts": [{"text": "Here is your image: "}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 2,"candidatesTokenCount": 5,"totalTokenCount": 7,${prompted},"serviceTier": "standard"}${end}`,
  );
  expect(frames[1]).toMatch(
    /^data: \{"candidates": \[\{"content": \{"parts": \[\{"inlineData": \{"mimeType": "image\/png","data": "[\w+/]+=*"\}\}\],"role": "model"\},"index": 0\}\],"usageMetadata": \{"promptTokenCount": 2,"candidatesTokenCount": 1295,/,
  );
  expect(frames[2]).toBe(
    `data: {"candidates": [{"content": {"parts": [{"text": ""}],"role": "model"},"finishReason": "STOP","index": 0}],"usageMetadata": {"promptTokenCount": 2,"candidatesTokenCount": 1295,"totalTokenCount": 1297,${prompted},"candidatesTokensDetails": [{"modality": "IMAGE","tokenCount": 1290}],"serviceTier": "standard"}${end}`,
  );
});

test.each(['identity', 'gzip'])('a stream gives each chunk as soon as it has it (%s)', async (coding) => {
  const textArrived = Promise.withResolvers<void>();
  const reader = coding === 'gzip' ? createGunzip() : new PassThrough();
  reader.on('data', (piece: Buffer) => {
    if (piece.includes('Here is your image')) textArrived.resolve();
  });
  const drawer = headerRenderer();
  const own = await startTestEmulator({
    // The picture is drawn only once its caller has the text: a stream that waits for the whole answer never ends.
    renderer: {
      render: async (wish, signal) => {
        await textArrived.promise;
        return await drawer.render(wish, signal);
      },
      close: async () => undefined,
    },
  });
  const body = prompt('a fox', { responseModalities: ['TEXT', 'IMAGE'] });
  const answer = await callRaw(`${own.url}${flash25}:streamGenerateContent?alt=sse`, {
    body,
    headers: { 'accept-encoding': coding },
    onData: (piece) => reader.write(piece),
  });
  const text = coding === 'gzip' ? gunzipSync(answer.bytes).toString() : answer.text;
  expect(text.split('\r\n\r\n')).toHaveLength(4);
  await own.close();
});

test('a connection is used again, without a connection header', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  for (let round = 0; round < 3; round++) {
    const answer = await generate(current, prompt('a fox'), { agent });
    expect(answer.headers).not.toHaveProperty('connection');
    ports.add(answer.localPort);
  }
  expect(ports.size).toBe(1);
  agent.destroy();
});

test('a stream without alt=sse is one JSON array of the same chunks', async () => {
  const answer = await callRaw(`${emulator.url}${flash25}:streamGenerateContent`, { body: prompt('a fox') });
  const chunks = JSON.parse(answer.text) as { candidates: { finishReason?: string }[] }[];
  expect(chunks.map((chunk) => chunk.candidates[0]?.finishReason)).toEqual([undefined, 'STOP']);
});

test('a stream of a model that makes drafts brings two rougher ones first, as thoughts that are not paid for as pictures', async () => {
  const drawn: DrawnWish[] = [];
  const own = await startTestEmulator({ renderer: headerRenderer(drawn) });
  const ask = async (method: string) =>
    JSON.parse((await callRaw(`${own.url}${current}:${method}`, { body: prompt('a fox') })).text) as
      | Body
      | Body[];
  const chunks = [await ask('streamGenerateContent')].flat();
  const parts = chunks.flatMap(({ candidates }) => candidates[0]?.content.parts ?? []);
  expect(parts.map(({ inlineData, thought }) => [inlineData !== undefined, thought === true])).toEqual([
    [true, true],
    [true, true],
    [true, false],
    [false, false],
  ]);
  const details = drawn.map(({ detail = 1 }) => detail);
  expect(details).toEqual([...details].sort((one, other) => one - other));
  expect([new Set(details).size, details.at(-1)]).toEqual([3, 1]);
  const [unary] = [await ask('generateContent')].flat();
  expect(chunks.at(-1)?.usageMetadata).toEqual(unary?.usageMetadata);
  expect(unary?.candidates[0]?.content.parts).toHaveLength(1);
  await own.close();
});

interface Body {
  candidates: {
    content: {
      parts: {
        text?: string;
        thought?: boolean;
        thoughtSignature?: string;
        inlineData?: { mimeType: string; data: string };
      }[];
    };
    groundingMetadata?: object;
  }[];
  usageMetadata: Record<string, unknown> & {
    promptTokenCount: number;
    candidatesTokenCount: number;
    totalTokenCount: number;
    thoughtsTokenCount?: number;
    serviceTier?: string;
  };
}
const read = async (path: string, body: unknown): Promise<Body> =>
  JSON.parse((await generate(path, body)).text) as Body;

test('modalities decide about text: IMAGE alone has none, everything else has text first', async () => {
  for (const [modalities, expected] of [
    [['IMAGE'], 1],
    [['TEXT', 'IMAGE'], 2],
    [['TEXT'], 2],
    [undefined, 2],
  ] as const) {
    const body = await read(
      flash25,
      prompt('a fox', modalities === undefined ? {} : { responseModalities: modalities }),
    );
    const parts = body.candidates[0]?.content.parts ?? [];
    expect(parts).toHaveLength(expected);
    expect(parts.at(-1)).toHaveProperty('inlineData');
  }
});

test('thinking is counted by level and model, and total is the sum of its parts', async () => {
  const thoughts = async (model: string, thinkingConfig: object = {}): Promise<number | undefined> => {
    const { usageMetadata } = await read(
      `/v1/models/${model}`,
      prompt('a fox', { responseModalities: ['IMAGE'], thinkingConfig }),
    );
    const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount } = usageMetadata;
    expect(usageMetadata.totalTokenCount).toBe(
      promptTokenCount + candidatesTokenCount + (thoughtsTokenCount ?? 0),
    );
    return thoughtsTokenCount;
  };
  expect(await thoughts('gemini-2.5-flash-image')).toBeUndefined();
  expect(await thoughts('gemini-3.1-flash-image')).toBeUndefined();
  expect(await thoughts('gemini-nano-banana-2.1', { thinkingLevel: 'minimal' })).toBeUndefined();
  expect(await thoughts('gemini-3-pro-image', { thinkingLevel: 'MINIMAL' })).toBeGreaterThanOrEqual(50);
  expect(await thoughts('gemini-nano-banana-2.1')).toBeLessThanOrEqual(400);
  expect(await thoughts('gemini-3.1-flash-image', { thinking_level: 'high' })).toBeGreaterThanOrEqual(700);
});

test('thought summaries come first and only where the model gives them; signatures come last in a part', async () => {
  const config = { responseModalities: ['IMAGE'], thinkingConfig: { includeThoughts: true } };
  const parts = (await read(current, prompt('a fox', config))).candidates[0]?.content.parts ?? [];
  expect(parts.map((part) => Object.keys(part))).toEqual([
    ['text', 'thought'],
    ['inlineData', 'thoughtSignature'],
  ]);
  expect(
    (await read('/v1/models/gemini-3-pro-image', prompt('a fox', config))).candidates[0]?.content.parts,
  ).toHaveLength(1);
});

test('the tier is billed: 747, 1120, 1680 and 2520 tokens on 3.1 flash', async () => {
  for (const [imageSize, tokens] of [
    ['512', 747],
    ['512P', 747],
    ['1K', 1120],
    ['2K', 1680],
    ['4K', 2520],
  ] as const) {
    const { usageMetadata } = await read(
      '/v1/models/gemini-3.1-flash-image',
      prompt('a fox', { responseModalities: ['IMAGE'], imageConfig: { imageSize } }),
    );
    expect(usageMetadata['candidatesTokensDetails']).toEqual([{ modality: 'IMAGE', tokenCount: tokens }]);
    expect(usageMetadata.candidatesTokenCount).toBe(tokens);
  }
});

test('3-pro counts 88 to 630 tokens more than its details', async () => {
  const { usageMetadata } = await read('/v1/models/gemini-3-pro-image', prompt('a fox'));
  const surplus = usageMetadata.candidatesTokenCount - 1120;
  expect(surplus).toBeGreaterThanOrEqual(88);
  expect(surplus).toBeLessThanOrEqual(630);
});

test('the service tier is echoed in usage and header', async () => {
  const answer = await generate(current, { ...prompt('a fox'), serviceTier: 'flex' });
  expect(answer.headers['x-gemini-service-tier']).toBe('flex');
  expect((JSON.parse(answer.text) as Body).usageMetadata.serviceTier).toBe('flex');
});

test('grounding is told where search was asked for', async () => {
  const body = await read(current, { ...prompt('a fox'), tools: [{ google_search: {} }] });
  expect(Object.keys(body.candidates[0]?.groundingMetadata ?? {})).toEqual([
    'searchEntryPoint',
    'groundingChunks',
    'webSearchQueries',
  ]);
});

test('an empty prompt or a question of fact makes no picture, and rewording the question does', async () => {
  for (const text of ['', '   ', 'What is the capital of France?']) {
    const answer = await generate(flash25, prompt(text));
    expect(JSON.parse(answer.text)).toMatchObject({ candidates: [{ finishReason: 'NO_IMAGE', index: 0 }] });
    expect(answer.text).not.toContain('"content"');
  }
  expect(
    (await generate(flash25, prompt('Generate an image of What is the capital of France?'))).text,
  ).toContain('inlineData');
});

test('an edit takes the shape of its last picture unless a ratio is given, and references are counted and handed on', async () => {
  const picture = async (width: number, height: number): Promise<object> => {
    const bytes = await sharp({ create: { width, height, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    return { inlineData: { mimeType: 'image/png', data: bytes.toString('base64') } };
  };
  const parts = [{ text: 'make it snow' }, await picture(40, 40), await picture(160, 90)];
  drawn.length = 0;
  const body = await read(flash25, { contents: [{ parts }] });
  expect(drawn[0]).toMatchObject({
    widthPx: 1344,
    heightPx: 768,
    prompt: 'make it snow',
    mimeType: 'image/png',
  });
  expect(drawn[0]?.references.map((reference) => readPixels(reference))).toEqual(['40x40', '160x90']);
  expect(body.usageMetadata['promptTokensDetails']).toEqual([
    { modality: 'TEXT', tokenCount: 3 },
    { modality: 'IMAGE', tokenCount: 516 },
  ]);
  await read(flash25, { contents: [{ parts }], generationConfig: { imageConfig: { aspectRatio: '2:3' } } });
  expect(drawn[1]).toMatchObject({ widthPx: 832, heightPx: 1248 });
  await read(current, {
    contents: [
      { role: 'user', parts: [{ text: 'wide' }] },
      { role: 'model', parts: [await picture(80, 10)] },
      { role: 'user', parts: [{ text: 'again' }] },
    ],
  });
  expect(drawn[2]).toMatchObject({ widthPx: 3072, heightPx: 384 });
});

test('the same request draws the same picture, another seed another one', async () => {
  drawn.length = 0;
  await read(current, prompt('a fox'));
  await read(current, prompt('a fox'));
  await read(current, prompt('a fox', { seed: 7 }));
  await read(current, prompt('a fox', { seed: -1 }));
  expect(drawn[0]?.seed).toBe(drawn[1]?.seed);
  expect(drawn.slice(2).map((wish) => wish.seed)).toEqual([7, 0xffffffff]);
});

test("every model, ratio and size gives the documented pixels, in the model's format", async () => {
  let checked = 0;
  for (const model of loadTestModels()) {
    for (const imageSize of model.imageSizes) {
      for (const aspectRatio of model.aspectRatios) {
        const body = await read(
          `/v1/models/${model.id}`,
          prompt('a fox', { responseModalities: ['IMAGE'], imageConfig: { aspectRatio, imageSize } }),
        );
        const inline = body.candidates[0]?.content.parts[0]?.inlineData;
        const pixels = model.pixels[imageSize]?.[aspectRatio];
        expect(readPixels(Buffer.from(inline?.data ?? '', 'base64'))).toBe(
          `${pixels?.widthPx}x${pixels?.heightPx}`,
        );
        expect(inline?.mimeType).toBe(model.outputMimeType);
        checked++;
      }
    }
  }
  expect(checked).toBe(3 * 14 + 3 * 10 + 4 * 14 + 10 + 10);
});

test("ListModels has Google's keys in order, pages, and agrees with GetModel", async () => {
  const list = JSON.parse((await callRaw(`${emulator.url}/v1beta/models`)).text) as {
    models: Record<string, unknown>[];
    nextPageToken?: string;
  };
  const keys = [
    'name',
    'version',
    'displayName',
    'description',
    'inputTokenLimit',
    'outputTokenLimit',
    'supportedGenerationMethods',
    'temperature',
    'topP',
    'topK',
    'maxTemperature',
  ];
  expect(Object.keys(list.models[0] ?? {})).toEqual([...keys, 'thinking']);
  const old = list.models.find((model) => model['name'] === 'models/gemini-2.5-flash-image') ?? {};
  expect(Object.keys(old)).toEqual(keys);
  expect(list.nextPageToken).toBeUndefined();
  expect(JSON.parse((await callRaw(`${emulator.url}/v1/models/gemini-2.5-flash-image`)).text)).toEqual(old);

  const names: unknown[] = [];
  let token = '';
  do {
    const page = JSON.parse(
      (await callRaw(`${emulator.url}/v1/models?pageSize=2&pageToken=${token}`)).text,
    ) as typeof list;
    names.push(...page.models.map((model) => model['name']));
    token = page.nextPageToken ?? '';
  } while (token !== '');
  expect(names).toEqual(list.models.map((model) => model['name']));
  expect((await callRaw(`${emulator.url}/v1/models?pageToken=nonsense`)).status).toBe(400);
  expect((await callRaw(`${emulator.url}/v1/models/nobody`)).status).toBe(404);
});

test('countTokens counts what generation bills for the prompt', async () => {
  const body = { contents: [{ parts: [{ text: 'a red fox, running' }] }] };
  const counted = JSON.parse((await callRaw(`${emulator.url}${flash25}:countTokens`, { body })).text) as {
    totalTokens: number;
  };
  expect(counted).toEqual({ totalTokens: 6, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 6 }] });
  expect((await read(flash25, body)).usageMetadata.promptTokenCount).toBe(counted.totalTokens);
  const wrapped = { generateContentRequest: { model: 'models/gemini-2.5-flash-image', ...body } };
  expect(
    JSON.parse((await callRaw(`${emulator.url}${flash25}:countTokens`, { body: wrapped })).text),
  ).toEqual(counted);
});

test('tests can see each request as it arrived', async () => {
  received.length = 0;
  await generate(current, prompt('a fox'), { headers: { 'x-extra': 'yes' } });
  expect(received[0]).toMatchObject({
    method: 'POST',
    url: `${current}:generateContent`,
    headers: { 'x-extra': 'yes' },
  });
  expect(JSON.parse(received[0]?.body.toString() ?? '')).toEqual(prompt('a fox'));
});

test('a caller that leaves stops the drawing and is counted', async () => {
  const began = Promise.withResolvers<AbortSignal>();
  const stopped = Promise.withResolvers<void>();
  const own = await startTestEmulator({
    renderer: {
      render: async (_, signal) => {
        if (signal === undefined) throw new Error('no signal');
        began.resolve(signal);
        return await new Promise<Buffer>((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            stopped.resolve();
            reject(new Error('stopped'));
          });
        });
      },
      close: async () => undefined,
    },
  });
  const controller = new AbortController();
  const call = callRaw(`${own.url}${current}:generateContent`, {
    body: prompt('a fox'),
    signal: controller.signal,
  });
  await began.promise;
  expect(own.stats()).toEqual({ requests: 1, aborted: 0, inFlight: 1 });
  controller.abort();
  await expect(call).rejects.toThrow();
  await stopped.promise;
  expect(own.stats()).toEqual({ requests: 1, aborted: 1, inFlight: 0 });
  await own.close();
});

test('a renderer that fails is an internal error, not a hang', async () => {
  const own = await startTestEmulator({
    renderer: {
      render: async () => await Promise.reject(new Error('no fonts')),
      close: async () => undefined,
    },
  });
  const answer = await callRaw(`${own.url}${current}:generateContent`, { body: prompt('a fox') });
  expect([answer.status, answer.text]).toEqual([500, expect.stringContaining('Internal error encountered.')]);
  await own.close();
});
