import { describe, expect, test } from 'vitest';
import { failedCall, pictureUsage, plainCall } from '../../test/support/plain-call.ts';
import { plainPrices } from '../../test/support/plain-prices.ts';
import { Base64Image } from '../bytes/base64-image.ts';
import type { Call } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { Drawing } from '../journey/drawing.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import type { GeneratedImage } from '../journey/image-result.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { LedgerAttempt, LedgerCompletion } from './ledger.ts';
import { settleOrder } from './settle-order.ts';

const model = (id: string, imageOutput: number) =>
  ({
    id,
    prices: plainPrices({ input: 1_000_000, textOutput: 2_000_000, imageOutput }),
    imageTokens: { '1K': 1000 },
    inputTokenLimit: 32_000,
    inputImageTokens: 258,
    maxThinkingTokens: 0,
    maxPicturesPerCall: 1,
  }) as CatalogueModel;
const cheap = model('cheap', 10_000_000);
const dear = model('dear', 50_000_000);
const order = {
  id: 'req_1',
  caller: { keyId: 'key_1', keyName: 'k', projectId: 'proj_1', strict: false },
  model: cheap,
  prompt: 'four',
  references: [],
  masksTransparency: false,
  imageSize: '1K',
  count: 1,
} as unknown as ImageOrder;
const image: GeneratedImage = {
  base64: new Base64Image([]),
  mimeType: 'image/png',
  size: { widthPx: 1, heightPx: 1 },
};
const drawn = (fields: Partial<Call> = {}): Call => plainCall({ model: cheap, ...fields });
const failed = (...[code, fields]: Parameters<typeof failedCall>): Call =>
  failedCall(code, { model: cheap, ...fields });
const drawing = (...calls: Call[]): Drawing => ({ result: { image }, calls, adaptations: [] });

