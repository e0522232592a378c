import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failedCall, pictureUsage, plainCall } from '../../test/support/plain-call.ts';
import { plainPrices } from '../../test/support/plain-prices.ts';
import { type Call, callPhases, maxContinuations } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { noUsage } from '../journey/sum-usage.ts';
import { type ServiceTier, serviceTiers } from '../journey/price-list.ts';
import { type PricedOrder, highestPrice, rounded } from './price.ts';
import { sumOf } from './price-lines.ts';
import { priceCalls } from './price-calls.ts';

const model = (id: string, imageOutput: number, maxPicturesPerCall = 1) =>
  ({
    id,
    prices: plainPrices({ input: 1_000_000, textOutput: 2_000_000, imageOutput }),
    imageTokens: { '1K': 1000 },
    inputTokenLimit: 32_000,
    outputTokenLimit: 32_000,
    inputImageTokens: 258,
    maxThinkingTokens: 500,
    maxPicturesPerCall,
  }) as CatalogueModel;
const cheap = model('cheap', 10_000_000);
const dear = model('dear', 50_000_000, 3);
const order: PricedOrder = {
  prompt: 'four',
  references: [],
  masksTransparency: false,
  imageSize: '1K',
  count: 1,
  acceptedAtMs: 0,
};
const one = (call: Call) => priceCalls(order, [call])[0] ?? expect.fail('not priced');
const answered = (fields: Partial<Call> = {}) => plainCall({ model: cheap, ...fields });
const failed = (fields: Partial<Call> = {}) => failedCall('upstream_error', { model: cheap, ...fields });

describe('what a call costs', () => {
  test('is what the upstream counted, at the rates of the model that was asked', () => {
    expect(one(answered())).toMatchObject({ source: 'upstream', costMicroUsd: 10_001, usage: pictureUsage });
    expect(one(answered({ model: dear }))).toMatchObject({ costMicroUsd: 50_001 });
  });

  test('is estimated where nothing was counted: a picture, or the prompt of an answer without one', () => {
    const uncounted = { usage: 'not counted' } as const;
    expect(one(answered(uncounted))).toMatchObject({ source: 'estimated', costMicroUsd: 10_001 });
    expect(one(answered({ ...uncounted, picturesSeen: 0 }))).toMatchObject({ costMicroUsd: 10_001 });
    for (const verdict of ['refused', 'words', 'continued'] as const)
      expect(one(answered({ ...uncounted, verdict, picturesSeen: 0 }))).toMatchObject({
        source: 'estimated',
        costMicroUsd: 1,
      });
    expect(one(answered({ ...uncounted, model: dear, picturesSeen: 3 })).costMicroUsd).toBe(150_001);
  });

  test.each([
    ['unsent', undefined, 'none', 0],
    ['refused', 404, 'none', 0],
    ['refused', 429, 'none', 0],
    ['failed', 500, 'none', 0],
    ['unanswered', undefined, 'estimated', 10_001],
    ['broken_off', 200, 'estimated', 10_001],
    ['answered', 200, 'estimated', 10_001],
    // An error inside an answer that had begun.
    ['failed', 200, 'estimated', 1],
    ['refused', 200, 'estimated', 1],
  ] as const)('that failed (%s, status %s) is %s: %i', (phase, httpStatus, source, costMicroUsd) => {
    expect(one(failed({ phase, httpStatus }))).toMatchObject({ source, costMicroUsd });
  });

  test('is what was counted before an answer broke off', () => {
    const call = failed({ phase: 'broken_off', httpStatus: 200, usage: pictureUsage });
    expect(one(call)).toMatchObject({ source: 'upstream', costMicroUsd: 10_001 });
  });

  test('is nothing for a call that an error status refused, whatever else was told', () => {
    const call = failed({ phase: 'refused', httpStatus: 429, usage: pictureUsage });
    expect(one(call)).toMatchObject({ source: 'none', costMicroUsd: 0, usage: noUsage });
  });

  test('is never more than was reserved for it, and that is told', () => {
    // 4 + 1024 of prompt, 1000 of a picture, 500 of thinking.
    const most = 1028 + 1000 * 10 + 500 * 2;
    const told = { ...pictureUsage, outputImageTokens: 31_000, outputTokens: 31_000, totalTokens: 31_001 };
    expect(one(answered({ usage: told }))).toMatchObject({
      costMicroUsd: most,
      isCapped: true,
      usage: told,
      source: 'upstream',
    });
    expect(one(answered({ usage: told, verdict: 'continued' })).costMicroUsd).toBe(most - 10_000);
    expect(one(answered({ usage: 'not counted', picturesSeen: 50 }))).toMatchObject({ costMicroUsd: most });
    expect(one(answered()).isCapped).toBe(false);
  });
});

