import { ApiError, type GenerateContentResponse, GoogleGenAI, ThinkingLevel } from '@google/genai';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from './start-emulator.ts';
import { loadTestModels } from '../../test/support/test-models.ts';

// Google's own client against the emulator with its real renderer: what it accepts is what the live service sends.
const models = loadTestModels();
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ host: '127.0.0.1', port: 0, models });
});
afterAll(async () => await emulator.close());

const current = 'gemini-nano-banana-2.1';

function client(apiVersion?: string, headers: Record<string, string> = {}, apiKey = 'test-key'): GoogleGenAI {
  return new GoogleGenAI({
    apiKey,
    httpOptions: { baseUrl: emulator.url, headers, ...(apiVersion && { apiVersion }) },
  });
}

/** Not `answer.data`, which warns of every signature. */
function pictureOf(answer: GenerateContentResponse): string | undefined {
  return answer.candidates?.[0]?.content?.parts?.find((part) => part.inlineData !== undefined)?.inlineData
    ?.data;
}

/** Decodes every pixel, which a picture with a broken body would not survive. */
async function decode(data: string | undefined): Promise<{ format: string; width: number; height: number }> {
  const picture = Buffer.from(data ?? '', 'base64');
  const { info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  return { format: (await sharp(picture).metadata()).format, width: info.width, height: info.height };
}

describe.each([
  ['v1', undefined],
  ['v1beta', 'v1beta'],
])('the official JavaScript SDK on %s', (_, apiVersion) => {
  test('generateContent: a picture that decodes, with usage, model and id', async () => {
    const answer = await client(apiVersion).models.generateContent({
      model: current,
      contents: 'a lighthouse in a storm',
      config: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: '16:9', imageSize: '1K' } },
    });
    const inline = answer.candidates?.[0]?.content?.parts?.[0]?.inlineData;
    expect(await decode(inline?.data)).toEqual({ format: 'jpeg', width: 1376, height: 768 });
    expect(answer.modelVersion).toBe(current);
    expect(answer.responseId).toMatch(/^[\w-]{22}$/);
    expect(answer.usageMetadata?.candidatesTokensDetails).toEqual([{ modality: 'IMAGE', tokenCount: 1120 }]);
    expect(answer.sdkHttpResponse?.headers?.['server']).toBe('scaffolding on HTTPServer2');
  });

  test('generateContentStream: thought, drafts, text, picture, then the reason', async () => {
    const stream = await client(apiVersion).models.generateContentStream({
      model: current,
      contents: 'a lighthouse in a storm',
      config: {
        responseModalities: ['TEXT', 'IMAGE'],
        thinkingConfig: { includeThoughts: true, thinkingLevel: ThinkingLevel.HIGH },
      },
    });
    const seen: string[] = [];
    const ids = new Set<string | undefined>();
    for await (const chunk of stream) {
      const part = chunk.candidates?.[0]?.content?.parts?.[0];
      seen.push(`${part?.thought === true ? 'thought' : ''}${part?.inlineData ? 'picture' : 'text'}`);
      if (part?.inlineData)
        expect(await decode(part.inlineData.data)).toMatchObject({ width: 1024, height: 1024 });
      ids.add(chunk.responseId);
      if (seen.length === 6) expect(chunk.candidates?.[0]?.finishReason).toBe('STOP');
    }
    expect(seen).toEqual(['thoughttext', 'thoughtpicture', 'thoughtpicture', 'text', 'picture', 'text']);
    expect(ids.size).toBe(1);
  });

  test('models.list and models.get', async () => {
    const names: (string | undefined)[] = [];
    for await (const model of await client(apiVersion).models.list({ config: { pageSize: 2 } }))
      names.push(model.name);
    expect(names).toEqual(models.map((model) => `models/${model.id}`));
    const model = await client(apiVersion).models.get({ model: current });
    expect(model).toMatchObject({
      name: `models/${current}`,
      displayName: 'Nano Banana 2.1',
      inputTokenLimit: 131_072,
      outputTokenLimit: 32_768,
    });
  });

  test('countTokens', async () => {
    expect(
      await client(apiVersion).models.countTokens({ model: current, contents: 'a red fox' }),
    ).toMatchObject({ totalTokens: 3 });
  });

  test('a models/ prefix and a reference picture', async () => {
    const reference = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#884422' } })
      .jpeg()
      .toBuffer();
    const answer = await client(apiVersion).models.generateContent({
      model: 'models/gemini-2.5-flash-image',
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'add a hat' },
            { inlineData: { mimeType: 'image/jpeg', data: reference.toString('base64') } },
          ],
        },
      ],
      config: { responseModalities: ['IMAGE'] },
    });
    expect(await decode(pictureOf(answer))).toEqual({ format: 'png', width: 1248, height: 832 });
    expect(answer.usageMetadata?.promptTokensDetails).toContainEqual({ modality: 'IMAGE', tokenCount: 258 });
  });
});

