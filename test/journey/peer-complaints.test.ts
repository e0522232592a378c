import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type FakeCall,
  type FakeGemini,
  imageAnswer,
  sendJson,
  startFakeGemini,
} from '../support/fake-gemini.ts';
import { type Gateway, startGateway, upstreamKey } from '../support/start-gateway.ts';

/**
 * What users of other gateways complained about, each held true here. The title carries the project's own number
 * of the complaint.
 */

type Reply = Parameters<typeof startFakeGemini>[0];

let upstream: FakeGemini;
let gateway: Gateway;
let client: OpenAI;
let reference: Buffer;
let reply: Reply;

const drawPlain: Reply = (_call, response) => sendJson(response, imageAnswer());

beforeAll(async () => {
  reference = await sharp({ create: { width: 48, height: 32, channels: 3, background: '#2a9' } })
    .png()
    .toBuffer();
  upstream = await startFakeGemini((call, response, index) => reply(call, response, index));
  gateway = await startGateway({ upstreamUrl: upstream.url });
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
});
beforeEach(() => {
  upstream.calls.length = 0;
  reply = drawPlain;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: OpenAI.ImagesResponse & {
    readonly error?: {
      readonly code: string;
      readonly type: string;
      readonly message: string;
      readonly param: string | null;
    };
  };
}

async function generate(fields: object, to: Gateway = gateway): Promise<Answered> {
  const response = await fetch(`${to.url}/v1/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${to.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'a lighthouse', ...fields }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answered['body'],
  };
}

async function edit(
  fields: Readonly<Record<string, string>>,
  names: readonly string[] = ['image'],
): Promise<Answered> {
  const form = new FormData();
  form.set('prompt', 'make it foggy');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const name of names)
    form.append(name, new Blob([new Uint8Array(reference)], { type: 'image/png' }), 'a.png');
  const response = await fetch(`${gateway.url}/v1/images/edits`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}` },
    body: form,
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answered['body'],
  };
}

interface GeminiRequest {
  readonly contents: readonly {
    readonly parts: readonly { readonly inlineData?: { readonly data: string } }[];
  }[];
  readonly generationConfig: Readonly<Record<string, unknown>> & {
    readonly imageConfig?: Readonly<Record<string, string>>;
  };
}
const requestOf = (call: FakeCall | undefined): GeminiRequest => call?.body as unknown as GeminiRequest;
const lastRequest = (): GeminiRequest => requestOf(upstream.calls.at(-1));
const lastConfig = (): Readonly<Record<string, string>> | undefined =>
  lastRequest().generationConfig.imageConfig;
const costOf = (answer: Answered): number => Number(answer.headers.get('plantain-cost-micro-usd'));

/** An answer with given counts; text and thinking are counted as Google counts them. */
function counted(usageMetadata: object): Reply {
  return (_call, response) => sendJson(response, { ...imageAnswer(), usageMetadata });
}
function finished(finishReason: string, more: object = {}): Reply {
  return (_call, response) =>
    sendJson(response, { candidates: [{ content: {}, finishReason, index: 0, ...more }] });
}
function failing(code: number, status: string, message: string, details: readonly object[] = []): Reply {
  return (_call, response) => sendJson(response, { error: { code, message, status, details } }, code);
}