describe('the tier that a call is charged at', () => {
  const rates = (factor: number) => ({
    input: factor * 1_000_000,
    textOutput: factor * 2_000_000,
    imageOutput: factor * 10_000_000,
  });
  const tiers = { standard: rates(10), batch: rates(5), flex: rates(5), priority: rates(18) };
  const tiered = {
    ...cheap,
    prices: [{ validFrom: '2026-01-01', tiers, search: { per: 'query', microUsd: 7 } }],
  };
  const bound = { usage: { ...pictureUsage, inputTokens: 100, inputTextTokens: 100 }, searches: 5 } as const;
  const costAt = (asked: ServiceTier | undefined, tier: ServiceTier | undefined, searches = 0) => {
    const asking = asked === undefined ? order : { ...order, bound: { ...bound, tier: asked } };
    const call = answered({ model: tiered as CatalogueModel, served: { tier, searches } });
    const [priced] = priceCalls(asking, [call]);
    return { cost: priced?.costMicroUsd, id: priced?.price?.priceId, isCapped: priced?.isCapped };
  };

  test.each([
    [undefined, undefined, 'standard', 100_010],
    [undefined, 'flex', 'flex', 50_005],
    ['flex', 'flex', 'flex', 50_005],
    ['flex', 'standard', 'standard', 100_010],
    // Not told: rather too much than too little.
    ['flex', undefined, 'standard', 100_010],
    ['batch', undefined, 'standard', 100_010],
    ['priority', 'priority', 'priority', 180_018],
    ['priority', 'standard', 'standard', 100_010],
    ['priority', undefined, 'priority', 180_018],
  ] as const)('asked for %s and told %s is %s', (asked, told, tier, cost) => {
    expect(costAt(asked, told)).toEqual({ cost, id: `cheap/${tier}/2026-01-01`, isCapped: false });
  });

  test('is capped at what was reserved where a dearer one was served than anybody asked for', () => {
    const most = 1028 * 10 + 1000 * 100 + 500 * 20;
    expect(costAt(undefined, 'priority')).toMatchObject({ cost: most, isCapped: true });
  });

  test('has its searches beside it, as many as were told', () => {
    expect(costAt('standard', 'standard', 3).cost).toBe(100_010 + 21);
    expect(costAt('standard', undefined, 5).cost).toBe(100_010 + 35);
  });
});

