import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxContinuations } from '../journey/call.ts';
import { type CatalogueModel, type ImageSize, imageSizes } from '../journey/catalogue-model.ts';
import type { ReferenceImage } from '../journey/image-order.ts';
import type { TokenUsage } from '../journey/image-result.ts';
import { plainPrices } from '../../test/support/plain-prices.ts';
import type { ModelPrices } from '../journey/price-list.ts';
import { estimatedUsage, highestPrice, highestUsage, type PricedOrder, rounded } from './price.ts';
import { itemised, sumOf } from './price-lines.ts';

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
    10,
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
  prices: ModelPrices,
  inputImageTokens: number,
  maxThinkingTokens: number,
  maxPicturesPerCall = 1,
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
    prices: plainPrices(prices),
    inputImageTokens,
    maxReferenceImages: 14,
    advisedReferenceImages: 3,
    drafts: maxPicturesPerCall > 1,
    maxPicturesPerCall,
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

const orderOf = (fields: Partial<PricedOrder> = {}): PricedOrder => ({
  prompt: 'a banana',
  references: [],
  masksTransparency: false,
  imageSize: '1K',
  count: 1,
  acceptedAtMs: 0,
  ...fields,
});
const reference = {} as ReferenceImage;
const priceOf = (model: CatalogueModel, given: TokenUsage) =>
  sumOf(itemised(model, 'standard', 0, { usage: given, pictures: 1, searches: 0 }).lines);
const microUsdOf = (model: CatalogueModel, given: TokenUsage): number => rounded(priceOf(model, given));

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
    expect(microUsdOf(model, usage(0, model.imageTokens[imageSize] ?? 0, 0))).toBe(expected);
  },
);

test('prompt, picture and thinking are each charged at their own price', () => {
  // 10 × 0.30 + 1290 × 30 + 7 × 2.50 = 38,720.5 → half up.
  expect(microUsdOf(modelOf('gemini-2.5-flash-image'), usage(10, 1290, 7))).toBe(38_721);
  // 100 × 2 + 1120 × 120 + 300 × 12.
  expect(microUsdOf(modelOf('gemini-3-pro-image'), usage(100, 1120, 300))).toBe(138_200);
});

test('prices are sums before they are rounded, exact past 2^53 millionths', () => {
  const flash = modelOf('gemini-2.5-flash-image');
  // 0.3 micro-USD each: ten make 3, and would make 0 if rounded apart.
  const ten = Array.from({ length: 10 }, () => priceOf(flash, usage(1, 0, 0)));
  expect(rounded(ten.reduce((sum, price) => sum + price, 0n))).toBe(3);
  expect(rounded(0n)).toBe(0);
  expect(microUsdOf(modelOf('gemini-3-pro-image'), usage(1, 900_000_000_001, 0))).toBe(
    900_000_000_001 * 120 + 2,
  );
});

test('the most a call is charged for: the prompt by its bytes, references, the pictures of a call, and thinking', () => {
  // 9 bytes and the framing's 1024; two references and the picture that explains a mask; ten drafts; all thinking.
  const order = orderOf({ prompt: 'x'.repeat(9), imageSize: '4K', references: [reference, reference] });
  const pro = modelOf('gemini-3-pro-image');
  expect(highestUsage({ ...order, mask: reference }, pro, 'whole')).toStrictEqual({
    inputTokens: 1033 + 3 * 560,
    inputTextTokens: 1033,
    inputImageTokens: 3 * 560,
    outputTokens: 10 * 2000 + 4000,
    outputImageTokens: 10 * 2000,
    outputTextTokens: 4000,
    totalTokens: 1033 + 3 * 560 + 10 * 2000 + 4000,
  });
  // One that is to be continued brings no picture.
  expect(highestUsage(order, pro, 'continued')).toMatchObject({
    outputImageTokens: 0,
    outputTextTokens: 4000,
  });
  expect(highestUsage(order, modelOf('gemini-2.5-flash-image'), 'whole').outputImageTokens).toBe(1290);
});