describe('ratio and size', () => {
  test('BerriAI/litellm#18656: 9:16 and 4K both reach the upstream', async () => {
    const answer = await generate({ model: 'gemini-3-pro-image', aspect_ratio: '9:16', image_size: '4K' });
    expect(answer.status).toBe(200);
    expect(lastConfig()).toEqual({ aspectRatio: '9:16', imageSize: '4K' });
  });

  test('BerriAI/litellm#12690: aspect_ratio is not dropped for a square', async () => {
    await generate({ aspect_ratio: '3:4' });
    expect(lastConfig()).toMatchObject({ aspectRatio: '3:4' });
  });

  test.each([
    ['BerriAI/litellm#24621', 'imageConfig', { imageConfig: { aspectRatio: '16:9', imageSize: '2K' } }],
    ['BerriAI/litellm#28192', 'image_config', { image_config: { aspect_ratio: '16:9', image_size: '2K' } }],
    [
      'BerriAI/litellm#21585',
      'extra_body',
      { extra_body: { google: { aspect_ratio: '16:9', image_size: '2K' } } },
    ],
    ['BerriAI/litellm#18948', 'top-level camelCase', { aspectRatio: '16:9', resolution: '2K' }],
  ])('%s: %s is forwarded by generations and by edits alike', async (_number, _spelling, fields) => {
    const model = 'gemini-3-pro-image';
    await generate({ model, ...fields });
    expect(lastConfig()).toEqual({ aspectRatio: '16:9', imageSize: '2K' });
    const image = { image_url: `data:image/png;base64,${reference.toString('base64')}` };
    const response = await fetch(`${gateway.url}/v1/images/edits`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, prompt: 'make it foggy', images: [image], ...fields }),
    });
    expect(response.status).toBe(200);
    expect(lastConfig()).toEqual({ aspectRatio: '16:9', imageSize: '2K' });
  });

  test('BerriAI/litellm#16902: image_size goes upstream inside imageConfig, nowhere else', async () => {
    await generate({ model: 'gemini-3-pro-image', image_size: '2K' });
    const { generationConfig } = lastRequest();
    expect(generationConfig.imageConfig).toMatchObject({ imageSize: '2K' });
    expect(Object.keys(generationConfig).sort()).toEqual(['imageConfig', 'responseModalities']);
  });

  test('BerriAI/litellm#20050: an edit with `size` never puts aspectRatio beside imageConfig', async () => {
    const answer = await edit({ model: 'gemini-2.5-flash-image', size: '1536x1024' });
    expect(answer.status).toBe(200);
    const { generationConfig } = lastRequest();
    expect(generationConfig).not.toHaveProperty('aspectRatio');
    expect(generationConfig.imageConfig).toEqual({ aspectRatio: '3:2' });
  });

  test('maximhq/bifrost#2283: the resolution works on edits as on generations', async () => {
    for (const imageSize of ['1K', '2K', '4K']) {
      expect((await edit({ model: 'gemini-3-pro-image', image_size: imageSize })).status).toBe(200);
      expect(lastConfig()).toMatchObject({ imageSize });
    }
  });

  test('maximhq/bifrost#5324: none of the ratios becomes 1:1', async () => {
    const ratios = [
      '1:1',
      '2:3',
      '3:2',
      '3:4',
      '4:3',
      '4:5',
      '5:4',
      '9:16',
      '16:9',
      '21:9',
      '1:4',
      '4:1',
      '1:8',
      '8:1',
    ];
    for (const ratio of ratios) {
      expect((await generate({ model: 'gemini-3.1-flash-image', aspect_ratio: ratio })).status).toBe(200);
      expect(lastConfig()).toMatchObject({ aspectRatio: ratio });
    }
  });

  test('QuantumNous/new-api#2470: Google’s own generationConfig.imageConfig spelling has an effect', async () => {
    await generate({
      model: 'gemini-2.5-flash-image',
      generationConfig: { imageConfig: { aspectRatio: '16:9' } },
    });
    expect(lastConfig()).toEqual({ aspectRatio: '16:9' });
  });

  test.each(['hd', 'high'])('QuantumNous/new-api#1983: quality %s draws at 2K', async (quality) => {
    await generate({ model: 'gemini-3-pro-image', quality });
    expect(lastConfig()).toMatchObject({ imageSize: '2K' });
  });

  test('OpenRouterTeam/python-sdk#25: image_size is usable for Nano Banana Pro', async () => {
    await generate({ model: 'nano-banana-pro', image_size: '4K' });
    expect(upstream.calls[0]?.url).toContain('/gemini-3-pro-image:');
    expect(lastConfig()).toMatchObject({ imageSize: '4K' });
  });

  test('vercel-labs/ai-cli#61: the ratio is not ignored for gemini-2.5-flash-image', async () => {
    await generate({ model: 'gemini-2.5-flash-image', aspect_ratio: '21:9' });
    expect(lastConfig()).toEqual({ aspectRatio: '21:9' });
  });

  test('su-kaka/gcli2api#57: a client that cannot send a ratio says it in the model’s name', async () => {
    await generate({ model: 'gemini-3-pro-image-9x16-2k' });
    expect(upstream.calls[0]?.url).toContain('/gemini-3-pro-image:');
    expect(lastConfig()).toEqual({ aspectRatio: '9:16', imageSize: '2K' });
  });

  test('minimaxir/gemimg#16: the size in the answer is measured, not promised', async () => {
    for (const [widthPx, heightPx] of [
      [1184, 864],
      [1200, 896],
    ] as const) {
      const picture = await sharp({
        create: { width: widthPx, height: heightPx, channels: 3, background: '#fff' },
      })
        .png()
        .toBuffer();
      reply = (_call, response) => sendJson(response, imageAnswer(picture.toString('base64')));
      const answer = await generate({ model: 'gemini-2.5-flash-image', aspect_ratio: '4:3' });
      expect(answer.body.size).toBe(`${widthPx}x${heightPx}`);
    }
  });

  test('gopherguides/gopher-ai#102: a lower-case "1k" is 1K, and the ratio counts in edits on 3.1-flash', async () => {
    const answer = await edit({
      model: 'gemini-3.1-flash-image-preview',
      image_size: '1k',
      aspect_ratio: '16:9',
    });
    expect(answer.status).toBe(200);
    expect(lastConfig()).toEqual({ aspectRatio: '16:9', imageSize: '1K' });
  });

  test('KeithCu/writeragent#762: of size and aspect_ratio the ratio counts, and that is told; no ratio is 1:1', async () => {
    expect((await generate({ size: '1344x768', aspect_ratio: '16:9' })).status).toBe(200);
    expect(lastConfig()).toMatchObject({ aspectRatio: '16:9' });
    const both = await generate({ size: '1024x1024', aspect_ratio: '16:9' });
    expect(lastConfig()).toMatchObject({ aspectRatio: '16:9' });
    expect(both.headers.get('plantain-adapted')).toMatch(
      /size;action=mapped;from="1024x1024";to="\d+x\d+";reason=aspect_ratio-decides/,
    );
    await generate({});
    expect(lastConfig()).toMatchObject({ aspectRatio: '1:1' });
  });
});

