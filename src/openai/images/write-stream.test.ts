import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CatalogueModel } from '../../journey/catalogue-model.ts';
import type { ImageOrder } from '../../journey/image-order.ts';
import type { GeneratedImage } from '../../journey/image-result.ts';
import type { ImageResult } from '../../journey/receipt.ts';
import { noUsage } from '../../journey/sum-usage.ts';
import { Base64Image } from '../../bytes/base64-image.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { StreamListener } from '../../journey/dialect.ts';
import { writeStream } from './write-stream.ts';

const order: ImageOrder = {
  id: 'req_1',
  operation: 'generate',
  caller: { keyId: 'key_1', keyName: 'test', projectId: 'proj_default', strict: false },
  model: {} as CatalogueModel,
  requestedModel: '',
  prompt: 'a fox',
  count: 1,
  aspectRatio: '1:1',
  imageSize: '1K',
  references: [],
  masksTransparency: false,
  output: { delivery: 'b64_json' },
  stream: true,
  partialImages: 0,
  adaptations: [],
  acceptedAtMs: 0,
  deadlineMs: 60_000,
};
const picture = (base64: string | Buffer): GeneratedImage => ({
  base64: new Base64Image([Buffer.from(base64)]),
  mimeType: 'image/png',
  size: { widthPx: 2, heightPx: 3 },
});
const resultOf = (...images: GeneratedImage[]): ImageResult => ({
  order,
  images: images.map((image) => ({ image })),
  usage: undefined,
  upstream: 'gemini',
  attempts: 1,
  durationMs: 0,
  adaptations: [],
  costMicroUsd: 0,
  pricedUsage: noUsage,
});

/** The stream's groups as text, and the work behind it in the test's hands. */
function startStream(wish: Partial<ImageOrder> = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<ImageResult>();
  let listener: StreamListener = {};
  let begun = 0;
  const answer = writeStream(
    { ...order, ...wish },
    (given) => {
      begun++;
      listener = given;
      return promise;
    },
    () => 1_700_000_000_000,
  );
  if (answer.body.kind !== 'stream') throw new Error('not a stream');
  const iterator = answer.body.groups[Symbol.asyncIterator]();
  const next = async (): Promise<string | undefined> => {
    const { done, value } = await iterator.next();
    return done === true ? undefined : Buffer.concat(value).toString();
  };
  return {
    next,
    keepAlive: answer.body.keepAlive,
    resolve,
    reject,
    begun: () => begun,
    draft: (image: GeneratedImage) => listener.onDraft?.(image, 0),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('keep-alive comments', () => {
  test('one comes at once, and the sender is told to repeat it every ten seconds', async () => {
    const stream = startStream();
    expect(await stream.next()).toBe(': keep-alive\n');
    expect(stream.keepAlive).toEqual({ everyMs: 10_000, piece: Buffer.from(': keep-alive\n') });
    const last = stream.next();
    stream.resolve(resultOf(picture('AAAA')));
    expect(await last).toMatch(/^event: image_generation\.completed\ndata: \{.*\}\n\n$/);
    expect(await stream.next()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('none comes after the order has failed', async () => {
    const stream = startStream();
    await stream.next();
    const following = stream.next();
    stream.reject(new PlantainError('upstream_unavailable', 'The upstream is overloaded.'));
    expect(await following).toBe(
      'event: error\ndata: {"type":"error","error":{"message":"The upstream is overloaded.","type":"server_error","param":null,"code":"upstream_unavailable"}}\n\n',
    );
    expect(await stream.next()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('the work begins before anybody reads, so that an order whose client is gone is settled all the same', () => {
  expect(startStream().begun()).toBe(1);
});

test('a reader that leaves is waited for until its order is settled', async () => {
  const settled = Promise.withResolvers<ImageResult>();
  const answer = writeStream(
    order,
    () => settled.promise,
    () => 0,
  );
  if (answer.body.kind !== 'stream') throw new Error('not a stream');
  const { groups } = answer.body;
  let isOver = false;
  const reading = (async () => {
    for await (const _ of groups) break;
    isOver = true;
  })();
  await vi.advanceTimersByTimeAsync(100);
  expect(isOver).toBe(false);
  settled.reject(new PlantainError('client_closed', 'gone'));
  await reading;
});

test('an unknown fault is told without its detail', async () => {
  const stream = startStream();
  await stream.next();
  const following = stream.next();
  stream.reject(new Error('connect ECONNREFUSED 10.0.0.7:443'));
  const text = await following;
  expect(text).toContain('"code":"internal_error"');
  expect(text).not.toContain('10.0.0.7');
});

describe('drafts', () => {
  test('are told as they come, numbered from 0, no more than were asked for', async () => {
    const stream = startStream({ partialImages: 2 });
    await stream.next();
    const first = stream.next();
    stream.draft(picture('DDD0'));
    expect(await first).toContain('"partial_image_index":0');
    stream.draft(picture('DDD1'));
    stream.draft(picture('DDD2'));
    const second = await stream.next();
    expect(second).toContain('"b64_json":"DDD1"');
    expect(second).toContain('"partial_image_index":1');
    const last = stream.next();
    stream.resolve(resultOf(picture('AAAA')));
    expect(await last).toContain('image_generation.completed');
  });

  test('are not even asked for when the caller wants none', () => {
    const stream = startStream({ partialImages: 0 });
    expect(stream.draft(picture('DDD0'))).toBeUndefined();
  });
});

test('a picture that no client could take as one event is a clear error', async () => {
  const stream = startStream();
  await stream.next();
  const following = stream.next();
  stream.resolve(resultOf(picture(Buffer.alloc(32 * 1024 * 1024, 0x41))));
  const text = await following;
  expect(text).toMatch(/^event: error\n/);
  expect(text).toContain('answer_too_large');
  expect(text).toContain('Ask without stream');
});

test('the largest event stays below the 32 MiB that openai-go reads as a line', async () => {
  const stream = startStream();
  await stream.next();
  const following = stream.next();
  stream.resolve(resultOf(picture(Buffer.alloc(32 * 1024 * 1024 - 64 * 1024, 0x41))));
  const text = (await following) ?? '';
  expect(text).toContain('event: image_generation.completed');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(32 * 1024 * 1024);
});
