import { describe, expect, test } from 'vitest';
import { plainScope } from '../../test/support/plain-scope.ts';
import { loadTestModels } from '../../test/support/test-models.ts';
import { JsonScanner } from '../bytes/json-scanner.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { Caller } from '../journey/image-order.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { findModel } from './find-model.ts';
import type { NativeParts } from './native-parts.ts';
import type { NativeRequest } from './native-request.ts';
import { type ReadRequest, readRequest } from './read-request.ts';
import { replaceSignatures } from './request-contents.ts';
import { requestPaths } from './request-paths.ts';

const [shipped = expect.fail('no model')] = loadTestModels();
const model: CatalogueModel = {
  ...shipped,
  id: 'real-id',
  deadlineMs: { '1K': 60_000, '4K': 240_000 },
};
const caller: Caller = { keyId: 'key_1', keyName: 'one', projectId: 'proj', strict: false };
const unknown = new PlantainError('model_not_found', 'not in these words');
const broken = new PlantainError('internal_error', 'broken');

const models: Readonly<Record<string, CatalogueModel | PlantainError>> = {
  asked: model,
  foreign: { ...model, foreign: {} } as unknown as CatalogueModel,
  broken,
};
const parts = {
  resolveModel: (name: string) => {
    const found = models[name] ?? unknown;
    if (found instanceof PlantainError) throw found;
    return { model: found };
  },
  rules: { tools: [], serviceTiers: ['standard'], drafts: 'keep', remoteFiles: true, safetySettings: [] },
} as unknown as NativeParts;

/** Reads a body as the server hands it on: pictures and signatures captured. */
function read(body: unknown, request: Partial<NativeRequest> = {}): Promise<ReadRequest> {
  const scanner = new JsonScanner(requestPaths);
  scanner.push(Buffer.from(JSON.stringify(body)));
  const given: NativeRequest = {
    id: 'req_1',
    method: 'generateContent',
    version: 'v1beta',
    model: 'asked',
    isEventStream: false,
    credentials: {} as NativeRequest['credentials'],
    clientAddress: '127.0.0.1',
    userAgent: 'test',
    maxWaitMs: undefined,
    acceptedAtMs: 5,
    readBody: async () => scanner.end(),
    ...request,
  };
  return readRequest(parts, given, caller, plainScope());
}

const sentBy = ({ write }: ReadRequest): unknown => {
  const { pieces, byteLength } = write();
  const bytes = Buffer.concat(pieces);
  expect(byteLength).toBe(bytes.length);
  return JSON.parse(bytes.toString());
};
const contents = [{ role: 'user', parts: [{ text: 'a fox' }] }];
const picture = { inlineData: { mimeType: 'image/png', data: 'A'.repeat(4000) } };
const refusal = (code: string, words: string, param?: string) =>
  expect.objectContaining({ code, param, message: expect.stringContaining(words) as string }) as Error;

describe('what an upstream is sent', () => {
  test('is what the caller sent, without what says nothing, its pictures byte for byte', async () => {
    const body = {
      model: 'x',
      contents: [{ parts: [picture, { text: 'a fox', thought: null }] }],
      tools: null,
    };
    expect(sentBy(await read(body))).toEqual({
      contents: [{ role: 'user', parts: [picture, { text: 'a fox' }] }],
    });
  });

  test('is written anew for each call, with the signatures that stand there then', async () => {
    const signed = { text: 'x', thoughtSignature: 'AAAA' };
    const request = await read({ contents: [{ role: 'model', parts: [signed] }] });
    expect(sentBy(request)).toEqual({ contents: [{ role: 'model', parts: [signed] }] });
    replaceSignatures(request.contents);
    expect(JSON.stringify(sentBy(request))).toContain('skip_thought_signature_validator');
  });

  test('is refused where it is no object', async () => {
    for (const body of [[], 'x', null, 5])
      await expect(read(body)).rejects.toEqual(refusal('invalid_json', 'must be a JSON object'));
  });
});

describe('what is to be counted', () => {
  const count = (body: object) => read(body, { method: 'countTokens' });

  test('is the contents, or a whole request, which then names the model of the path', async () => {
    expect(sentBy(await count({ contents }))).toEqual({ contents });
    for (const name of ['generateContentRequest', 'generate_content_request'])
      expect(sentBy(await count({ model: 'top', [name]: { model: 'inner', contents } }))).toEqual({
        [name]: { contents, model: 'models/real-id' },
      });
  });

  test('is not both, and a request is an object', async () => {
    const inner = { contents };
    await expect(count({ contents, generateContentRequest: inner })).rejects.toEqual(
      refusal('invalid_value', 'not both', 'contents'),
    );
    await expect(count({ generateContentRequest: 'x' })).rejects.toEqual(
      refusal('invalid_value', 'must be an object', 'generateContentRequest'),
    );
  });

  test('is nothing that another method knows', async () => {
    await expect(read({ generateContentRequest: { contents } })).rejects.toEqual(
      refusal('invalid_value', 'Cannot find field', 'generateContentRequest'),
    );
  });
});