describe('endpoints, edits, links', () => {
  test('BerriAI/litellm#16730: Gemini models go to generateContent, never to predict', async () => {
    for (const model of ['gemini-2.5-flash-image', 'dall-e-3', 'nano-banana-2']) await generate({ model });
    for (const { url } of upstream.calls) expect(url).toMatch(/^\/v1beta\/models\/[\w.-]+:generateContent$/);
  });

  test.each(['BerriAI/litellm#15498', 'BerriAI/litellm#17189', 'BerriAI/litellm#12026'])(
    '%s: Nano Banana edits work, with one picture and with several',
    async () => {
      const image = await toFile(reference, 'a.png', { type: 'image/png' });
      const one = await client.images.edit({ model: 'nano-banana', image, prompt: 'foggy' });
      expect(one.data).toHaveLength(1);
      await client.images.edit({ model: 'nano-banana', image: [image, image, image], prompt: 'foggy' });
      const references = lastRequest().contents[0]?.parts.flatMap(({ inlineData }) => inlineData ?? []) ?? [];
      expect(references.map(({ data }) => data)).toEqual(
        Array.from({ length: 3 }, () => reference.toString('base64')),
      );
    },
  );

  test('QuantumNous/new-api#2340: gemini-3-pro-image is served on OpenAI’s images endpoint', async () => {
    expect(
      (await client.images.generate({ model: 'gemini-3-pro-image', prompt: 'a fox' })).data,
    ).toHaveLength(1);
  });

  test('router-for-me/CLIProxyAPI#374: the list of models says which of them make pictures', async () => {
    const { data } = await client.models.list();
    for (const model of data) {
      expect(model).toMatchObject({
        object: 'model',
        supported_endpoint_types: expect.arrayContaining(['image-generation']) as string[],
      });
    }
    expect(data.length).toBeGreaterThan(5);
  });

  test.each(['inlineData', 'inline_data'])(
    'maximhq/bifrost#7032: a picture in %s is never dropped, unary or streamed',
    async (spelling) => {
      const mime = spelling === 'inlineData' ? 'mimeType' : 'mime_type';
      const data = reference.toString('base64');
      reply = (_call, response) =>
        sendJson(response, {
          ...imageAnswer(),
          candidates: [
            { content: { parts: [{ [spelling]: { [mime]: 'image/png', data } }] }, finishReason: 'STOP' },
          ],
        });
      expect((await generate({})).body.data?.[0]?.b64_json).toBe(data);
      let completed: string | undefined;
      for await (const event of await client.images.generate({ prompt: 'a fox', stream: true })) {
        if (event.type === 'image_generation.completed') completed = event.b64_json;
      }
      expect(completed).toBe(data);
    },
  );

  test('open-webui/open-webui#10629: an item has exactly one of url and b64_json, and neither is null', async () => {
    for (const [responseFormat, name] of [
      ['url', 'url'],
      ['b64_json', 'b64_json'],
    ]) {
      const { body } = await generate({ response_format: responseFormat });
      expect(Object.keys(body.data?.[0] ?? {})).toEqual([name]);
    }
  });

  test('open-webui/open-webui#8209: base64 is delivered to whoever asks for it, under a dall-e name too', async () => {
    expect(
      (await generate({ model: 'dall-e-3', response_format: 'b64_json' })).body.data?.[0]?.b64_json,
    ).toBeTypeOf('string');
  });

  test('open-webui/open-webui#13206: the link of a picture works the moment it is answered', async () => {
    const { body } = await generate({ response_format: 'url' });
    expect((await fetch(body.data?.[0]?.url ?? '')).status).toBe(200);
  });

  test.each([
    [['image']],
    [['image[]']],
    [['image[]', 'image[]']],
    [['image', 'image']],
    [['image[0]', 'image[1]']],
  ])('lemonade-sdk/lemonade#1963: an edit takes %j', async (names) => {
    expect((await edit({}, names)).status).toBe(200);
    expect(
      lastRequest().contents[0]?.parts.filter(({ inlineData }) => inlineData !== undefined),
    ).toHaveLength(names.length);
  });

  test('foxhui/WebAI2API#102: a picture far larger than 128 KiB streams whole; without stream the answer is JSON', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    const large = await sharp({ create: { width: 700, height: 700, channels: 3, background: '#000', noise } })
      .png()
      .toBuffer();
    expect(large.length).toBeGreaterThan(1_000_000);
    reply = (_call, response) => sendJson(response, imageAnswer(large.toString('base64')));
    let completed = '';
    for await (const event of await client.images.generate({ prompt: 'noise', stream: true })) {
      if (event.type === 'image_generation.completed') completed = event.b64_json;
    }
    expect(Buffer.from(completed, 'base64').equals(large)).toBe(true);
    const plain = await generate({});
    expect(plain.headers.get('content-type')).toMatch(/^application\/json/);
    expect(Buffer.from(plain.body.data?.[0]?.b64_json ?? '', 'base64').equals(large)).toBe(true);
  });

  test('diegosouzapw/OmniRoute#3205: the operator’s upstream address is the one that is asked, path and all', async () => {
    const proxied = await startGateway({ upstreamUrl: `${upstream.url}/proxy/google` });
    try {
      expect((await generate({ model: 'gemini-2.5-flash-image' }, proxied)).status).toBe(200);
      expect(upstream.calls[0]?.url).toBe(
        '/proxy/google/v1beta/models/gemini-2.5-flash-image:generateContent',
      );
      expect(upstream.calls[0]?.headers['x-goog-api-key']).toBe(upstreamKey);
    } finally {
      await proxied.close();
    }
  });
});

