import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FakeGemini, imageAnswer, sendJson, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { noise } from '../support/test-pictures.ts';

/** Answers that relays, and Google on odd days, really give, through the gateway. */

let upstream: FakeGemini;
let gateway: Gateway;
let reply: (response: ServerResponse) => void;

beforeAll(async () => {
  upstream = await startFakeGemini((_call, response) => reply(response));
  gateway = await startGateway({ upstreamUrl: upstream.url });
});
beforeEach(() => {
  upstream.calls.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

interface Body {
  readonly data?: readonly { readonly b64_json?: string; readonly url?: string }[];
  readonly size?: string;
  readonly output_format?: string;
  readonly usage?: object;
  readonly error?: { readonly code: string; readonly message: string; readonly param: string | null };
}

async function ask(fields: object): Promise<Response> {
  return fetch(`${gateway.url}/v1/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'a fox', model: 'gemini-3-pro-image', ...fields }),
  });
}

/** What a caller gets for one answer of the upstream's, and how often that was asked. */
async function generate(answer: unknown, fields: object = {}) {
  reply = (response) => sendJson(response, answer);
  const response = await ask(fields);
  const body = (await response.json()) as Body;
  return { status: response.status, headers: response.headers, body, calls: upstream.calls.length };
}

const [candidate] = imageAnswer().candidates;
const { usageMetadata } = imageAnswer();
const answerOf = (...parts: readonly object[]) => ({
  ...imageAnswer(),
  candidates: [{ ...candidate, content: { parts } }],
});

describe('suurt8ll/open_webui_functions#182, antigravity2api#73, claude-relay-service#740: a whole picture in a stream', () => {
  const unfinished = { candidates: [{ content: candidate?.content }], usageMetadata };
  const event = (document: unknown): string => `data: ${JSON.stringify(document)}\n\n`;
  test.each([
    ['that just ends', event(unfinished)],
    ['before [DONE]', `${event(unfinished)}data: [DONE]\n\n`],
    ['before a line that is no JSON', `${event(unfinished)}data: {oops\n\n`],
    ['after a line that is no JSON', `data: oops {\n\n${event(unfinished)}`],
    ['before a line that is no event', `${event(unfinished)}<eof>\n\n`],
    ['as JSON all the same', JSON.stringify([unfinished])],
  ])('%s is delivered, counted and asked for once', async (_name, text) => {
    reply = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(text);
    };
    const streamed = await (await ask({ stream: true, partial_images: 1 })).text();
    expect(streamed).toContain(`"b64_json":"${tinyPng}"`);
    expect(streamed).toMatch(/event: image_generation\.completed\n.*"output_tokens":1290/);
    expect(upstream.calls).toHaveLength(1);
    expect(upstream.calls[0]?.url).toContain('streamGenerateContent');
  });
});

describe('an answer of another shape', () => {
  const image = { inlineData: { mimeType: 'image/png', data: tinyPng } };
  test.each([
    ['in a wrapper', { response: imageAnswer() }],
    ['as Markdown', answerOf({ text: `![fox](data:image/png;base64,${tinyPng})` })],
    [
      'with parts that are no list',
      { ...imageAnswer(), candidates: [{ ...candidate, content: { parts: image } }] },
    ],
    ['with a data: URL for its data', answerOf({ inlineData: { data: `data:image/png;base64,${tinyPng}` } })],
  ])('brings its picture %s, asked once', async (_name, answer) => {
    const { status, body, calls } = await generate(answer);
    expect([status, body.data, calls]).toEqual([200, [{ b64_json: tinyPng }], 1]);
    expect(body.usage).toBeDefined();
  });

  test('a 4K picture in the words of an answer is larger than any text may be, and is read all the same', async () => {
    const large = (await noise(2600, 2600, 'png')).toString('base64');
    expect(large.length).toBeGreaterThan(16 * 1024 * 1024);
    const { body } = await generate(answerOf({ text: `Done: data:image/png;base64,${large}` }));
    expect(body.data?.[0]?.b64_json === large).toBe(true);
    expect(body.size).toBe('2600x2600');
  });

  test.each([
    [
      'CrossGen#110',
      answerOf({ fileData: { mimeType: 'image/png', fileUri: 'https://x.example/1.png' } }),
      'fileData',
    ],
    ['claude-code#56064', { id: 'x', choices: [{ text: `data:image/png;base64,${tinyPng}` }] }, 'choices'],
  ])('%s: that cannot be read is told by name, and nothing is drawn again', async (_number, answer, name) => {
    const { status, headers, body, calls } = await generate(answer);
    expect([status, body.error?.code, body.error?.param, calls]).toEqual([
      502,
      'upstream_unreadable',
      null,
      1,
    ]);
    expect(body.error?.message).toContain(name);
    expect(body.error?.message).not.toMatch(/base64,|iVBOR|example/);
    expect(headers.get('x-should-retry')).toBe('false');
  });
});

describe('base64', () => {
  test.each([
    [
      'lmnr-ai/lmnr#1275: in the other alphabet',
      (text: string) => text.replaceAll('+', '-').replaceAll('/', '_'),
    ],
    ['matatonic/openedai-vision#4: unpadded', (text: string) => text.replace(/=+$/, '')],
    ['in lines', (text: string) => text.replaceAll(/.{76}/g, '$&\r\n')],
  ])('%s leaves as the standard says', async (_name, write) => {
    for (const width of [30, 31, 32, 33]) {
      const standard = (await noise(width, 21, 'png')).toString('base64');
      const { body } = await generate(
        answerOf({ inlineData: { mimeType: 'image/png', data: write(standard) } }),
      );
      expect(body.data).toEqual([{ b64_json: standard }]);
    }
  });
});

test('BerriAI/litellm#18182: counts without an entry for the picture are not priced as text', async () => {
  const { headers, body } = await generate({
    ...imageAnswer(),
    usageMetadata: { ...usageMetadata, candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 1290 }] },
  });
  // 1120 tokens of a picture at 120 dollars a million, and two of the prompt; as text they would be 15480.
  expect(headers.get('plantain-cost-micro-usd')).toBe('134404');
  expect(body.usage).toBeUndefined();
});

test('ru4ls/ComfyUI_Nano_Banana#16: what was drawn smaller, or in another ratio, than ordered is told', async () => {
  const square = (await noise(1024, 1024, 'jpeg')).toString('base64');
  const answer = answerOf({ inlineData: { mimeType: 'image/jpeg', data: square } });
  const adapted = async (fields: object) => (await generate(answer, fields)).headers.get('plantain-adapted');
  expect(await adapted({ aspect_ratio: '1:1', image_size: '1K' })).toBeNull();
  expect(await adapted({ aspect_ratio: '9:16' })).toBe(
    'aspect_ratio;action=mapped;from="9:16";to="1024x1024";reason=as-drawn',
  );
  expect(await adapted({ image_size: '4K' })).toBe(
    'image_size;action=mapped;from="4K";to="1024x1024";reason=as-drawn',
  );
  expect(await adapted({ size: '1792x1024' })).toBe('size;action=mapped;from="1792x1024";to="1024x1024"');
});

test.each(['png', 'jpeg', 'webp'] as const)(
  'a %s that ends before its time in an answer that is whole is no picture, and is charged for once',
  async (format) => {
    const whole = await noise(300, 200, format);
    const of = (bytes: Buffer) =>
      answerOf({ inlineData: { mimeType: `image/${format}`, data: bytes.toString('base64') } });
    expect((await generate(of(whole))).body.size).toBe('300x200');
    upstream.calls.length = 0;
    const { status, headers, body, calls } = await generate(of(whole.subarray(0, -1000)));
    expect([status, body.error?.code, calls]).toEqual([502, 'upstream_error', 1]);
    expect(body.error?.message).toContain('cannot be read');
    expect(headers.get('plantain-attempts')).toBe('1');
  },
);

describe('a picture of a type that is not known', () => {
  const data = Buffer.from('ff0a0102030405', 'hex').toString('base64');
  const answer = answerOf({ inlineData: { mimeType: 'image/jxl', data } });

  test('is passed on as what it was declared, without a size: it is paid for', async () => {
    const { status, body, calls } = await generate(answer);
    expect([status, body.data, calls]).toEqual([200, [{ b64_json: data }], 1]);
    expect(body.output_format).toBe('jxl');
    expect(body).not.toHaveProperty('size');
  });

  test('stays what it is when another format or size is asked for, and that is told', async () => {
    const { status, headers, body } = await generate(answer, {
      output_format: 'png',
      size: '640x480',
      fit: 'exact',
    });
    expect([status, body.data]).toEqual([200, [{ b64_json: data }]]);
    expect(headers.get('plantain-adapted')).toMatch(
      /output_format;action=ignored;from="png";to="image\/jxl";reason=unknown-type, size;action=ignored;from="640x480"/,
    );
  });

  test('has its type behind a link too', async () => {
    const { body } = await generate(answer, { response_format: 'url' });
    const link = await fetch(body.data?.[0]?.url ?? '');
    expect(link.headers.get('content-type')).toBe('image/jxl');
    expect(Buffer.from(await link.arrayBuffer()).toString('base64')).toBe(data);
  });

  test('is streamed as well', async () => {
    reply = (response) => sendJson(response, answer);
    const text = await (await ask({ stream: true })).text();
    expect(text).toMatch(/event: image_generation\.completed\ndata: .*"output_format":"jxl"/);
    expect(text).not.toContain('"size"');
  });
});