test('a sample of models, ratios and sizes decodes to the exact pixels', async () => {
  const sample = [
    ['gemini-2.5-flash-image', '21:9', '1K', 'png', 1536, 672],
    ['gemini-3.1-flash-image', '1:8', '512', 'jpeg', 192, 1536],
    ['gemini-3.1-flash-lite-image', '4:5', '1K', 'jpeg', 928, 1152],
    ['gemini-3-pro-image', '9:16', '2K', 'jpeg', 1536, 2752],
    [current, '4:1', '1K', 'jpeg', 2048, 512],
  ] as const;
  for (const [model, aspectRatio, imageSize, format, width, height] of sample) {
    const config = { responseModalities: ['IMAGE'], imageConfig: { aspectRatio, imageSize } };
    const answer = await client().models.generateContent({ model, contents: 'a paper boat', config });
    expect(await decode(pictureOf(answer))).toEqual({ format, width, height });
  }
});

describe("errors reach the SDK as ApiError with Google's text", () => {
  const failing = async (call: Promise<unknown>): Promise<ApiError> => {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ApiError)) throw new Error(`not an ApiError: ${String(error)}`);
    return error;
  };
  const ask = async (scenario: string): Promise<unknown> =>
    await client(undefined, { 'x-emulator-scenario': scenario }).models.generateContent({
      model: current,
      contents: 'a fox',
    });

  test.each([
    ['rate-limit', 429, 'Please retry in 34.286670503s.'],
    ['credits-depleted', 429, 'prepayment credits are depleted'],
    ['internal-error', 500, 'Internal error encountered.'],
    ['overloaded', 503, 'The model is overloaded.'],
    ['deadline-exceeded', 504, 'Deadline expired'],
    ['bad-key', 400, 'API key not valid.'],
    ['forbidden', 403, 'unregistered callers'],
    ['model-retired', 404, 'no longer available'],
    ['html-502', 502, '<!DOCTYPE html>'],
  ])('%s is %i', async (scenario, status, text) => {
    const error = await failing(ask(scenario));
    expect(error.status).toBe(status);
    expect(error.message).toContain(text);
  });

  test('a bad key, an unknown model and a bad ratio', async () => {
    const contents = 'a fox';
    expect(
      (await failing(client(undefined, {}, 'invalid').models.generateContent({ model: current, contents })))
        .status,
    ).toBe(400);
    expect((await failing(client().models.get({ model: 'nobody' }))).status).toBe(404);
    const badRatio = client('v1beta').models.generateContent({
      model: current,
      contents,
      config: { imageConfig: { aspectRatio: '7:5' } },
    });
    expect((await failing(badRatio)).message).toContain('aspect_ratio must be one of');
  });

  test('an error chunk inside a stream', async () => {
    const stream = await client(undefined, {
      'x-emulator-scenario': 'error-chunk',
    }).models.generateContentStream({ model: current, contents: 'a fox' });
    const error = await failing(
      (async () => {
        for await (const chunk of stream) expect(chunk.responseId).toBeDefined();
      })(),
    );
    expect(error.message).toContain('got status: UNAVAILABLE');
  });

  test('a cut body and a reset are transport errors, invalid JSON a syntax error', async () => {
    await expect(ask('cut-body')).rejects.toThrow();
    await expect(ask('reset')).rejects.toThrow('fetch failed');
    await expect(ask('invalid-json')).rejects.toThrow(SyntaxError);
  });
});

test('the SDK continues a CONTINUATION by itself and ends with the picture', async () => {
  const before = emulator.stats().requests;
  const headers = { 'x-emulator-scenario': 'continuation' };
  const answer = await client(undefined, headers).models.generateContent({
    model: current,
    contents: 'a fox',
  });
  expect(emulator.stats().requests - before).toBe(2);
  expect(answer.candidates?.[0]?.content?.parts?.some((part) => part.inlineData !== undefined)).toBe(true);
  expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
});

test('refusals are answers, not errors', async () => {
  const ask = async (scenario: string) =>
    await client(undefined, { 'x-emulator-scenario': scenario }).models.generateContent({
      model: current,
      contents: 'a fox',
    });
  expect((await ask('prompt-blocked')).promptFeedback?.blockReason).toBe('PROHIBITED_CONTENT');
  expect((await ask('image-safety')).candidates?.[0]?.finishReason).toBe('IMAGE_SAFETY');
  expect((await ask('no-image')).candidates?.[0]).toEqual({ finishReason: 'NO_IMAGE', index: 0 });
});