describe('the order', () => {
  test('says what is asked, by whom, when, and under which name', async () => {
    const { order } = await read(
      {
        contents: [{ parts: [{ text: 'a fox' }, picture] }],
        generationConfig: { imageConfig: { aspectRatio: '16:9', imageSize: '4K' } },
      },
      { isEventStream: true },
    );
    expect(order).toMatchObject({
      id: 'req_1',
      operation: 'native_generate',
      caller,
      model: { id: 'real-id' },
      requestedModel: 'asked',
      prompt: 'a fox',
      count: 1,
      aspectRatio: '16:9',
      imageSize: '4K',
      references: [{ mimeType: 'image/png', base64: { length: 4000 } }],
      masksTransparency: false,
      stream: true,
      acceptedAtMs: 5,
      deadlineMs: 240_000,
    });
  });

  test('for words alone is one of no picture', async () => {
    const generationConfig = { responseModalities: ['TEXT'] };
    expect((await read({ contents, generationConfig })).order.count).toBe(0);
  });

  test('of a ratio that nobody knows is one that the model chooses; of such a size, the largest there is', async () => {
    const sized = (imageSize: string) => ({ contents, generationConfig: { imageConfig: { imageSize } } });
    expect(
      (await read({ contents, generationConfig: { imageConfig: { aspectRatio: '7:5' } } })).order,
    ).toMatchObject({
      aspectRatio: 'auto',
      imageSize: '1K',
    });
    expect((await read(sized('9K'))).order.imageSize).toBe('4K');
  });

  test('is bound by its text, and by a picture at its count of tokens, not at its bytes', async () => {
    const text = (await read({ contents })).order.bound?.usage.inputTextTokens ?? 0;
    const sent = JSON.stringify({ contents }).length;
    expect(text).toBe(sent);
    const withPicture = await read({ contents: [{ role: 'user', parts: [{ text: 'a fox' }, picture] }] });
    const around = JSON.stringify({ inlineData: { mimeType: 'image/png', data: '' } }).length + 1;
    expect(withPicture.order.bound?.usage).toMatchObject({
      inputTextTokens: sent + around,
      inputImageTokens: 1120,
    });
  });

  test('waits as long as the model may take, or less where the caller says so, but never under a second', async () => {
    const deadline = async (maxWaitMs: number | undefined, imageSize = '1K') =>
      (await read({ contents, generationConfig: { imageConfig: { imageSize } } }, { maxWaitMs })).order
        .deadlineMs;
    expect(await deadline(undefined)).toBe(60_000);
    expect(await deadline(undefined, '2K')).toBe(180_000);
    expect(await deadline(20_000)).toBe(20_000);
    expect(await deadline(90_000)).toBe(60_000);
    expect(await deadline(10)).toBe(1000);
  });
});

describe('a model', () => {
  test.each(['nobody', 'foreign'])('%s is not found, in words that clients of Google know', async (name) => {
    await expect(read({ contents }, { model: name })).rejects.toEqual(
      refusal(
        'model_not_found',
        `models/${name} is not found for API version v1beta, or is not supported for generateContent`,
        'model',
      ),
    );
  });

  test('is named in that refusal without anything that could be markup, and shortly', () => {
    const asked = (name: string) => () => findModel(parts, { model: name, version: 'v1' });
    expect(asked('<b>"x"\n')).toThrow(
      refusal(
        'model_not_found',
        'models/bx is not found for API version v1, or is not supported for generateContent',
        'model',
      ),
    );
    expect(asked('x'.repeat(500))).toThrow(
      refusal('model_not_found', `models/${'x'.repeat(100)} is`, 'model'),
    );
  });

  test('that cannot be looked up is no model that is missing', async () => {
    await expect(read({ contents }, { model: 'broken' })).rejects.toBe(broken);
  });
});

test('a client that takes every picture for an empty answer is refused before its body is read; counting is free', async () => {
  const geminiCli = { userAgent: 'GeminiCLI/0.9', readBody: () => expect.fail('the body is not read') };
  await expect(read({ contents }, geminiCli)).rejects.toEqual(
    refusal('invalid_value', 'Gemini CLI', 'model'),
  );
  await read({ contents }, { userAgent: 'geminicli/0.9', method: 'countTokens' });
  for (const userAgent of ['my GeminiCLI', 'GeminiCLIent']) await read({ contents }, { userAgent });
  await expect(read({ contents }, { userAgent: 'geminicli/0.9' })).rejects.toEqual(
    refusal('invalid_value', 'Gemini CLI', 'model'),
  );
});
