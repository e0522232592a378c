import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { imageAnswer, tinyPng } from '../../../test/support/fake-gemini.ts';
import { httpAnswer, type RawCall, startRawUpstream } from '../../../test/support/raw-upstream.ts';
import { Memory } from '../../admission/memory.ts';
import { mayCost } from '../../journey/call.ts';
import type { CatalogueModel } from '../../journey/catalogue-model.ts';
import type { GeneratedImage } from '../../journey/image-result.ts';
import { OrderScope } from '../../journey/order-scope.ts';
import type { DrawWish } from '../../journey/upstream.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { inspectImage } from '../../pixels/headers/inspect-picture.ts';
import { GeminiUpstream, type GeminiUpstreamOptions } from './gemini-upstream.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const model = {
  id: 'gemini-3-pro-image',
  drafts: true,
  sendsImageSize: true,
  pixels: {},
  inputTokenLimit: 65_536,
  outputTokenLimit: 32_768,
} as unknown as CatalogueModel;
const wish: DrawWish = {
  model,
  prompt: 'a fox',
  aspectRatio: '1:1',
  imageSize: '1K',
  references: [],
  index: 0,
};
const whole = JSON.stringify(imageAnswer());
const event = (document: unknown): string => `data: ${JSON.stringify(document)}\r\n\r\n`;
const usage = { promptTokenCount: 10, thoughtsTokenCount: 40, totalTokenCount: 50 };
const counted = { inputTokens: 10, outputTokens: 40, outputImageTokens: 0 };

/** One call to an upstream that answers like this. */
async function call(
  answer: (given: RawCall) => void,
  {
    options = {},
    given = {},
    memory = new Memory({ maxBytes: 1e12, stalledMs: 10_000 }),
    scope = new OrderScope(() => memory.open()),
  }: {
    readonly options?: Partial<GeminiUpstreamOptions>;
    readonly given?: Partial<DrawWish>;
    readonly memory?: Memory;
    readonly scope?: OrderScope;
  } = {},
) {
  const calls: RawCall[] = [];
  const upstream = await startRawUpstream((raw) => {
    calls.push(raw);
    answer(raw);
  });
  closers.push(() => upstream.close());
  let now = 1000;
  const gemini = new GeminiUpstream({
    name: 'google',
    baseUrl: `${upstream.url}/base/`,
    apiVersion: 'v1beta',
    apiKey: 'AIzaKey',
    connectTimeoutMs: 1000,
    maxConnections: 4,
    headersTimeoutMs: 10_000,
    bodyTimeoutMs: 10_000,
    maxAnswerBytes: 1_000_000,
    inspect: inspectImage,
    clock: { nowMs: () => (now += 10) },
    ...options,
  });
  closers.push(() => gemini.close());
  const result = await gemini.draw({ ...wish, ...given }, scope);
  return { ...result, calls, memory, scope };
}

