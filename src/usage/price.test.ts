import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CatalogueModel,
  type ImageSize,
  imageSizes,
  type ModelPrices,
} from '../journey/catalogue-model.ts';
import type { ReferenceImage } from '../journey/image-order.ts';
import type { TokenUsage } from '../journey/image-result.ts';
import {
  estimatedUsage,
  highestPrice,
  highestUsage,
  type PricedOrder,
  priceOf,
  priceOrder,
} from './price.ts';

/** Google's price list (docs/contracts/gemini.md#prices-and-tokens), apart from the shipped catalogue. */
const models = [
  modelWith(
    'gemini-2.5-flash-image',
    { '1K': 1290 },
    { input: 300_000, textOutput: 2_500_000, imageOutput: 30_000_000 },
    258,
    0,
  ),
  modelWith(
    'gemini-3-pro-image',
    { '1K': 1120, '2K': 1120, '4K': 2000 },
    { input: 2_000_000, textOutput: 12_000_000, imageOutput: 120_000_000 },
    560,
    4000,
  ),
  modelWith(
    'gemini-3.1-flash-image',
    { '512': 747, '1K': 1120, '2K': 1680, '4K': 2520 },
    { input: 500_000, textOutput: 3_000_000, imageOutput: 60_000_000 },
    258,
    2000,
  ),
  modelWith(
    'gemini-3.1-flash-lite-image',
    { '1K': 1120 },
    { input: 250_000, textOutput: 1_500_000, imageOutput: 30_000_000 },
    258,
    2000,
  ),
  modelWith(
    'gemini-nano-banana-2.1',
    { '1K': 1120, '2K': 1680, '4K': 3780 },
    { input: 1_500_000, textOutput: 7_500_000, imageOutput: 30_000_000 },
    1120,
    4000,
  ),
];

function modelWith(
  id: string,
  imageTokens: CatalogueModel['imageTokens'],
  microUsdPerMillionTokens: ModelPrices,
  inputImageTokens: number,
  maxThinkingTokens: number,
): CatalogueModel {
  return {
    id,
    version: '',
    displayName: '',
    description: '',
    releasedOn: '2026-01-01',
    shutdownOn: null,
    state: 'current',
    successor: null,
    aspectRatios: ['1:1'],
    imageSizes: imageSizes.filter((size) => size in imageTokens),
    defaultImageSize: '1K',
    sendsImageSize: true,
    pixels: {},
    outputMimeType: 'image/png',
    imageTokens,
    microUsdPerMillionTokens,
    inputImageTokens,
    maxReferenceImages: 14,
    advisedReferenceImages: 3,
    drafts: true,
    thinking: maxThinkingTokens > 0,
    maxThinkingTokens,
    inputTokenLimit: 65_536,
    outputTokenLimit: 32_768,
    deadlineMs: {},
  };
}

function modelOf(id: string): CatalogueModel {
  return models.find((model) => model.id === id) ?? expect.fail(`no model ${id}`);
}

function usage(inputTokens: number, outputImageTokens: number, outputTextTokens: number): TokenUsage {
  const outputTokens = outputImageTokens + outputTextTokens;
  return {
    inputTokens,
    inputTextTokens: inputTokens,
    inputImageTokens: 0,
    outputTokens,
    outputImageTokens,
    outputTextTokens,
    totalTokens: inputTokens + outputTokens,
  };
}

const orderOf = (model: CatalogueModel, fields: Partial<PricedOrder> = {}): PricedOrder => ({
  model,
  prompt: 'a banana',
  references: [],
  imageSize: model.defaultImageSize,
  count: 1,
  ...fields,
});
const reference = {} as ReferenceImage;

test.each([
  ['gemini-2.5-flash-image', '1K', 38_700],
  ['gemini-3-pro-image', '1K', 134_400],
  ['gemini-3-pro-image', '2K', 134_400],
  ['gemini-3-pro-image', '4K', 240_000],
  ['gemini-3.1-flash-image', '512', 44_820],
  ['gemini-3.1-flash-image', '1K', 67_200],
  ['gemini-3.1-flash-image', '2K', 100_800],
  ['gemini-3.1-flash-image', '4K', 151_200],
  ['gemini-3.1-flash-lite-image', '1K', 33_600],
  ['gemini-nano-banana-2.1', '1K', 33_600],
  ['gemini-nano-banana-2.1', '2K', 50_400],
  ['gemini-nano-banana-2.1', '4K', 113_400],
] as const)(
  'one picture of %s at %s costs %d micro-USD, as its price list says',
  (id, imageSize: ImageSize, expected) => {
    const model = modelOf(id);
    expect(priceOf(model, usage(0, model.imageTokens[imageSize] ?? 0, 0))).toBe(expected);
  },
);