describe('masks', () => {
  /** A picture, and a mask of its size whose left half may change. */
  async function maskedEdit(fields: Readonly<Record<string, string>>) {
    const picture = await sharp({ create: { width: 128, height: 128, channels: 3, background: '#2a9' } })
      .png()
      .toBuffer();
    const keep = await sharp({ create: { width: 64, height: 128, channels: 4, background: '#000' } })
      .png()
      .toBuffer();
    const mask = await sharp({ create: { width: 128, height: 128, channels: 4, background: '#0000' } })
      .composite([{ input: keep, left: 64, top: 0 }])
      .png()
      .toBuffer();
    const drawn = await sharp({ create: { width: 1024, height: 1024, channels: 3, background: '#e11' } })
      .png()
      .toBuffer();
    reply = (_call, response) => sendJson(response, imageAnswer(drawn.toString('base64')));
    const form = new FormData();
    for (const [name, value] of Object.entries({ prompt: 'a sail', ...fields })) form.set(name, value);
    form.set('image', new Blob([new Uint8Array(picture)]), 'a.png');
    form.set('mask', new Blob([new Uint8Array(mask)]), 'm.png');
    const response = await fetch(`${gateway.url}/v1/images/edits`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: form,
    });
    const body = (await response.json()) as Answered['body'];
    expect(response.status, JSON.stringify(body.error)).toBe(200);
    const { data } = await sharp(Buffer.from(body.data?.[0]?.b64_json ?? '', 'base64'))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const pixelAt = (x: number, y: number): number[] => [
      ...data.subarray((y * 128 + x) * 3, (y * 128 + x) * 3 + 3),
    ];
    return { body, adapted: response.headers.get('plantain-adapted') ?? '', pixelAt };
  }

  test('lbjlaq/Antigravity-Manager#2226: the mask is honoured: kept pixels are the input’s, the others are drawn', async () => {
    const { body, pixelAt } = await maskedEdit({});
    expect(body.size).toBe('128x128');
    for (let y = 0; y < 128; y++)
      for (let x = 64; x < 128; x++) expect(pixelAt(x, y)).toEqual([0x22, 0xaa, 0x99]);
    expect(pixelAt(20, 64)).toEqual([0xee, 0x11, 0x11]);
  });

  test.each([{ size: '1536x1024' }, { aspect_ratio: '16:9' }])(
    'vercel/ai#14360: nothing is dropped in silence: %j cannot hold in a masked edit and is reported',
    async (fields) => {
      const { body, adapted } = await maskedEdit(fields);
      expect(body.size).toBe('128x128');
      expect(adapted).toContain(Object.keys(fields)[0]);
    },
  );
});