const reply = (body: string | Buffer, options?: Parameters<typeof httpAnswer>[1]) => {
  return ({ socket }: RawCall): void => void socket.write(httpAnswer(body, options));
};
/** A 200 that ends after `body`, though more was promised. */
const cutAfter = (body: string) => {
  return ({ socket }: RawCall): void => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length + 9}\r\n\r\n${body}`);
    setTimeout(() => socket.destroy(), 20);
  };
};
const aborting = (scope: OrderScope, code: 'client_closed' | 'upstream_timeout' | 'server_stopping') => {
  setTimeout(() => scope.abort(new PlantainError(code, code)), 20);
};
const plainScope = (): OrderScope =>
  new OrderScope(() => new Memory({ maxBytes: 1e12, stalledMs: 10_000 }).open());

describe('a call', () => {
  test('asks for a picture, with the key in a header and never in the URL', async () => {
    const { call: evidence, image, calls } = await call(reply(whole));
    expect(calls[0]?.head).toMatch(
      /^POST \/base\/v1beta\/models\/gemini-3-pro-image:generateContent HTTP\/1\.1\r\n/,
    );
    expect(calls[0]?.head).toContain('x-goog-api-key: AIzaKey');
    expect(calls[0]?.head.split('\r\n')[0]).not.toContain('AIza');
    expect(calls[0]?.head).not.toMatch(/accept-encoding|variation/i);
    expect(evidence).toMatchObject({
      upstream: 'google',
      model,
      startedAtMs: 1010,
      verdict: 'picture',
      phase: 'answered',
      fault: undefined,
      httpStatus: 200,
      picturesSeen: 1,
      usage: { inputTokens: 10, outputImageTokens: 1290 },
    });
    expect(evidence.endedAtMs).toBeGreaterThan(evidence.startedAtMs);
    expect(image?.base64.headText(1000)).toBe(tinyPng);
  });

  test('is streamed where drafts are wanted and drawn, and hears of each', async () => {
    const drafts: GeneratedImage[] = [];
    const onDraft = (draft: GeneratedImage): void => void drafts.push(draft);
    const [part] = imageAnswer().candidates;
    const draft = event({ candidates: [{ content: part?.content }] });
    const {
      image,
      calls,
      call: evidence,
    } = await call(reply(draft + event(imageAnswer())), {
      given: { onDraft },
      options: { variationHeader: 'x-variation' },
    });
    expect(calls[0]?.head).toContain(':streamGenerateContent?alt=sse');
    expect(calls[0]?.head).toContain('x-variation: 0');
    expect([drafts.length, image === undefined, evidence.picturesSeen]).toEqual([1, false, 2]);
    const plain = await call(reply(whole), { given: { onDraft, model: { ...model, drafts: false } } });
    expect(plain.calls[0]?.head).toContain(':generateContent ');
  });

  test('goes on with an answer by its token', async () => {
    const answer = {
      candidates: [{ finishReason: 'CONTINUATION', continuationToken: 'next' }],
      usageMetadata: usage,
    };
    const first = await call(reply(JSON.stringify(answer)));
    expect(first).toMatchObject({
      continuationToken: 'next',
      call: { verdict: 'continued', usage: counted },
    });
    const second = await call(reply(whole), { given: { continuationToken: 'next' } });
    expect(second.calls[0]?.body).toContain('"continuationToken":"next"');
  });

  test.each([
    [
      'a refusal',
      { promptFeedback: { blockReason: 'OTHER' }, usageMetadata: usage },
      'refused',
      'moderation_blocked',
    ],
    [
      'words',
      { candidates: [{ content: { parts: [{ text: 'no' }] } }], usageMetadata: usage },
      'words',
      'no_image_generated',
    ],
    [
      'an error inside',
      { error: { code: 503, message: 'x' }, usageMetadata: usage },
      'failed',
      'upstream_unavailable',
    ],
    [
      'what cannot be read',
      { candidates: [{ content: { parts: [{ inlineData: { data: '<x>' } }] } }] },
      'failed',
      'upstream_error',
    ],
  ])('that brings %s tells so, and what was counted', async (_name, answer, verdict, code) => {
    const { call: evidence, image } = await call(reply(JSON.stringify(answer)));
    expect(evidence).toMatchObject({ verdict, httpStatus: 200, error: { code } });
    if ('usageMetadata' in answer) expect(evidence.usage).toMatchObject(counted);
    else expect(evidence).toMatchObject({ usage: 'not counted', picturesSeen: 1, phase: 'answered' });
    expect(image).toBeUndefined();
  });

  test('tells of counts that cannot be, and does not believe them', async () => {
    const answer = {
      ...imageAnswer(),
      usageMetadata: { ...imageAnswer().usageMetadata, candidatesTokenCount: 1e9 },
    };
    expect((await call(reply(JSON.stringify(answer)))).call).toMatchObject({
      verdict: 'picture',
      usage: 'not counted',
      oddCount: "candidatesTokenCount 1000000000 is above the model's limit of 32768",
    });
  });
});

describe('how far a call came', () => {
  test('that reached nobody: unsent', async () => {
    const closed = await startRawUpstream(() => undefined);
    await closed.close();
    const { call: evidence } = await call(() => undefined, { options: { baseUrl: closed.url } });
    expect(evidence).toMatchObject({
      verdict: 'failed',
      phase: 'unsent',
      fault: 'upstream',
      httpStatus: undefined,
      error: { code: 'upstream_unavailable' },
    });
  });

  test.each([
    ['reset', ({ socket }: RawCall) => void socket.resetAndDestroy(), 'upstream_error'],
    ['closed', ({ socket }: RawCall) => void socket.end(), 'upstream_error'],
    ['no HTTP', ({ socket }: RawCall) => void socket.end('SSH-2.0\r\n'), 'upstream_error'],
    ['silent', () => undefined, 'upstream_timeout'],
  ])('that was %s after it was sent: unanswered', async (_name, answer, code) => {
    const { call: evidence } = await call(answer, { options: { headersTimeoutMs: 50 } });
    expect(evidence).toMatchObject({
      verdict: 'failed',
      phase: 'unanswered',
      fault: 'upstream',
      httpStatus: undefined,
      usage: 'not counted',
      error: { code },
    });
  });

  test('that a wish leaves no more time is given up as silent', async () => {
    const { call: evidence } = await call(() => undefined, { given: { silenceMs: 50 } });
    expect(evidence).toMatchObject({
      phase: 'unanswered',
      fault: 'upstream',
      error: { code: 'upstream_timeout' },
    });
  });

  test.each([
    ['400 Bad', 'refused', 'caller'],
    ['401 No', 'refused', 'credential'],
    ['402 Pay', 'refused', 'credit'],
    ['404 Gone', 'refused', 'place'],
    ['418 Teapot', 'refused', 'place'],
    ['429 Slow', 'refused', 'quota'],
    ['302 There', 'refused', 'place'],
    ['500 Oh', 'failed', 'upstream'],
    ['503 Busy', 'failed', 'capacity'],
  ])('that was answered by %s: %s, for want of %s', async (status, phase, fault) => {
    const { call: evidence, memory } = await call(reply('{}', { status }));
    expect(evidence).toMatchObject({
      verdict: 'failed',
      phase,
      fault,
      httpStatus: Number.parseInt(status, 10),
    });
    expect(memory.heldBytes).toBe(0);
  });

  test('that was answered by another 2xx brought its picture', async () => {
    for (const status of ['201 Created', '203 Non-Authoritative Information']) {
      const { call: evidence, image } = await call(reply(whole, { status }));
      expect([evidence.verdict, mayCost(evidence), image === undefined]).toEqual(['picture', true, false]);
    }
    const { call: empty } = await call(reply('', { status: '202 Accepted' }));
    expect([empty.verdict, mayCost(empty)]).toEqual(['failed', true]);
  });

  test('that was limited tells until when: by its body in any coding, or by its header', async () => {
    const error = { error: { code: 429, message: 'x', details: [{ retryDelay: '34s' }] } };
    const status = '429 Slow';
    const plain = await call(reply(JSON.stringify([error]), { status }));
    const gzip = await call(
      reply(gzipSync(JSON.stringify(error)), { status, headers: { 'content-encoding': 'GZIP' } }),
    );
    const header = await call(reply('<html>', { status, headers: { 'retry-after': '34' } }));
    for (const { call: evidence } of [plain, gzip, header])
      expect((evidence.untilMs ?? 0) - evidence.endedAtMs).toBeGreaterThan(33_000);
  });

  test.each([
    ['never ends', (socket: RawCall['socket']) => void socket.write('10\r\n0123456789abcdef\r\n')],
    [
      'is endless',
      (socket: RawCall['socket']) => void socket.write(`10000\r\n${'a'.repeat(65_536)}\r\n`.repeat(40)),
    ],
    ['breaks off', (socket: RawCall['socket']) => setTimeout(() => socket.destroy(), 20)],
  ])('by a status whose body %s is known all the same', { timeout: 20_000 }, async (_name, write) => {
    const { call: evidence } = await call(({ socket }) => {
      socket.write('HTTP/1.1 500 E\r\ntransfer-encoding: chunked\r\n\r\n');
      write(socket);
    });
    expect(evidence).toMatchObject({ phase: 'failed', httpStatus: 500, error: { code: 'upstream_error' } });
  });

  test.each([
    ['in its head', ''],
    ['in its picture', whole.slice(0, whole.indexOf(tinyPng) + 20)],
    ['in a stream', `data: {"candidates":[`],
  ])('that broke off %s: broken off, with what had been counted by then', async (_name, body) => {
    const { call: evidence, memory } = await call(cutAfter(body));
    expect(evidence).toMatchObject({
      verdict: 'failed',
      phase: 'broken_off',
      fault: 'upstream',
      httpStatus: 200,
      usage: 'not counted',
    });
    expect(memory.heldBytes).toBe(0);
    const stream = event({ candidates: [{ content: { parts: [{ text: 'hm' }] } }], usageMetadata: usage });
    expect((await call(cutAfter(stream))).call).toMatchObject({ phase: 'broken_off', usage: counted });
  });

  test.each([
    ['all of it', whole],
    ['its last bracket', whole.slice(0, -1)],
    ['its usage', whole.slice(0, whole.indexOf('usageMetadata'))],
    ['the end of its stream', event(imageAnswer()).trimEnd()],
  ])('that broke off behind its picture, %s, brought it; and its bytes stay counted', async (_name, body) => {
    const { call: evidence, image, memory, scope } = await call(cutAfter(body));
    expect(evidence).toMatchObject({
      verdict: 'picture',
      phase: 'broken_off',
      httpStatus: 200,
      picturesSeen: 1,
    });
    expect(image?.base64.headText(1000)).toBe(tinyPng);
    expect(memory.heldBytes).toBeGreaterThanOrEqual(body.length);
    scope.end();
    expect(memory.heldBytes).toBe(0);
  });

  test('whose answer is larger than may be is not asked again, and keeps a picture that was there', async () => {
    const maxAnswerBytes = whole.length;
    expect((await call(reply(whole), { options: { maxAnswerBytes } })).call.verdict).toBe('picture');
    const { call: evidence } = await call(reply(`{"x":"${'x'.repeat(200)}",${whole.slice(1)}`), {
      options: { maxAnswerBytes: 100 },
    });
    expect(evidence).toMatchObject({
      verdict: 'failed',
      phase: 'broken_off',
      fault: 'ours',
      error: { code: 'upstream_answer_too_large' },
    });
    const behind = await call(
      ({ socket }) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n${whole.slice(0, -1)}`);
        setTimeout(() => socket.write(`,"y":"${'y'.repeat(2000)}`), 20);
      },
      { options: { maxAnswerBytes: 1500 } },
    );
    expect(behind).toMatchObject({ call: { verdict: 'picture' } });
  });
});

