import { describe, expect, test } from 'vitest';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import type { Drawing, GeneratedImage, TokenUsage } from '../journey/image-result.ts';
import { noUsage } from '../journey/sum-usage.ts';
import { Base64Image } from '../bytes/base64-image.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { LedgerCompletion } from './ledger.ts';
import { settleOrder } from './settle-order.ts';

const model = (imageOutput: number) =>
  ({
    microUsdPerMillionTokens: { input: 1_000_000, textOutput: 2_000_000, imageOutput },
    imageTokens: { '1K': 1000 },
    inputTokenLimit: 32_000,
    inputImageTokens: 258,
  }) as CatalogueModel;
const cheap = model(10_000_000);
const dear = model(50_000_000);
const order = {
  id: 'req_1',
  model: cheap,
  prompt: 'four',
  references: [],
  imageSize: '1K',
  count: 1,
} as unknown as ImageOrder;
const image: GeneratedImage = {
  base64: new Base64Image([]),
  mimeType: 'image/png',
  size: { widthPx: 1, heightPx: 1 },
};
/** One input token at $1 and 1000 picture tokens. */
const usage: TokenUsage = {
  ...noUsage,
  inputTokens: 1,
  inputTextTokens: 1,
  outputTokens: 1000,
  outputImageTokens: 1000,
  totalTokens: 1001,
};
const drawing = (fields: Partial<Drawing> = {}): Drawing => ({
  result: { image },
  upstream: 'gemini',
  model: cheap,
  attempts: 1,
  usages: [usage],
  uncountedCalls: 0,
  uncountedPictures: 0,
  adaptations: [],
  ...fields,
});

async function settle(
  drawings: readonly Drawing[],
  more: { count?: number; imagesDelivered?: number; error?: PlantainError } = {},
) {
  const completions: [string, LedgerCompletion][] = [];
  const ledger = {
    complete: async (id: string, completion: LedgerCompletion) => {
      completions.push([id, completion]);
      return true;
    },
  };
  const { count = 1, imagesDelivered = 1, error } = more;
  const settled = await settleOrder(
    ledger as never,
    { nowMs: () => 42 },
    {
      order: { ...order, count },
      drawings,
      imagesDelivered,
      bytesOut: 7,
      ...(error !== undefined && { error }),
    },
  );
  expect(completions).toHaveLength(1);
  const [id, row] = completions[0] ?? ['', {} as LedgerCompletion];
  expect(id).toBe('req_1');
  expect(row.costMicroUsd).toBe(settled.costMicroUsd);
  return { settled, row };
}

describe('settleOrder', () => {
  test('charges what the upstream counted', async () => {
    const { row } = await settle([drawing()]);
    expect(row).toMatchObject({
      status: 'succeeded',
      errorCode: null,
      upstream: 'gemini',
      imagesDelivered: 1,
      inputTokens: 1,
      outputTokens: 1000,
      outputImageTokens: 1000,
      usageSource: 'upstream',
      costMicroUsd: 10_001,
      bytesOut: 7,
      attempts: 1,
      finishedAtMs: 42,
    });
  });

  test('sums over all pictures and all their calls', async () => {
    const { row } = await settle([drawing({ attempts: 2, usages: [usage, usage] }), drawing()], {
      count: 2,
      imagesDelivered: 2,
    });
    expect(row).toMatchObject({ attempts: 3, costMicroUsd: 30_003, status: 'succeeded' });
  });

  test('estimates what was not counted: a cut-off call as a picture, a refusal as its prompt', async () => {
    const cut = drawing({ usages: [], uncountedCalls: 1, uncountedPictures: 1 });
    expect((await settle([cut])).row).toMatchObject({ usageSource: 'estimated', costMicroUsd: 10_001 });
    const declined = drawing({ usages: [], uncountedCalls: 1 });
    expect((await settle([declined])).row).toMatchObject({ usageSource: 'estimated', costMicroUsd: 1 });
  });

  test('a successor that drew is charged at its own price', async () => {
    const { row, settled } = await settle([drawing({ model: dear }), drawing()], {
      count: 2,
      imagesDelivered: 2,
    });
    expect(row.costMicroUsd).toBe(50_001 + 10_001);
    expect(settled.pricedUsage.totalTokens).toBe(2002);
  });

  test('calls that certainly cost nothing are free', async () => {
    const error = new PlantainError('upstream_unavailable', 'x');
    const { row } = await settle([drawing({ result: { error }, usages: [], attempts: 2 })], {
      imagesDelivered: 0,
      error,
    });
    expect(row).toMatchObject({ costMicroUsd: 0, usageSource: 'none', attempts: 2, status: 'failed' });
  });

  test.each([
    [undefined, 1, 'succeeded', null],
    [undefined, 2, 'partial', null],
    ['moderation_blocked', 1, 'refused', 'moderation_blocked'],
    ['no_image_generated', 1, 'refused', 'no_image_generated'],
    ['client_closed', 1, 'canceled', 'client_closed'],
    ['upstream_timeout', 1, 'failed', 'upstream_timeout'],
    ['server_stopping', 1, 'failed', 'server_stopping'],
    ['storage_full', 1, 'failed', 'storage_full'],
  ] as const)('error %s of an order of %i is %s', async (code, count, status, errorCode) => {
    const error = code === undefined ? undefined : new PlantainError(code, code);
    const { row } = await settle([drawing()], { count, ...(error && { error, imagesDelivered: 0 }) });
    expect([row.status, row.errorCode]).toEqual([status, errorCode]);
  });

  test('an order given up before any upstream was asked names none', async () => {
    const error = new PlantainError('client_closed', 'gone');
    const { row } = await settle([], { imagesDelivered: 0, error });
    expect(row).toMatchObject({ upstream: null, attempts: 0, costMicroUsd: 0, usageSource: 'none' });
  });
});