describe('refusals and errors', () => {
  test.each([
    ['BerriAI/litellm#28989', 'IMAGE_SAFETY'],
    ['BerriAI/litellm#29125', 'IMAGE_PROHIBITED_CONTENT'],
    ['google-gemini-php/client#143', 'IMAGE_RECITATION'],
    ['vercel/ai#5301', 'IMAGE_SAFETY'],
  ])('%s: %s is a 400 with a reason, not an empty list, and is asked once', async (_number, reason) => {
    reply = finished(reason, { finishMessage: 'Unable to show the generated image.' });
    const { status, body } = await generate({});
    expect(status).toBe(400);
    expect(body).not.toHaveProperty('data');
    expect(body.error).toMatchObject({ type: 'image_generation_user_error', code: 'moderation_blocked' });
    expect(body.error?.message).toContain(reason);
    expect(upstream.calls).toHaveLength(1);
  });

  test('google-gemini-php/client#143: IMAGE_OTHER and NO_IMAGE are told by their names too', async () => {
    for (const reason of ['IMAGE_OTHER', 'NO_IMAGE']) {
      reply = finished(reason);
      const { status, body } = await generate({});
      expect(status).toBe(400);
      expect(body.error?.message).toContain(reason);
    }
  });

  test('BerriAI/litellm#20357: an answer without a picture is an error, whatever its finish reason says', async () => {
    for (const reason of ['STOP', 'MAX_TOKENS', 'SOMETHING_NEW', undefined]) {
      reply = (_call, response) =>
        sendJson(response, {
          candidates: [{ content: { parts: [{ text: 'Sure, here it is.' }] }, finishReason: reason }],
        });
      const { status, body } = await generate({});
      expect(status).toBe(400);
      expect(body.error?.code).toBe('no_image_generated');
    }
  });

  test('BerriAI/litellm#18118: an overloaded model is a 503, not a 500', async () => {
    reply = failing(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.');
    const { status, body } = await generate({});
    expect(status).toBe(503);
    expect(body.error?.code).toBe('upstream_unavailable');
  });

  test.each([
    'lbjlaq/Antigravity-Manager#2037',
    'lbjlaq/Antigravity-Manager#2032',
    'lbjlaq/Antigravity-Manager#853',
  ])('%s: a 429 keeps its status, its delay and its reason', async () => {
    // A gateway of its own: the upstream cools down afterwards. A shorter delay is waited for.
    const own = await startGateway({ upstreamUrl: upstream.url });
    reply = failing(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.', [
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '70s' },
    ]);
    try {
      const { status, headers, body } = await generate({}, own);
      expect(status).toBe(429);
      expect(headers.get('retry-after')).toBe('70');
      expect(headers.get('plantain-attempts')).toBe('1');
      expect(body.error).toMatchObject({ code: 'rate_limit_exceeded' });
    } finally {
      await own.close();
    }
  });
});

