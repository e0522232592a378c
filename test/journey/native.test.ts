import { ApiError, GoogleGenAI, Modality } from '@google/genai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { tinyPng } from '../support/fake-gemini.ts';

/** Google's own JavaScript SDK against the sandbox: what works with Google works with its base URL changed. */

const model = 'gemini-nano-banana-2.1';
let gateway: Gateway;
let client: GoogleGenAI;
let folder: string;

beforeAll(async () => {
  gateway = await startGateway();
  folder = await mkdtemp(join(tmpdir(), 'plantain-native-'));
  client = sdk(gateway.key);
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

function sdk(apiKey: string, apiVersion?: string): GoogleGenAI {
  return new GoogleGenAI({
    apiKey,
    httpOptions: { baseUrl: gateway.url },
    ...(apiVersion !== undefined && { apiVersion }),
  });
}

async function failure(call: Promise<unknown>): Promise<ApiError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe("Google's JavaScript SDK", () => {
  for (const version of ['v1', 'v1beta'])
    test(`draws over /${version}`, async () => {
      const answer = await sdk(gateway.key, version).models.generateContent({
        model,
        contents: 'a red fox',
        config: { responseModalities: [Modality.IMAGE], imageConfig: { aspectRatio: '16:9' } },
      });
      const image = answer.candidates?.[0]?.content?.parts?.find((part) => part.inlineData)?.inlineData;
      expect(image?.mimeType).toBe('image/jpeg');
      expect(answer.usageMetadata?.candidatesTokenCount).toBeGreaterThan(0);
    });

  test('edits a picture', async () => {
    const answer = await client.models.generateContent({
      model,
      contents: [{ inlineData: { mimeType: 'image/png', data: tinyPng } }, { text: 'make it green' }],
    });
    expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
  });

  test('streams', async () => {
    const stream = await client.models.generateContentStream({ model, contents: 'a red fox' });
    let pictures = 0;
    let finish: string | undefined;
    for await (const chunk of stream) {
      for (const part of chunk.candidates?.[0]?.content?.parts ?? []) if (part.inlineData) pictures++;
      finish = chunk.candidates?.[0]?.finishReason ?? finish;
    }
    expect(pictures).toBeGreaterThan(0);
    expect(finish).toBe('STOP');
  });

  test('counts tokens, lists models and finds one', async () => {
    const count = await client.models.countTokens({ model, contents: 'a red fox' });
    expect(count.totalTokens).toBeGreaterThan(0);
    const names: (string | undefined)[] = [];
    for await (const listed of await client.models.list({ config: { pageSize: 2 } })) names.push(listed.name);
    expect(names).toContain(`models/${model}`);
    expect((await client.models.get({ model })).supportedActions).toContain('generateContent');
  });

  test('sends a file ahead, draws with it, lists, fetches and deletes it', async () => {
    const path = join(folder, 'up.png');
    await writeFile(path, Buffer.from(tinyPng, 'base64'));
    const file = await client.files.upload({
      file: path,
      config: { mimeType: 'image/png', displayName: 'up' },
    });
    expect(file).toMatchObject({ state: 'ACTIVE', mimeType: 'image/png', displayName: 'up' });
    const answer = await client.models.generateContent({
      model,
      contents: [{ fileData: { fileUri: file.uri ?? '', mimeType: 'image/png' } }, { text: 'make it green' }],
    });
    expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
    const names: (string | undefined)[] = [];
    for await (const listed of await client.files.list()) names.push(listed.name);
    expect(names).toEqual([file.name]);
    const name = file.name ?? '';
    expect((await client.files.get({ name })).sizeBytes).toBe(file.sizeBytes);
    const copy = join(folder, 'down.png');
    await client.files.download({ file: name, downloadPath: copy });
    await client.files.delete({ name });
    expect(await failure(client.files.get({ name }))).toMatchObject({ status: 403 });
  });

  test('hears of each error as Google tells it', async () => {
    const contents = 'a red fox';
    const told = async (call: Promise<unknown>) => {
      const error = await failure(call);
      return { status: error.status, ...JSON.parse(error.message).error };
    };
    expect(await told(sdk('wrong').models.generateContent({ model, contents }))).toMatchObject({
      status: 'INVALID_ARGUMENT',
      code: 400,
      message: 'API key not valid. Please pass a valid API key.',
      details: [{ reason: 'API_KEY_INVALID' }, {}],
    });
    expect(await told(client.models.generateContent({ model: 'gemini-nothing', contents }))).toMatchObject({
      code: 404,
      status: 'NOT_FOUND',
      message: expect.stringContaining('models/gemini-nothing is not found for API version'),
    });
    expect(
      await told(client.models.generateContent({ model, contents, config: { candidateCount: 2 } })),
    ).toMatchObject({ code: 400, message: 'Multiple candidates is not enabled for this model' });
    expect(
      await told(
        client.models.generateContent({ model, contents, config: { tools: [{ googleSearch: {} }] } }),
      ),
    ).toMatchObject({ code: 400, message: expect.stringContaining("'googleSearch' is not allowed") });
    expect(
      await told(
        client.models.generateContent({ model, contents, config: { imageConfig: { aspectRatio: '5:1' } } }),
      ),
    ).toMatchObject({ code: 400, message: expect.stringContaining('aspect_ratio must be one of') });
    expect(
      await told(client.models.generateContentStream({ model: 'gemini-nothing', contents })),
    ).toMatchObject({
      code: 404,
    });
    expect(await told(client.caches.list())).toMatchObject({ code: 404, status: 'NOT_FOUND' });
  });
});
