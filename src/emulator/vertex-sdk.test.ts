import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiError, type GenerateContentResponse, GoogleGenAI } from '@google/genai';
import { ExternalAccountClient, GoogleAuth, OAuth2Client, UserRefreshClient } from 'google-auth-library';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tinyPng } from '../../test/support/fake-gemini.ts';
import { callRaw, readPixels, startTestEmulator } from '../../test/support/test-emulator.ts';
import type { Emulator, ReceivedRequest } from './start-emulator.ts';

// Google's own client in Vertex mode, and Google's own credentials, against the emulator: what they accept is what Google sends.
let emulator: Emulator;
const received: ReceivedRequest[] = [];
beforeAll(async () => {
  emulator = await startTestEmulator({ onRequest: (request) => void received.push(request) });
});
afterAll(async () => await emulator.close());

const model = 'gemini-nano-banana-2.1';

function client({ location = 'global', token = 'ya29.test' } = {}): GoogleGenAI {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: token, expiry_date: Date.now() + 3_600_000 });
  return new GoogleGenAI({
    vertexai: true,
    project: 'art',
    location,
    googleAuthOptions: { authClient },
    httpOptions: { baseUrl: emulator.url },
  });
}

function pictureOf(answer: GenerateContentResponse): Buffer {
  const part = answer.candidates?.[0]?.content?.parts?.find(({ inlineData }) => inlineData !== undefined);
  return Buffer.from(part?.inlineData?.data ?? '', 'base64');
}
async function refusalOf(work: Promise<unknown>): Promise<ApiError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof ApiError ? error : expect.fail(`no ApiError: ${String(error)}`);
}

describe('the official JavaScript SDK in Vertex mode', () => {
  test('draws, with fields that Vertex alone has, and is told how the call was served', async () => {
    const answer = await client().models.generateContent({
      model,
      contents: 'a lighthouse',
      config: {
        responseModalities: ['IMAGE'],
        labels: { team: 'art' },
        imageConfig: {
          aspectRatio: '16:9',
          imageSize: '1K',
          personGeneration: 'ALLOW_ADULT',
          outputMimeType: 'image/png',
          outputCompressionQuality: 80,
        },
      },
    });
    expect(readPixels(pictureOf(answer))).toBe('1376x768');
    expect(answer.usageMetadata?.trafficType).toBe('ON_DEMAND');
    expect(Date.parse(answer.createTime ?? '')).not.toBeNaN();
    expect(received.at(-1)?.url).toBe(
      `/v1beta1/projects/art/locations/global/publishers/google/models/${model}:generateContent`,
    );
  });

  test('edits', async () => {
    const edited = await client().models.generateContent({
      model,
      contents: [{ inlineData: { mimeType: 'image/png', data: tinyPng } }, { text: 'make it blue' }],
      config: { responseModalities: ['IMAGE'] },
    });
    expect(readPixels(pictureOf(edited))).toBe('1024x1024');
    expect(edited.usageMetadata?.promptTokensDetails).toContainEqual({ modality: 'IMAGE', tokenCount: 1120 });
  });

  test('streams: drafts, then the picture', async () => {
    const stream = await client().models.generateContentStream({
      model,
      contents: 'a lighthouse',
      config: { responseModalities: ['IMAGE'] },
    });
    const chunks: GenerateContentResponse[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const pictures = chunks.filter((chunk) => pictureOf(chunk).length > 0);
    expect(pictures.length).toBeGreaterThan(1);
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
  });

  test('counts tokens, lists models and gets one', async () => {
    const counted = await client().models.countTokens({ model, contents: 'a fox in the snow' });
    expect(counted.totalTokens).toBe(5);
    const names: (string | undefined)[] = [];
    for await (const { name } of await client().models.list()) names.push(name);
    expect(names).toContain(`publishers/google/models/${model}`);
    expect((await client().models.get({ model })).name).toBe(`publishers/google/models/${model}`);
  });

  test.each([
    ['a token that is none', { token: 'invalid' }, model, 401, 'UNAUTHENTICATED'],
    ['a model that is not in a region', { location: 'europe-west4' }, model, 404, 'Publisher Model'],
    [
      'a model that is nowhere',
      {},
      'gemini-none',
      404,
      'projects/art/locations/global/publishers/google/models/gemini-none',
    ],
  ])('reads the error of %s', async (_name, options, asked, status, words) => {
    const error = await refusalOf(
      client(options).models.generateContent({ model: asked, contents: 'a fox' }),
    );
    expect(error.status).toBe(status);
    expect(error.message).toContain(words);
  });

  test('in express mode asks with a key and without a project', async () => {
    const ai = new GoogleGenAI({ vertexai: true, apiKey: 'AQ.key', httpOptions: { baseUrl: emulator.url } });
    const answer = await ai.models.generateContent({ model, contents: 'a fox' });
    expect(readPixels(pictureOf(answer))).toBe('1024x1024');
    expect(received.at(-1)?.url).toBe(`/v1beta1/publishers/google/models/${model}:generateContent`);
    expect(received.at(-1)?.headers['x-goog-api-key']).toBe('AQ.key');
  });
});

describe('the emulator at Vertex’s paths', () => {
  const path = `/v1/projects/art/locations/global/publishers/google/models/${model}`;
  const turn = { role: 'user', parts: [{ text: 'a fox' }] };
  const ask = (method: string, body: object, headers: Record<string, string> = {}) =>
    callRaw(`${emulator.url}${path}:${method}`, {
      body,
      headers: { authorization: 'Bearer ya29.test', ...headers },
    });

  test('wants the role of every turn', async () => {
    for (const method of ['generateContent', 'countTokens']) {
      const answer = await ask(method, { contents: [{ parts: turn.parts }] });
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('valid role: user, model')]);
    }
  });

  test('names its own messages where it refuses a field', async () => {
    const answer = await ask('generateContent', { contents: [turn], generationConfig: { imageConfig: 'x' } });
    expect(answer.text).toContain('type.googleapis.com/google.cloud.aiplatform.v1.ImageConfig');
  });

  test('tells who asks without a token from who asks with a key, and how to ask', async () => {
    const url = `${emulator.url}${path}:countTokens`;
    const key = await callRaw(url, { body: { contents: [turn] } });
    expect([key.status, key.text]).toEqual([401, expect.stringContaining('API keys are not supported')]);
    expect(key.headers['www-authenticate']).toMatch(/^Bearer /);
    const none = await fetch(url, { method: 'POST', body: '{}' });
    expect([none.status, await none.text()]).toEqual([401, expect.stringContaining('CREDENTIALS_MISSING')]);
  });

  test('answers an error of a stream that is a list with a list', async () => {
    const list = await ask(
      'streamGenerateContent',
      { contents: [turn] },
      { 'x-emulator-scenario': 'shared-quota' },
    );
    expect(JSON.parse(list.text)).toMatchObject([{ error: { code: 429 } }]);
    const events = await ask(
      'streamGenerateContent?alt=sse',
      { contents: [turn] },
      { 'x-emulator-scenario': 'shared-quota' },
    );
    expect(JSON.parse(events.text)).toMatchObject({ error: { code: 429 } });
  });
});

