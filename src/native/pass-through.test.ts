import { describe, expect, test } from 'vitest';
import { failedCall, plainCall } from '../../test/support/plain-call.ts';
import { plainScope } from '../../test/support/plain-scope.ts';
import { loadTestModels } from '../../test/support/test-models.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { OrderEvent } from '../journey/order-events.ts';
import type { PassedAnswer, PassWish } from '../journey/pass-wish.ts';
import type { Settlement } from '../journey/receipt.ts';
import type { Upstream } from '../journey/upstream.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { Affinity } from './affinity.ts';
import type { NativeParts, PassPool } from './native-parts.ts';
import type { NativeRequest } from './native-request.ts';
import { passThrough } from './pass-through.ts';

const [model = expect.fail('no model')] = loadTestModels();
const image = { mimeType: 'image/png' } as NonNullable<PassedAnswer['image']>;
const left = new PlantainError('client_closed', 'The client left.');
const noKey = new PlantainError('invalid_api_key', 'No such key.');
const busy = new PlantainError('too_many_orders', 'All places are taken.');
const full = new PlantainError('budget_exceeded', 'All is spent.');
const [drawn, words] = [plainCall(), plainCall({ verdict: 'words', picturesSeen: 0 })];
const overloaded = failedCall('upstream_unavailable', { fault: 'credential' });

/** What an upstream sends, and then answers. */
interface Step extends Partial<PassedAnswer> {
  readonly chunks?: readonly string[];
  readonly call: PassedAnswer['call'];
  /** What it waits for after its chunks. */
  readonly until?: Promise<void>;
  readonly onAsked?: () => void;
}

interface Scene {
  readonly request?: Partial<NativeRequest>;
  readonly body?: object;
  readonly refuse?: 'authenticate' | 'admit';
  /** The client leaves while this is done. */
  readonly leavesIn?: 'authenticate' | 'pass';
  readonly chargedMicroUsd?: number;
  /** Why nothing can be written into the books. */
  readonly settlementError?: Error;
  /** Of the key. */
  readonly allowedModels?: readonly string[];
  /** Places that are free. */
  readonly places?: number;
}

function scene(
  steps: readonly Step[],
  {
    request,
    body,
    refuse,
    leavesIn,
    chargedMicroUsd,
    settlementError,
    allowedModels,
    places = 1,
  }: Scene = {},
) {
  const free = { places };
  const told: string[] = [];
  const events: OrderEvent[] = [];
  const settlements: Omit<Settlement, 'order'>[] = [];
  const scope = plainScope();
  const upstreams = steps.map(
    ({ chunks = [], until, onAsked, ...answer }, index): Upstream => ({
      name: `up${index}`,
      close: async () => undefined,
      draw: () => expect.fail('it draws nothing'),
      pass: async ({ onChunk }: PassWish) => {
        onAsked?.();
        if (leavesIn === 'pass') scope.abort(left);
        for (const chunk of chunks) onChunk(Buffer.from(chunk));
        await until;
        return { ...answer, call: { ...answer.call, upstream: `up${index}` } };
      },
    }),
  );
  const pool: PassPool = {
    whyNone: () => undefined,
    acquire: async ({ canTake }) => ({
      upstream: upstreams.find((one) => canTake(one)) ?? expect.fail('none is left'),
      end: () => undefined,
    }),
  };
  const parts = {
    pool,
    takePlace: (keyId: string) => {
      expect(keyId).toBe('key_1');
      if (free.places === 0) throw busy;
      free.places--;
      return () => void free.places++;
    },
    resolveModel: () => ({ model }),
    rules: { tools: [], serviceTiers: [], drafts: 'keep', remoteFiles: false, safetySettings: [] },
    affinity: new Affinity(),
    mayAskAgain: (calls: readonly unknown[]) => calls.length < upstreams.length,
    stages: {
      authenticate: async () => {
        told.push('authenticate');
        if (leavesIn === 'authenticate') scope.abort(left);
        if (refuse === 'authenticate') throw noKey;
        return { keyId: 'key_1', keyName: 'one', projectId: 'proj', strict: false, allowedModels };
      },
      admit: async () => {
        told.push('admit');
        if (refuse === 'admit') throw full;
        return {
          headers: { 'x-ratelimit-limit-requests': '7' },
          release: () => expect.fail('it is settled'),
          settle: async (settlement: Omit<Settlement, 'order'>) => {
            told.push('settle');
            settlements.push(settlement);
            if (settlementError !== undefined) throw settlementError;
            return { costMicroUsd: 39_000, ...(chargedMicroUsd !== undefined && { chargedMicroUsd }) };
          },
        };
      },
      events: { emit: (event: OrderEvent) => void (events.push(event), told.push(event.kind)) },
    },
  } as unknown as NativeParts;
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
    acceptedAtMs: Date.now(),
    readBody: async () => body ?? { contents: [{ parts: [{ text: 'a fox' }] }] },
    ...request,
  };
  return { told, free, events, settlements, scope, answer: passThrough(parts, given, scope) };
}