test('an order is reserved at its tries and continuations, worked out by hand', () => {
  const lite = modelOf('gemini-3.1-flash-lite-image');
  // Input 8 + 1024 bytes at 0.25; a picture of 1120 at 30; 2000 of thinking at 1.50.
  const [input, picture, thinking] = [1032 * 0.25, 1120 * 30, 2000 * 1.5];
  expect(highestPrice(orderOf({ count: 2 }), [lite], 3)).toBe(
    2 * (3 * (input + picture + thinking) + 3 * (input + thinking)),
  );
  expect(maxContinuations).toBe(3);
});

test('a successor that may stand in is reserved for where it is the dearer one, for each kind of call', () => {
  const lite = modelOf('gemini-3.1-flash-lite-image');
  // Dearer in thinking, and cheaper in pictures.
  const thinker = modelWith(
    'thinker',
    { '1K': 100 },
    { input: 250_000, textOutput: 9_000_000, imageOutput: 1 },
    258,
    2000,
  );
  const order = orderOf();
  const input = 1032 * 0.25;
  const whole = input + 1120 * 30 + 2000 * 1.5;
  expect(highestPrice(order, [lite, thinker], 2)).toBe(2 * whole + 3 * (input + 2000 * 9));
  expect(highestPrice(order, [thinker, lite], 2)).toBe(highestPrice(order, [lite, thinker], 2));
});

test.each([
  ['a mask', { mask: reference }],
  ['the picture’s own transparency as the mask', { masksTransparency: true }],
  ['one more reference', { references: [reference, reference] }],
])('%s makes an edit dearer by the picture that is sent to explain it', (_name, fields) => {
  const model = modelOf('gemini-nano-banana-2.1');
  const price = (more: Partial<PricedOrder>) =>
    highestPrice(orderOf({ references: [reference], ...more }), [model], 1);
  expect(price(fields) - price({})).toBe((1 + maxContinuations) * 1120 * 1.5);
});

test('no input is reserved for beyond what the model takes: past it the upstream refuses', () => {
  const model = modelOf('gemini-nano-banana-2.1');
  const most = { ...usage(0, 1120, 4000), inputTokens: model.inputTokenLimit };
  const long = orderOf({ prompt: 'x'.repeat(1_000_000), references: [reference] });
  expect(highestUsage(long, model, 'whole')).toMatchObject({
    inputTokens: 65_536,
    inputTextTokens: 65_536 - 1120,
    inputImageTokens: 1120,
  });
  expect(microUsdOf(model, highestUsage(long, model, 'whole'))).toBe(microUsdOf(model, most));
  const many = orderOf({ references: Array.from({ length: 100 }, () => reference) });
  expect(highestUsage(many, model, 'whole')).toMatchObject({ inputTokens: 65_536, inputTextTokens: 0 });
});

test('a tier that the catalogue does not price is reserved as its dearest', () => {
  const model = modelOf('gemini-3-pro-image');
  expect(highestUsage(orderOf({ imageSize: '512' }), model, 'whole').outputImageTokens).toBe(10 * 2000);
  expect(estimatedUsage(orderOf({ imageSize: '512' }), model, 1).outputImageTokens).toBe(2000);
});

test.each([
  ['a banana', 2, 8],
  ['香蕉🍌', 3, 10],
  ['банан', 3, 10],
])(
  'the prompt %s is estimated at %i tokens and bounded by its %i bytes, whatever its script',
  (prompt, tokens, bytes) => {
    const model = modelOf('gemini-3-pro-image');
    expect(estimatedUsage(orderOf({ prompt }), model, 1).inputTextTokens).toBe(tokens);
    expect(highestUsage(orderOf({ prompt }), model, 'whole').inputTextTokens).toBe(bytes + 1024);
  },
);