describe('a fault of our own', () => {
  const fault = new TypeError('x is undefined');
  const broken = {
    inspect: () => {
      throw fault;
    },
  };

  test('is no fault of the upstream’s, and hides nothing that it counted', async () => {
    for (const answer of [reply(whole), reply(event({ usageMetadata: usage }) + event(imageAnswer()))]) {
      const { call: evidence, memory } = await call(answer, { options: broken });
      expect(evidence).toMatchObject({
        verdict: 'failed',
        phase: 'broken_off',
        fault: 'ours',
        httpStatus: 200,
        picturesSeen: 1,
        error: { code: 'internal_error', cause: fault },
      });
      expect(evidence.usage).toMatchObject({ inputTokens: 10 });
      expect(memory.heldBytes).toBe(0);
    }
  });

  test('is one also behind a picture that was read: what a fault left undone is not known', async () => {
    let read = 0;
    const inspect: GeminiUpstreamOptions['inspect'] = (base64) => {
      if (read++ > 0) throw fault;
      return inspectImage(base64);
    };
    const { call: evidence, image } = await call(reply(event(imageAnswer()) + event(imageAnswer())), {
      options: { inspect },
    });
    expect(evidence).toMatchObject({ verdict: 'failed', fault: 'ours', picturesSeen: 2 });
    expect(image).toBeUndefined();
  });

  test('before anything was sent cost nothing', async () => {
    const { call: evidence, calls } = await call(reply(whole), { options: { apiKey: 'bad\nkey' } });
    expect(evidence).toMatchObject({ phase: 'unsent', fault: 'ours', error: { code: 'internal_error' } });
    expect(calls).toHaveLength(0);
  });
});