describe('usage and cost', () => {
  const model = 'gemini-3-pro-image';
  const textDetail = (tokenCount: number) => ({ modality: 'TEXT', tokenCount });
  const imageDetail = (tokenCount: number) => ({ modality: 'IMAGE', tokenCount });

  test('BerriAI/litellm#17410: image tokens cost the image price', async () => {
    reply = counted({
      promptTokenCount: 0,
      candidatesTokenCount: 1120,
      totalTokenCount: 1120,
      candidatesTokensDetails: [imageDetail(1120)],
      promptTokensDetails: [textDetail(0)],
    });
    // 1120 tokens at $120 a million; at the text price of $12 it would be a tenth.
    expect(costOf(await generate({ model }))).toBe(134_400);
  });

  const withReferences = {
    promptTokenCount: 1130,
    candidatesTokenCount: 1120,
    totalTokenCount: 2250,
    promptTokensDetails: [textDetail(10), imageDetail(1120)],
    candidatesTokensDetails: [imageDetail(1120)],
  };

  test('BerriAI/litellm#18182: image tokens of the prompt stand in the usage details', async () => {
    reply = counted(withReferences);
    const { body } = await edit({ model });
    expect(body.usage?.input_tokens_details).toEqual({ image_tokens: 1120, text_tokens: 10 });
    expect(body.usage?.input_tokens).toBe(1130);
  });

  test.each(['BerriAI/litellm#14285', 'BerriAI/litellm#18153'])(
    '%s: input pictures are charged',
    async () => {
      reply = counted(withReferences);
      // 1130 input tokens at $2 and 1120 image tokens at $120 a million.
      expect(costOf(await edit({ model }))).toBe(2260 + 134_400);
    },
  );

  test('BerriAI/litellm#31142: the picture is not charged at the rate of text output', async () => {
    const body = {
      promptTokenCount: 10,
      promptTokensDetails: [textDetail(10)],
      candidatesTokensDetails: [imageDetail(1290)],
    };
    reply = counted({ ...body, candidatesTokenCount: 1290, totalTokenCount: 1300 });
    // $30 a million, not the $2.50 of text.
    expect(costOf(await generate({ model: 'gemini-2.5-flash-image' }))).toBe(3 + 38_700);
  });

  test('BerriAI/litellm#39311: the operator’s own price counts for pictures', async () => {
    const file = join(gateway.dataDir, 'prices.yaml');
    await writeFile(
      file,
      [
        'models:',
        '  gemini-2.5-flash-image:',
        '    micro_usd_per_million_tokens:',
        '      input: 0',
        '      text_output: 0',
        '      image_output: 1000000',
        '',
      ].join('\n'),
    );
    const priced = await startGateway({ upstreamUrl: upstream.url, env: { PLANTAIN_CONFIG: file } });
    try {
      expect(costOf(await generate({ model: 'gemini-2.5-flash-image' }, priced))).toBe(1290);
    } finally {
      await priced.close();
    }
  });

  test.each(['ding113/claude-code-hub#663', 'HeyPuter/puter#2348'])(
    '%s: prompt, pictures, text and thinking are all charged, each at its price',
    async () => {
      reply = counted({
        promptTokenCount: 570,
        candidatesTokenCount: 1150,
        thoughtsTokenCount: 200,
        totalTokenCount: 1920,
        promptTokensDetails: [textDetail(10), imageDetail(560)],
        candidatesTokensDetails: [textDetail(30), imageDetail(1120)],
      });
      const answer = await edit({ model });
      // 570 input at $2, 1120 image at $120, and 30 text with 200 of thinking at $12 a million.
      expect(costOf(answer)).toBe(1140 + 134_400 + 2760);
      expect(answer.body.usage).toMatchObject({ input_tokens: 570, output_tokens: 1350, total_tokens: 1920 });
    },
  );

  test('vercel/ai#8646: usage says what the picture took', async () => {
    const { body } = await generate({ model: 'gemini-2.5-flash-image' });
    expect(body.usage).toMatchObject({
      output_tokens: 1290,
      output_tokens_details: { image_tokens: 1290, text_tokens: 0 },
    });
  });
});

test('minimaxir/gemimg#21: drafts marked as thoughts are never delivered', async () => {
  const draft = reference.toString('base64');
  const thought = { inlineData: { mimeType: 'image/png', data: draft }, thought: true };
  const answer = imageAnswer();
  const final = answer.candidates[0]?.content.parts[0];
  reply = (_call, response) =>
    sendJson(response, {
      ...answer,
      candidates: [{ content: { parts: [thought, thought, final], role: 'model' }, finishReason: 'STOP' }],
    });
  const { body } = await generate({ model: 'gemini-3-pro-image' });
  expect(body.data).toHaveLength(1);
  expect(body.data?.[0]?.b64_json).toBe(final?.inlineData.data);
});