async function textOf({ body }: ImageAnswer): Promise<string> {
  if (body.kind === 'whole') return Buffer.concat([...body.pieces]).toString();
  const groups: Buffer[] = [];
  for await (const pieces of body.groups) groups.push(...pieces);
  return Buffer.concat(groups).toString();
}

const rates = { 'x-ratelimit-limit-requests': '7' };
const streamed = { request: { isEventStream: true } };

describe('an answer that is passed on whole', () => {
  test('is what the upstream sent, with what it cost, who made it, and what is left of the rates', async () => {
    const { answer, told, settlements } = scene([
      {
        chunks: ['{"a":', '1}'],
        call: drawn,
        image,
        contentType: 'application/json',
        serviceTier: 'priority',
      },
    ]);
    const { status, headers, body } = await answer;
    expect(status).toBe(200);
    expect(headers).toEqual({
      'content-type': 'application/json',
      'plantain-cost-micro-usd': '39000',
      'plantain-attempts': '1',
      'plantain-upstream': 'up0',
      'x-gemini-service-tier': 'priority',
      ...rates,
    });
    expect(await textOf(await answer)).toBe('{"a":1}');
    expect(body).toMatchObject({ kind: 'whole', isLastUse: true });
    expect(told).toEqual(
      'accepted authenticate admit admitted call-started call-ended finished settle settled'.split(' '),
    );
    expect(settlements).toEqual([
      {
        drawings: [{ result: { image }, calls: [{ ...drawn, upstream: 'up0' }], adaptations: [] }],
        imagesDelivered: 1,
        bytesOut: 7,
      },
    ]);
  });

  test('tells what the project is charged where that is another sum, and Google’s type where none came', async () => {
    const { headers } = await scene([{ chunks: ['{}'], call: drawn, image }], { chargedMicroUsd: 50_000 })
      .answer;
    expect(headers).toMatchObject({
      'plantain-cost-micro-usd': '50000',
      'content-type': 'application/json; charset=UTF-8',
    });
    expect(headers).not.toHaveProperty('x-gemini-service-tier');
  });

  test('has nothing in it of an answer that broke off before', async () => {
    const { answer, settlements, told } = scene([
      { chunks: ['{"broken'], call: overloaded },
      { chunks: ['{"whole":1}'], call: drawn, image },
    ]);
    expect(await textOf(await answer)).toBe('{"whole":1}');
    expect((await answer).headers).toMatchObject({ 'plantain-attempts': '2', 'plantain-upstream': 'up1' });
    expect(settlements).toMatchObject([{ bytesOut: 11, imagesDelivered: 1 }]);
    expect(told.filter((kind) => kind.startsWith('call'))).toEqual(
      'call-started call-ended call-started call-ended'.split(' '),
    );
  });

  test('that never came is an error with the calls and the rates, booked with its calls', async () => {
    const { answer, settlements, told, events } = scene([{ chunks: ['{"broken'], call: overloaded }]);
    await expect(answer).rejects.toMatchObject({
      code: 'upstream_unavailable',
      headers: { 'plantain-attempts': '1', 'plantain-upstream': 'up0', ...rates },
    });
    expect(settlements).toMatchObject([
      {
        imagesDelivered: 0,
        bytesOut: 0,
        error: { code: 'upstream_unavailable' },
        drawings: [{ calls: [{}] }],
      },
    ]);
    expect(told).not.toContain('finished');
    expect(events.at(-1)).toMatchObject({ kind: 'settled', settled: { costMicroUsd: 39_000 } });
  });

  test('of words where a picture was asked for is passed on, and booked as what the model said', async () => {
    const error = new PlantainError('moderation_blocked', 'It would not.');
    const refused = { chunks: ['{}'], call: { ...words, error } };
    const { answer, settlements, told } = scene([refused]);
    expect((await answer).status).toBe(200);
    expect(settlements).toMatchObject([{ imagesDelivered: 0, error }]);
    expect(told).toContain('finished');

    const body = {
      contents: [{ parts: [{ text: 'hi' }] }],
      generationConfig: { responseModalities: ['TEXT'] },
    };
    const asked = scene([refused], { body });
    await asked.answer;
    expect(asked.settlements[0]).not.toHaveProperty('error');
    expect(asked.settlements).toMatchObject([
      { imagesDelivered: 0, drawings: [{ result: { error: { code: 'no_image_generated' } } }] },
    ]);
  });
});