test('a call that was not counted is estimated from the catalogue, with parts that add up', () => {
  const order = orderOf({ prompt: 'x'.repeat(9), imageSize: '4K', references: [reference] });
  expect(estimatedUsage(order, modelOf('gemini-3-pro-image'), 2)).toStrictEqual({
    inputTokens: 563,
    inputTextTokens: 3,
    inputImageTokens: 560,
    outputTokens: 4000,
    outputImageTokens: 4000,
    outputTextTokens: 0,
    totalTokens: 4563,
  });
  expect(
    estimatedUsage({ ...order, masksTransparency: true }, modelOf('gemini-3-pro-image'), 0),
  ).toMatchObject({
    inputImageTokens: 1120,
    outputTokens: 0,
  });
});

test('no part of an order makes it cheaper', () => {
  const order = fc.record({
    prompt: fc.string({ unit: 'grapheme', maxLength: 400 }),
    references: fc.array(fc.constant(reference), { maxLength: 14 }),
    masksTransparency: fc.boolean(),
    imageSize: fc.constantFrom(...imageSizes),
    count: fc.integer({ min: 1, max: 10 }),
    acceptedAtMs: fc.constant(0),
  });
  fc.assert(
    fc.property(fc.constantFrom(...models), order, fc.integer({ min: 1, max: 5 }), (model, given, tries) => {
      const price = (more: Partial<PricedOrder>, asked = [model], times = tries) =>
        highestPrice({ ...given, ...more }, asked, times);
      const plain = price({});
      expect(price({ prompt: `${given.prompt}x` })).toBeGreaterThanOrEqual(plain);
      expect(price({ references: [...given.references, reference] })).toBeGreaterThanOrEqual(plain);
      expect(price({ mask: reference })).toBeGreaterThanOrEqual(plain);
      expect(price({ count: given.count + 1 })).toBeGreaterThan(plain);
      expect(price({}, [model], tries + 1)).toBeGreaterThan(plain);
      expect(price({}, models)).toBeGreaterThanOrEqual(plain);
    }),
  );
});

test('pictures that are sent have a price of their own where the model says so; the bound has it too', () => {
  const prices = { input: 5_000_000, textOutput: 0, imageOutput: 30_000_000 };
  const plain = modelWith('plain', { '1K': 1000 }, prices, 100, 0);
  const dearer = modelWith('dearer', { '1K': 1000 }, { ...prices, imageInput: 8_000_000 }, 100, 0);
  const usage: TokenUsage = {
    inputTokens: 310,
    inputTextTokens: 10,
    inputImageTokens: 300,
    outputTokens: 1757,
    outputImageTokens: 1757,
    outputTextTokens: 0,
    totalTokens: 2067,
  };
  // 310 × 5 + 1757 × 30, and 10 × 5 + 300 × 8 + 1757 × 30.
  expect(rounded(priceOf(plain, usage))).toBe(54_260);
  expect(rounded(priceOf(dearer, usage))).toBe(55_160);
  const order: PricedOrder = {
    prompt: '',
    references: [{} as ReferenceImage],
    masksTransparency: false,
    imageSize: '1K',
    count: 1,
    acceptedAtMs: 0,
  };
  expect(highestPrice(order, [dearer], 1) - highestPrice(order, [plain], 1)).toBe(
    100 * 3 * (1 + maxContinuations),
  );
});

test('a quality is reserved and estimated at its own tokens, at the default’s where nobody asks', () => {
  const base = modelWith('m', { '1K': 50 }, { input: 0, textOutput: 0, imageOutput: 1_000_000 }, 0, 0);
  const qualityTokens = { low: { '1K': 10 }, high: { '1K': 900 } };
  const model = { ...base, foreign: { qualityTokens } as unknown as NonNullable<CatalogueModel['foreign']> };
  const order: PricedOrder = {
    prompt: '',
    references: [],
    masksTransparency: false,
    imageSize: '1K',
    count: 1,
    acceptedAtMs: 0,
  };
  const tokens = (quality?: 'low' | 'high'): number =>
    estimatedUsage(quality === undefined ? order : { ...order, quality }, model, 1).outputImageTokens;
  expect([tokens(), tokens('low'), tokens('high')]).toEqual([50, 10, 900]);
});