test('prompt, picture and thinking are each charged at their own price', () => {
  // 10 × 0.30 + 1290 × 30 + 7 × 2.50 = 38,720.5 → half up.
  expect(priceOf(modelOf('gemini-2.5-flash-image'), usage(10, 1290, 7))).toBe(38_721);
  // 100 × 2 + 1120 × 120 + 300 × 12.
  expect(priceOf(modelOf('gemini-3-pro-image'), usage(100, 1120, 300))).toBe(138_200);
});

test('an order is rounded once, not once a call', () => {
  const model = modelOf('gemini-2.5-flash-image');
  // 0.3 micro-USD each: ten make 3, and would make 0 if rounded apart.
  expect(
    priceOrder(
      model,
      Array.from({ length: 10 }, () => usage(1, 0, 0)),
    ),
  ).toBe(3);
  expect(priceOrder(model, [])).toBe(0);
});

test('prices stay exact past 2^53 millionths', () => {
  const model = modelOf('gemini-3-pro-image');
  expect(priceOf(model, usage(1, 900_000_000_001, 0))).toBe(900_000_000_001 * 120 + 2);
});

const anyOrder = fc.constantFrom(...models).chain((model) =>
  fc.record({
    model: fc.constant(model),
    prompt: fc.string({ unit: 'grapheme', maxLength: 400 }),
    references: fc.array(fc.constant(reference), { maxLength: model.maxReferenceImages }),
    imageSize: fc.constantFrom(...model.imageSizes),
    count: fc.integer({ min: 1, max: 10 }),
  }),
);

test('no settlement within the bounds exceeds the reservation, and the bounds reach it exactly', () => {
  fc.assert(
    fc.property(
      anyOrder,
      fc.integer({ min: 1, max: 4 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (order, tries, shares) => {
        const bound = highestUsage(order);
        const share = (amount: number) => Math.floor(amount * (shares.next().value ?? 1));
        const calls = Math.max(1, share(order.count * tries));
        const usages = Array.from({ length: calls }, () =>
          usage(share(bound.inputTokens), share(bound.outputImageTokens), share(bound.outputTextTokens)),
        );
        expect(priceOrder(order.model, usages)).toBeLessThanOrEqual(highestPrice(order, tries));
        const worst = Array.from({ length: order.count * tries }, () => bound);
        expect(priceOrder(order.model, worst)).toBe(highestPrice(order, tries));
      },
    ),
  );
});

test('an estimate is never above the reservation, also with a draft for every try not needed', () => {
  fc.assert(
    fc.property(anyOrder, fc.integer({ min: 1, max: 4 }), (order, tries) => {
      const estimates = Array.from({ length: order.count }, () => estimatedUsage(order, tries));
      expect(priceOrder(order.model, estimates)).toBeLessThanOrEqual(highestPrice(order, tries));
    }),
  );
});

test('every reference and the mask raise the reservation, until the model takes no more input', () => {
  const model = modelOf('gemini-nano-banana-2.1');
  const price = (fields: Partial<PricedOrder>) => highestPrice(orderOf(model, fields), 1);
  expect(price({ references: [reference, reference] }) - price({})).toBe(2 * 1120 * 1.5);
  expect(price({ references: [reference], mask: reference })).toBe(
    price({ references: [reference, reference] }),
  );
  expect(price({ prompt: 'x'.repeat(1_000_000) })).toBe(price({ prompt: 'x'.repeat(2_000_000) }));
});

test('a prompt counts its UTF-8 bytes, so no script can be dearer than reserved', () => {
  expect(highestUsage(orderOf(modelOf('gemini-3-pro-image'), { prompt: '香蕉🍌' })).inputTextTokens).toBe(
    10 + 1024,
  );
});

test('an uncounted picture is estimated from the catalogue, with parts that add up', () => {
  const estimate = estimatedUsage(
    orderOf(modelOf('gemini-3-pro-image'), {
      prompt: 'x'.repeat(9),
      imageSize: '4K',
      references: [reference],
    }),
    2,
  );
  expect(estimate).toStrictEqual({
    inputTokens: 563,
    inputTextTokens: 3,
    inputImageTokens: 560,
    outputTokens: 4000,
    outputImageTokens: 4000,
    outputTextTokens: 0,
    totalTokens: 4563,
  });
});