describe('a request that is refused', () => {
  test('for its key is told of, and nothing is admitted', async () => {
    const { answer, told, events } = scene([], { refuse: 'authenticate' });
    await expect(answer).rejects.toMatchObject({ code: 'invalid_api_key', headers: {} });
    expect(told).toEqual(['accepted', 'authenticate', 'refused']);
    expect(events.at(-1)).toMatchObject({
      kind: 'refused',
      caller: undefined,
      error: { code: 'invalid_api_key' },
    });
  });

  test('at admission is told of with its caller', async () => {
    const { answer, told, events } = scene([], { refuse: 'admit' });
    await expect(answer).rejects.toMatchObject({ code: 'budget_exceeded' });
    expect(told).toEqual(['accepted', 'authenticate', 'admit', 'refused']);
    expect(events.at(-1)).toMatchObject({ caller: { keyId: 'key_1' } });
  });

  test('because its client left before admission costs nothing', async () => {
    const { answer, told, events } = scene([], { leavesIn: 'authenticate' });
    await expect(answer).rejects.toMatchObject({ code: 'client_closed' });
    expect(told).not.toContain('admit');
    expect(events.at(-1)).toMatchObject({ kind: 'refused', error: { code: 'client_closed' } });
  });
});

test('a client that leaves while an upstream fails is booked as one that left', async () => {
  const { answer, settlements } = scene([{ call: failedCall('upstream_unavailable') }, { call: drawn }], {
    leavesIn: 'pass',
  });
  await expect(answer).rejects.toMatchObject({ code: 'client_closed' });
  expect(settlements).toMatchObject([{ error: { code: 'client_closed' }, imagesDelivered: 0 }]);
});

test('an order that is not ready by its deadline says so', async () => {
  const { promise: never } = Promise.withResolvers<void>();
  const { scope, answer } = scene([{ call: drawn, until: never }], { request: { maxWaitMs: 1000 } });
  const reason = await new Promise((resolve) => {
    scope.signal.addEventListener('abort', () => resolve(scope.signal.reason));
  });
  expect(reason).toMatchObject({
    code: 'upstream_timeout',
    message: 'The answer was not ready after 1 seconds.',
  });
  answer.catch(() => undefined);
});

describe('an answer that is passed on as it comes', () => {
  test('goes out with its first byte, is not kept back on its way, and ends as the upstream ends it', async () => {
    const { promise: rest, resolve: goOn } = Promise.withResolvers<void>();
    const { answer, told } = scene([{ chunks: ['data: 1\n\n'], call: drawn, image, until: rest }], streamed);
    const { status, headers, body } = await answer;
    expect(told).not.toContain('call-ended');
    expect({ status, headers }).toEqual({
      status: 200,
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache',
        'x-accel-buffering': 'no',
        ...rates,
      },
    });
    expect(body).toMatchObject({ kind: 'stream', isLastUse: true });
    goOn();
    expect(await textOf(await answer)).toBe('data: 1\n\n');
    expect(told.slice(-3)).toEqual(['finished', 'settle', 'settled']);
  });

  test('and has not begun is asked of another upstream; where there is none, it is an error like any other', async () => {
    const second = scene([{ call: overloaded }, { chunks: ['data: 2\n\n'], call: drawn, image }], streamed);
    expect(await textOf(await second.answer)).toBe('data: 2\n\n');
    await expect(scene([{ call: overloaded }], streamed).answer).rejects.toMatchObject({
      code: 'upstream_unavailable',
      headers: { 'plantain-attempts': '1', 'plantain-upstream': 'up0', ...rates },
    });
  });

  test('and is cut off ends with an event that says so, and nobody else is asked', async () => {
    const cut = failedCall('upstream_error', { phase: 'broken_off' });
    const { answer, settlements } = scene(
      [
        { chunks: ['data: 1\n\n'], call: cut },
        { chunks: ['data: 2\n\n'], call: drawn, image },
      ],
      streamed,
    );
    const text = await textOf(await answer);
    expect(text).toMatch(/^data: 1\n\ndata: \{"error":\{"code":502,.*"status":"INTERNAL"\}\}\r\n\r\n$/);
    expect(settlements).toMatchObject([{ error: { code: 'upstream_error' }, imagesDelivered: 0 }]);
  });

  test('and cannot be booked ends all the same, with an event that says so and nothing of the books', async () => {
    const settlementError = new Error('the disk of the books is gone');
    const step = { chunks: ['data: 1\n\n'], call: drawn, image };
    const { answer, events } = scene([step], { ...streamed, settlementError });
    const text = await textOf(await answer);
    // Nobody else would tell an operator of it: the head has gone out.
    expect(events.at(-1)).toMatchObject({
      kind: 'unsettled',
      settlement: { imagesDelivered: 1, error: { code: 'internal_error', cause: settlementError } },
    });
    expect(text).toMatch(/^data: 1\n\ndata: \{"error":\{"code":500,.*"status":"INTERNAL"\}\}\r\n\r\n$/);
    expect(text).not.toContain('disk');
    // Where nothing has gone out yet it is an error like any other.
    await expect(scene([{ call: words }], { ...streamed, settlementError }).answer).rejects.toBe(
      settlementError,
    );
  });

  test('and says itself what went wrong is not added to', async () => {
    const { answer } = scene([{ chunks: ['data: {"error":{}}\n\n'], call: overloaded }], streamed);
    expect(await textOf(await answer)).toBe('data: {"error":{}}\n\n');
  });

  test('and is empty is an answer all the same', async () => {
    const { answer } = scene([{ call: words }], streamed);
    expect(await textOf(await answer)).toBe('');
  });
});

