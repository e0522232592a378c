import { afterEach, describe, expect, test } from 'vitest';
import { upstreamContract } from '../../../test/contracts/upstream.contract.ts';
import { imageAnswer } from '../../../test/support/fake-gemini.ts';
import { geminiAnswers } from '../../../test/support/gemini-answers.ts';
import { plainScope } from '../../../test/support/plain-scope.ts';
import { httpAnswer, type RawCall, startRawUpstream } from '../../../test/support/raw-upstream.ts';
import { Base64Image } from '../../bytes/base64-image.ts';
import { inspectImage } from '../../pixels/headers/inspect-picture.ts';
import { apiKeyCredentials, type Credentials } from '../credentials/credentials.ts';
import { CredentialsError } from '../credentials/credentials-error.ts';
import { VertexUpstream, type VertexUpstreamOptions } from './vertex-upstream.ts';

const common = {
  name: 'vertex',
  apiVersion: 'v1',
  project: 'art',
  location: 'global',
  connectTimeoutMs: 1000,
  maxConnections: 4,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 10_000,
  maxAnswerBytes: 1_000_000,
  inspect: inspectImage,
  clock: { nowMs: () => 1000 },
  checkedModelId: 'gemini-3-pro-image',
};

/** A token that stays the same until it is refused. */
function bearer(secret: string): Credentials {
  let count = 0;
  return {
    headers: () => Promise.resolve({ authorization: `Bearer ${secret}${String(count)}` }),
    refused: () => (count++, true),
    close: () => Promise.resolve(),
  };
}

describe('VertexUpstream', () => {
  upstreamContract({
    ...geminiAnswers,
    keyAccepted: { body: '{"totalTokens":1}' },
    open: ({ secret, ...opening }) =>
      new VertexUpstream({ ...common, ...opening, credentials: bearer(secret) }),
  });
});

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function open(answer: (call: RawCall) => void, options: Partial<VertexUpstreamOptions> = {}) {
  const calls: RawCall[] = [];
  const service = await startRawUpstream((call) => {
    calls.push(call);
    answer(call);
  });
  const credentials = bearer('ya29.test-');
  const upstream = new VertexUpstream({ ...common, baseUrl: service.url, credentials, ...options });
  closers.push(
    () => service.close(),
    () => upstream.close(),
  );
  return { calls, upstream };
}
const picture = ({ socket }: RawCall): void => void socket.write(httpAnswer(JSON.stringify(imageAnswer())));
const unauthorised = ({ socket }: RawCall): void =>
  void socket.write(httpAnswer(geminiAnswers.keyRefused.body, { status: '401 No' }));
const { wish } = geminiAnswers;

describe('a call to Vertex', () => {
  test('is made in the name of the project, with the token in a header, and always says the role', async () => {
    const { calls, upstream } = await open(picture);
    await upstream.draw(wish, plainScope());
    expect(calls[0]?.head).toMatch(
      /^POST \/v1\/projects\/art\/locations\/global\/publishers\/google\/models\/gemini-3-pro-image:generateContent HTTP/,
    );
    expect(calls[0]?.head).toContain('authorization: Bearer ya29.test-0');
    expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({
      contents: [{ role: 'user' }],
      generationConfig: {
        responseModalities: ['IMAGE'],
        imageConfig: { aspectRatio: '1:1', imageSize: '1K' },
      },
    });
  });

  test('with a key alone has no project in its path, and with drafts it is streamed; a model keeps its name there', async () => {
    const { calls, upstream } = await open(picture, {
      project: undefined,
      credentials: apiKeyCredentials('AQ.key'),
      modelNames: new Map([['gemini-3-pro-image', 'gemini-3-pro-image-preview']]),
    });
    await upstream.draw({ ...wish, onDraft: () => undefined }, plainScope());
    expect(calls[0]?.head).toMatch(
      /^POST \/v1\/publishers\/google\/models\/gemini-3-pro-image-preview:streamGenerateContent\?alt=sse HTTP/,
    );
    expect(calls[0]?.head).toContain('x-goog-api-key: AQ.key');
  });

  test('whose token is refused is made once more with another, and both are told', async () => {
    const { calls, upstream } = await open((call) => (call.index === 0 ? unauthorised(call) : picture(call)));
    const { call, refusedBefore, image } = await upstream.draw(wish, plainScope());
    expect(call).toMatchObject({ verdict: 'picture', httpStatus: 200 });
    expect(refusedBefore).toMatchObject([
      { verdict: 'failed', phase: 'refused', fault: 'credential', httpStatus: 401 },
    ]);
    expect(image).toBeDefined();
    expect(calls.map(({ head }) => /Bearer (\S+)/.exec(head)?.[1])).toEqual(['ya29.test-0', 'ya29.test-1']);
  });

  test('whose second token is refused too is made no third time; a key that is refused, no second', async () => {
    const twice = await open(unauthorised);
    const { call } = await twice.upstream.draw(wish, plainScope());
    expect([call.fault, twice.calls.length]).toEqual(['credential', 2]);
    const once = await open(unauthorised, { credentials: apiKeyCredentials('k') });
    const { refusedBefore } = await once.upstream.draw(wish, plainScope());
    expect([refusedBefore, once.calls.length]).toEqual([undefined, 1]);
  });

  test('without credentials is not sent: the fault is theirs, told to the operator alone', async () => {
    const reason = 'the token server answered 400: invalid_grant';
    const { calls, upstream } = await open(picture, {
      credentials: { ...bearer(''), headers: () => Promise.reject(new CredentialsError(reason)) },
    });
    const { call } = await upstream.draw(wish, plainScope());
    expect(call).toMatchObject({
      verdict: 'failed',
      phase: 'unsent',
      fault: 'credential',
      error: { code: 'upstream_auth_error', cause: reason },
    });
    expect(call.error?.message).not.toContain('invalid_grant');
    expect(calls).toHaveLength(0);
    expect(await upstream.checkKey(AbortSignal.timeout(1000))).toMatchObject({ fault: 'credential', reason });
  });

  test('with a picture larger than a request may hold is not made, and says which', async () => {
    const { upstream } = await open(picture);
    const reference = (bytes: number) => ({
      base64: new Base64Image([Buffer.alloc((bytes / 3) * 4, 'A')]),
      mimeType: 'image/png',
      size: { widthPx: 9, heightPx: 9 },
      hasAlpha: false,
      sentAs: { param: 'image[1]', title: "'image[1]'" },
    });
    const fits = { ...wish, references: [reference(7_340_031)] };
    const large = { ...wish, references: [reference(99), reference(7_340_034)] };
    expect(upstream.unfitFor(fits)).toBeUndefined();
    const error = upstream.unfitFor(large);
    expect(error).toMatchObject({ code: 'upstream_rejected', param: 'image[1]' });
    expect(error?.message).toContain('at most 7.0 MiB');
  });
});

test('the credentials are checked by counting tokens; a model that is not there is no fault of theirs', async () => {
  const { calls, upstream } = await open(({ socket }) => {
    const message =
      'Publisher Model `projects/art/x` was not found or your project does not have access to it.';
    const body = JSON.stringify({ error: { code: 404, message, status: 'NOT_FOUND' } });
    socket.write(httpAnswer(body, { status: '404 No' }));
  });
  expect(await upstream.checkKey(AbortSignal.timeout(5000))).toMatchObject({ fault: null, httpStatus: 404 });
  expect(calls[0]?.head).toContain('/models/gemini-3-pro-image:countTokens HTTP');
});