describe('google-auth-library against the emulator’s credential servers', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'plantain-emulator-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('exchanges a token of the place and is lent an account', async () => {
    const file = join(folder, 'subject');
    writeFileSync(file, 'subject-token');
    const external = ExternalAccountClient.fromJSON({
      type: 'external_account',
      audience: '//iam.googleapis.com/pool',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${emulator.url}/v1/token`,
      service_account_impersonation_url: `${emulator.url}/v1/projects/-/serviceAccounts/painter:generateAccessToken`,
      credential_source: { file },
    });
    if (external === null) expect.fail('no client');
    external.scopes = ['https://www.googleapis.com/auth/cloud-platform'];
    expect((await external.getAccessToken()).token).toBe('ya29.lent-painter');
  });

  test('renews the token of a user, and reads why it was refused', async () => {
    const open = (refreshToken: string) =>
      new UserRefreshClient({
        clientId: 'c',
        clientSecret: 's',
        refreshToken,
        endpoints: { oauth2TokenUrl: `${emulator.url}/token` },
      });
    expect((await open('1//good').getAccessToken()).token).toBe('ya29.user');
    await expect(open('1//invalid').getAccessToken()).rejects.toThrow(/invalid_grant/);
  });

  test('signs for a token as a service account', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const auth = new GoogleAuth({
      credentials: { client_email: 'painter@art.iam.gserviceaccount.com', private_key: privateKey },
      scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      clientOptions: {
        transporterOptions: {
          // Its address is fixed in the library.
          fetchImplementation: (_url: unknown, init?: RequestInit) => fetch(`${emulator.url}/token`, init),
        },
      },
    });
    expect(await auth.getAccessToken()).toBe('ya29.service-account');
  });

  test('the machine’s account is told to whoever sends the header', async () => {
    const url = `${emulator.url}/computeMetadata/v1/instance/service-accounts/default/token`;
    const headers = { 'metadata-flavor': 'Google' };
    const answer = await callRaw(url, { headers });
    expect(answer.headers['metadata-flavor']).toBe('Google');
    expect(JSON.parse(answer.text)).toMatchObject({ access_token: 'ya29.metadata', expires_in: 3599 });
    expect((await callRaw(url)).status).toBe(403);
    expect((await callRaw(`${emulator.url}/computeMetadata/v1/project/project-id`, { headers })).text).toBe(
      'emulator',
    );
  });
});