describe('counting tokens', () => {
  const counting = { request: { method: 'countTokens' } } as const;

  test('is free: nothing is admitted, booked or told of', async () => {
    const { answer, told } = scene([{ chunks: ['{"totalTokens":', '3}'], call: words }], counting);
    const { status, headers } = await answer;
    expect({ status, headers }).toEqual({
      status: 200,
      headers: {
        'content-type': 'application/json; charset=UTF-8',
        'plantain-attempts': '1',
        'plantain-upstream': 'up0',
      },
    });
    expect(await textOf(await answer)).toBe('{"totalTokens":3}');
    expect(told).toEqual(['authenticate']);
  });

  test('is done for a key that may ask for the model, and for no other', async () => {
    const step = { chunks: ['{}'], call: words };
    expect((await scene([step], { ...counting, allowedModels: [model.id] }).answer).status).toBe(200);
    const refused = scene([], { ...counting, allowedModels: ['another-model'] });
    await expect(refused.answer).rejects.toMatchObject({ code: 'model_not_found' });
    expect(refused.free.places).toBe(1);
  });

  test('takes a place while it lasts, however it ends, and is refused where none is free', async () => {
    const { promise: rest, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>();
    const { answer, free } = scene([{ chunks: ['{}'], call: words, until: rest, onAsked: ask }], counting);
    await isAsked;
    expect(free.places).toBe(0);
    goOn();
    await answer;
    expect(free.places).toBe(1);

    const failing = scene([{ call: overloaded }], counting);
    await expect(failing.answer).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(failing.free.places).toBe(1);
    await expect(scene([], { ...counting, places: 0 }).answer).rejects.toBe(busy);
  });

  test('is asked of another upstream where one fails, and has nothing of the first in it', async () => {
    const { answer } = scene(
      [
        { chunks: ['{"br'], call: overloaded },
        { chunks: ['{}'], call: words, contentType: 'text/x' },
      ],
      counting,
    );
    expect(await textOf(await answer)).toBe('{}');
    expect((await answer).headers['content-type']).toBe('text/x');
  });

  test('that nobody does is an error with the calls, and has a deadline too', async () => {
    await expect(scene([{ call: overloaded }], counting).answer).rejects.toMatchObject({
      code: 'upstream_unavailable',
      headers: { 'plantain-attempts': '1', 'plantain-upstream': 'up0' },
    });
    const { promise: never } = Promise.withResolvers<void>();
    const { scope, answer } = scene([{ call: words, until: never }], {
      request: { method: 'countTokens', maxWaitMs: 1000 },
    });
    answer.catch(() => undefined);
    const reason = await new Promise((resolve) => {
      scope.signal.addEventListener('abort', () => resolve(scope.signal.reason));
    });
    expect(reason).toMatchObject({ code: 'upstream_timeout' });
  });
});