async function settle(
  drawings: readonly Drawing[],
  more: { count?: number; imagesDelivered?: number; error?: PlantainError } = {},
) {
  const completions: [string, LedgerCompletion, readonly LedgerAttempt[]][] = [];
  const ledger = {
    complete: async (...completion: (typeof completions)[number]) => {
      completions.push(completion);
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
  const [id, row, attempts] = completions[0] ?? expect.fail('not completed');
  expect(id).toBe('req_1');
  expect(row.costMicroUsd).toBe(settled.costMicroUsd);
  // Whatever an order came to, its calls add up to it.
  const sum = (pick: (attempt: LedgerAttempt) => number) =>
    attempts.reduce((total, attempt) => total + pick(attempt), 0);
  expect(row).toMatchObject({
    attempts: attempts.length,
    costMicroUsd: sum((attempt) => attempt.costMicroUsd),
    inputTokens: sum((attempt) => attempt.inputTokens),
    outputTokens: sum((attempt) => attempt.outputTokens),
    outputImageTokens: sum((attempt) => attempt.outputImageTokens),
  });
  return { settled, row, attempts };
}

describe('settleOrder', () => {
  test('charges what the upstream counted', async () => {
    const { row, attempts, settled } = await settle([drawing(drawn({ startedAtMs: 5, endedAtMs: 9 }))]);
    expect(row).toEqual({
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
    expect(attempts).toEqual([
      {
        upstream: 'gemini',
        model: 'cheap',
        startedAtMs: 5,
        endedAtMs: 9,
        verdict: 'picture',
        phase: 'answered',
        fault: null,
        httpStatus: 200,
        errorCode: null,
        inputTokens: 1,
        outputTokens: 1000,
        outputImageTokens: 1000,
        usageSource: 'upstream',
        costMicroUsd: 10_001,
        priceId: 'cheap/standard/2026-01-01',
        priceLines: [
          { of: 'text_in', count: 1, microUsdPerMillion: 1_000_000 },
          { of: 'pictures_out', count: 1000, microUsdPerMillion: 10_000_000 },
        ],
      },
    ]);
    expect(settled.oddities).toEqual([]);
  });

  test('sums over all pictures and all their calls, rounds that continue an answer among them', async () => {
    const round = drawn({
      verdict: 'continued',
      usage: { ...pictureUsage, outputImageTokens: 0, outputTokens: 0 },
    });
    const { row, attempts } = await settle(
      [drawing(drawn({ verdict: 'words' }), drawn()), drawing(round, drawn())],
      { count: 2, imagesDelivered: 2 },
    );
    expect(row).toMatchObject({ attempts: 4, costMicroUsd: 3 * 10_001 + 1, status: 'succeeded' });
    expect(attempts.map(({ verdict }) => verdict)).toEqual(['words', 'picture', 'continued', 'picture']);
  });

  test('an answer that broke off is charged, also when the next one was whole', async () => {
    const broken = failed('upstream_error', { phase: 'broken_off', httpStatus: 200, picturesSeen: 1 });
    const { row, attempts } = await settle([drawing(broken, drawn())]);
    expect(row).toMatchObject({ attempts: 2, usageSource: 'estimated', costMicroUsd: 20_002 });
    expect(attempts[0]).toMatchObject({
      phase: 'broken_off',
      fault: 'upstream',
      errorCode: 'upstream_error',
      usageSource: 'estimated',
      costMicroUsd: 10_001,
    });
  });

  test('a fault of our own does not hide what the upstream counted', async () => {
    const ours = failed('internal_error', {
      phase: 'broken_off',
      fault: 'ours',
      httpStatus: 200,
      usage: pictureUsage,
    });
    const error = new PlantainError('internal_error', 'ours');
    const { row } = await settle([drawing(ours)], { imagesDelivered: 0, error });
    expect(row).toMatchObject({ costMicroUsd: 10_001, usageSource: 'upstream', status: 'failed' });
  });

  test('a successor that drew is charged at its own price, call by call', async () => {
    const retired = failed('model_not_found', { phase: 'refused', fault: 'caller', httpStatus: 404 });
    const { row, settled, attempts } = await settle(
      [drawing(drawn({ verdict: 'words' }), retired, drawn({ model: dear })), drawing(drawn())],
      { count: 2, imagesDelivered: 2 },
    );
    expect(row.costMicroUsd).toBe(10_001 + 50_001 + 10_001);
    expect(attempts.map((attempt) => [attempt.model, attempt.costMicroUsd])).toEqual([
      ['cheap', 10_001],
      ['cheap', 0],
      ['dear', 50_001],
      ['cheap', 10_001],
    ]);
    expect(settled.pricedUsage.totalTokens).toBe(3003);
  });

  test('calls that certainly cost nothing are free', async () => {
    const error = new PlantainError('upstream_unavailable', 'x');
    const calls = [
      failed('upstream_unavailable', { phase: 'unsent', httpStatus: undefined }),
      failed('upstream_unavailable', { httpStatus: 503 }),
    ];
    const { row } = await settle([drawing(...calls)], { imagesDelivered: 0, error });
    expect(row).toMatchObject({ costMicroUsd: 0, usageSource: 'none', attempts: 2, status: 'failed' });
  });

  test('tells of counts that were not believed, and of those that were not charged in full', async () => {
    const { settled } = await settle([
      drawing(drawn({ usage: 'not counted', oddCount: 'promptTokenCount -1 is no count' })),
      drawing(drawn({ usage: { ...pictureUsage, outputImageTokens: 2000, outputTokens: 2000 } })),
    ]);
    expect(settled.oddities).toEqual([
      { upstream: 'gemini', model: 'cheap', oddity: 'promptTokenCount -1 is no count' },
      { upstream: 'gemini', model: 'cheap', oddity: expect.stringContaining('1001 tokens') as string },
    ]);
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
    const { row } = await settle([drawing(drawn())], { count, ...(error && { error, imagesDelivered: 0 }) });
    expect([row.status, row.errorCode]).toEqual([status, errorCode]);
  });

  test('an order given up before any upstream was asked names none', async () => {
    const error = new PlantainError('client_closed', 'gone');
    for (const drawings of [[], [drawing()]]) {
      const { row } = await settle(drawings, { imagesDelivered: 0, error });
      expect(row).toMatchObject({ upstream: null, attempts: 0, costMicroUsd: 0, usageSource: 'none' });
    }
  });
});