test('within its bounds no call costs more than was reserved, whichever tier serves it, and none is cut', () => {
  const money = fc.nat({ max: 1_000_000_000 });
  const rates = fc.record({ input: money, textOutput: money, imageOutput: money, perPicture: money });
  const tiers = fc.record({ standard: rates, batch: rates, flex: rates, priority: rates });

  const most = { text: 5000, picture: 3000, textOut: 500, pictureOut: 3000 };
  const counted = fc.record({
    text: fc.nat({ max: most.text }),
    picture: fc.nat({ max: most.picture }),
    textOut: fc.nat({ max: most.textOut }),
    pictureOut: fc.nat({ max: most.pictureOut }),
  });
  const usageOf = ({ text, picture, textOut, pictureOut }: typeof most) => ({
    inputTokens: text + picture,
    inputTextTokens: text,
    inputImageTokens: picture,
    outputTokens: textOut + pictureOut,
    outputTextTokens: textOut,
    outputImageTokens: pictureOut,
    totalTokens: text + picture + textOut + pictureOut,
  });
  const asked = fc.constantFrom(...serviceTiers);
  fc.assert(
    fc.property(
      tiers,
      asked,
      fc.boolean(),
      fc.array(counted, { maxLength: 3 }),
      fc.nat({ max: 5 }),
      (prices, tier, isLowered, counts, searches) => {
        const search = { per: 'query', microUsd: 14_000 } as const;
        const one = {
          ...dear,
          prices: [{ validFrom: '2026-01-01', tiers: prices, search }],
        } as CatalogueModel;
        const reserved = { ...order, bound: { usage: usageOf(most), tier, searches: 5 } };
        const served = { tier: isLowered ? 'standard' : tier, searches } as const;
        const calls = counts.map((count) =>
          answered({ model: one, usage: usageOf(count), picturesSeen: 3, served }),
        );
        const priced = priceCalls(reserved, calls);
        expect(priced.some(({ isCapped }) => isCapped)).toBe(false);
        const cost = priced.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0);
        expect(cost).toBeLessThanOrEqual(highestPrice(reserved, [one], 3));
        expect(priced.every(({ costMicroUsd }) => Number.isSafeInteger(costMicroUsd))).toBe(true);
        // The pieces that are kept explain the sum.
        const kept = priced.reduce((sum, { price }) => sum + sumOf(price?.lines ?? []), 0n);
        expect(rounded(kept)).toBe(cost);
      },
    ),
  );
});

test('the costs of calls add up to the price of all, rounded once', () => {
  const third = { ...noUsage, inputTokens: 1, totalTokens: 1 };
  const penny = { ...cheap, prices: plainPrices({ input: 300_000, textOutput: 0, imageOutput: 0 }) };
  const calls = Array.from({ length: 10 }, () => answered({ model: penny, usage: third }));
  const costs = priceCalls(order, calls).map(({ costMicroUsd }) => costMicroUsd);
  expect(costs.reduce((sum, cost) => sum + cost, 0)).toBe(3);
  expect(costs.every((cost) => cost === 0 || cost === 1)).toBe(true);
});

test('whatever the calls of a picture, within its tries and continuations they cost no more than was reserved', () => {
  const tokens = fc.nat({ max: 32_000 });
  const usage = fc.oneof(
    fc.constant('not counted' as const),
    fc.record({ input: tokens, image: tokens, text: tokens }).map(({ input, image, text }) => ({
      inputTokens: input,
      inputTextTokens: input,
      inputImageTokens: 0,
      outputTokens: image + text,
      outputImageTokens: image,
      outputTextTokens: text,
      totalTokens: input + image + text,
    })),
  );
  const call = fc.record({
    model: fc.constantFrom(cheap, dear),
    phase: fc.constantFrom(...callPhases),
    httpStatus: fc.constantFrom(200, 404, 500, undefined),
    picturesSeen: fc.nat({ max: 40 }),
    usage,
  });
  const whole = fc
    .tuple(call, fc.constantFrom('picture', 'refused', 'words', 'failed'))
    .map(([fields, verdict]) => plainCall({ ...fields, verdict }));
  const continued = call.map((fields) => plainCall({ ...fields, verdict: 'continued' }));
  fc.assert(
    fc.property(
      fc.array(whole, { maxLength: 2 }),
      fc.array(continued, { maxLength: maxContinuations }),
      (wholes, rounds) => {
        const priced = priceCalls(order, [...wholes, ...rounds]);
        const cost = priced.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0);
        expect(cost).toBeLessThanOrEqual(highestPrice(order, [cheap, dear], 2));
        for (const { costMicroUsd } of priced) expect(costMicroUsd).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});
