import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Plantain, startPlantain } from '../clients/support/start-plantain.ts';
import { fixturePictures, type FixturePictures } from '../fixtures/clients/pictures.ts';
import { type RawAnswer, sendFixture } from '../fixtures/clients/send-fixture.ts';
import { type FakeGemini, imageAnswer, sendJson, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

/** Requests in Gemini's own protocol as real clients put them on the wire (test/fixtures/clients). */

let upstream: FakeGemini;
let gateway: Gateway;
let pictures: FixturePictures;

beforeAll(async () => {
  pictures = await fixturePictures();
  upstream = await startFakeGemini((_call, response) => sendJson(response, imageAnswer()));
  gateway = await startGateway({ upstreamUrl: upstream.url });
});
beforeEach(() => {
  upstream.calls.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

interface Edited {
  readonly contents: readonly {
    readonly parts: readonly { readonly inlineData?: { readonly data: string } }[];
  }[];
}

const send = (name: string, earlier?: Readonly<Record<string, string>>): Promise<RawAnswer> =>
  sendFixture(gateway, name, pictures, earlier);

function documentOf({ status, body }: RawAnswer): Record<string, unknown> {
  expect(status, body.toString('utf8', 0, 400)).toBe(200);
  return JSON.parse(body.toString()) as Record<string, unknown>;
}

describe('Open WebUI', () => {
  test('its default asks for predictions, with an object for a list and a model that is gone', async () => {
    const answer = await send('open-webui-predict');
    const { predictions } = documentOf(answer) as { predictions: Record<string, string>[] };
    expect(predictions).toHaveLength(2);
    expect(answer.headers.get('plantain-adapted')).toContain('model');
    for (const { mimeType, bytesBase64Encoded } of predictions) {
      expect(mimeType).toBe('image/png');
      expect(bytesBase64Encoded).toBe(tinyPng);
    }
    expect(upstream.calls).toHaveLength(2);
  });

  test('draws and edits with generateContent', async () => {
    documentOf(await send('open-webui-gemini'));
    documentOf(await send('open-webui-gemini-edit'));
    expect(JSON.stringify(upstream.calls[1]?.body)).toContain(pictures['first.png'].toString('base64'));
  });
});

describe('n8n', () => {
  test('its edit node sends the picture ahead, asks for it, and names it', async () => {
    const started = await send('n8n-gemini-upload-start');
    expect(started.status).toBe(200);
    const { pathname, search } = new URL(started.headers.get('x-goog-upload-url') ?? '');
    const sent = await send('n8n-gemini-upload-data', { upload: `${pathname}${search}` });
    const { file } = documentOf(sent) as { file: { name: string; uri: string } };
    expect(documentOf(await send('n8n-gemini-file', { name: file.name }))).toMatchObject({ state: 'ACTIVE' });
    documentOf(await send('n8n-gemini-edit', { uri: file.uri }));
    const body = upstream.calls[0]?.body as unknown as Edited;
    expect(body.contents[0]?.parts[0]?.inlineData?.data).toBe(pictures['first.png'].toString('base64'));
  });
});

describe('predict', () => {
  const predict = (body: unknown, model = 'gemini-2.5-flash-image'): Promise<Response> =>
    fetch(`${gateway.url}/v1beta/models/${model}:predict`, {
      method: 'POST',
      headers: { 'x-goog-api-key': gateway.key },
      body: JSON.stringify(body),
    });

  test('carries ratio and count into the order', async () => {
    const parameters = { sampleCount: 3, aspectRatio: '16:9', personGeneration: 'allow_adult' };
    const answer = await predict({ instances: [{ prompt: 'a red fox' }], parameters });
    expect(((await answer.json()) as { predictions: object[] }).predictions).toHaveLength(3);
    expect(upstream.calls[0]?.body).toMatchObject({
      generationConfig: { imageConfig: { aspectRatio: '16:9' } },
    });
  });

  test.each([
    [{ instances: [] }, 'one instance'],
    [{ instances: [{ prompt: 'a' }, { prompt: 'b' }] }, 'one instance'],
    [{ instances: { prompt: 'a' }, parameters: { sampleCount: 5 } }, 'from 1 to 4'],
    [{ instances: { prompt: 'a' }, parameters: { negativePrompt: 'b' } }, 'Say in the prompt'],
    [{ instances: { prompt: 'a' }, parameters: { storageUri: 'gs://b' } }, "'storageUri' is not supported"],
    [{ instances: { prompt: 'a' }, parameters: { aspectRatio: '5:1' } }, '5:1'],
    [{ instances: { prompt: 'a', image: { gcsUri: 'gs://b' } } }, 'Only a prompt'],
    [{ instances: {} }, 'prompt'],
  ])('%j is refused', async (body, words) => {
    const answer = await predict(body);
    const { error } = (await answer.json()) as { error: { message: string; status: string } };
    expect(answer.status).toBe(400);
    expect(error.status).toBe('INVALID_ARGUMENT');
    expect(error.message).toContain(words);
    expect(upstream.calls).toHaveLength(0);
  });
});

describe('first-image clients', () => {
  const draft = Buffer.from('draft draft draft').toString('base64');
  const part = (data: string, more: object = {}) => ({
    inlineData: { mimeType: 'image/png', data },
    ...more,
  });
  const { usageMetadata } = imageAnswer();
  const answerOf = (parts: object[]) => ({
    candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0 }],
    usageMetadata,
  });
  let drafting: FakeGemini;
  let strict: Gateway;
  beforeAll(async () => {
    drafting = await startFakeGemini((call, response) => {
      const frames = [
        answerOf([{ text: 'Thinking', thought: true }]),
        answerOf([part(draft, { thought: true })]),
        answerOf([part(tinyPng, { thoughtSignature: 'c2ln' })]),
      ];
      if (!call.url.includes('alt=sse'))
        return sendJson(
          response,
          call.url.includes('stream')
            ? frames
            : answerOf([part(draft), part(tinyPng, { thoughtSignature: 'c2ln' }), { text: 'Here.' }]),
        );
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(frames.map((frame) => `data: ${JSON.stringify(frame)}\r\n\r\n`).join(''));
    });
    strict = await startGateway({ upstreamUrl: drafting.url, env: { PLANTAIN_NATIVE_DRAFTS: 'strip' } });
  });
  afterAll(async () => {
    await strict.close();
    await drafting.close();
  });

  test.each(['generateContent', 'streamGenerateContent', 'streamGenerateContent?alt=sse'])(
    'find the picture and no draft in what %s answers, when the operator strips them',
    async (method) => {
      const answer = await fetch(`${strict.url}/v1beta/models/gemini-3-pro-image:${method}`, {
        method: 'POST',
        headers: { 'x-goog-api-key': strict.key },
        body: JSON.stringify({ contents: [{ parts: [{ text: 'a fox' }] }] }),
      });
      const text = await answer.text();
      expect(text).toContain(tinyPng);
      expect(text).toContain('c2ln');
      expect(text).not.toContain(draft);
      const documents = method.includes('sse')
        ? text
            .split('\r\n\r\n')
            .flatMap((frame) => (frame === '' ? [] : [JSON.parse(frame.slice(6)) as object]))
        : [JSON.parse(text) as object].flat();
      expect(documents.length).toBe(method === 'generateContent' ? 1 : 3);
    },
  );
});

test('?key= is not in the log, nor in what an error says', async () => {
  const plantain: Plantain = await startPlantain();
  try {
    const origin = new URL(plantain.baseUrl).origin;
    const secret = `sk-${'Wrong0'.repeat(8)}`;
    const texts: string[] = [];
    for (const [path, key] of [
      ['/v1beta/models/gemini-nano-banana-2.1:generateContent', plantain.key],
      ['/v1beta/models/gemini-nano-banana-2.1:generateContent', secret],
      ['/v1beta/nothing/here', plantain.key],
      ['/nowhere', plantain.key],
    ] as const) {
      const answer = await fetch(`${origin}${path}?key=${key}`, {
        method: 'POST',
        body: JSON.stringify({ contents: [{ parts: [{ text: 'zebra-7431' }] }] }),
      });
      texts.push(JSON.stringify([...answer.headers]), answer.ok ? '' : await answer.text());
    }
    const log = plantain.output();
    expect(log).toContain('native_generate');
    for (const said of [log, ...texts]) {
      expect(said).not.toContain(plantain.key.slice(0, -4));
      expect(said).not.toContain(secret.slice(0, -4));
      expect(said).not.toContain('zebra-7431');
    }
  } finally {
    await plantain.stop();
  }
});