describe('an order that is given up', () => {
  test.each([
    ['client_closed', 'caller'],
    ['upstream_timeout', 'upstream'],
    ['server_stopping', 'ours'],
  ] as const)('for %s ends its call where it is', async (code, fault) => {
    const scopes = { sent: plainScope(), begun: plainScope(), refused: plainScope() };
    const sent = call(() => aborting(scopes.sent, code), { scope: scopes.sent });
    const begun = call(
      ({ socket }) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n${event({ usageMetadata: usage })}`);
        aborting(scopes.begun, code);
      },
      { scope: scopes.begun },
    );
    const refused = call(
      ({ socket }) => {
        socket.write('HTTP/1.1 500 E\r\ncontent-length: 9999\r\n\r\n{');
        aborting(scopes.refused, code);
      },
      { scope: scopes.refused },
    );
    const failed = { verdict: 'failed', fault, error: { code } };
    expect((await sent).call).toMatchObject({ ...failed, phase: 'unanswered', httpStatus: undefined });
    expect((await begun).call).toMatchObject({
      ...failed,
      phase: 'broken_off',
      httpStatus: 200,
      usage: counted,
    });
    expect((await refused).call).toMatchObject({ ...failed, phase: 'failed', httpStatus: 500 });
  });

  test('before its call asks nobody', async () => {
    const scope = plainScope();
    scope.abort(new PlantainError('client_closed', 'gone'));
    const { call: evidence, calls } = await call(reply(whole), { scope });
    expect(evidence).toMatchObject({ phase: 'unsent', fault: 'caller' });
    expect(calls).toHaveLength(0);
  });
});
