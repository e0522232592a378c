import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainPrices } from '../../test/support/plain-prices.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { TokenUsage } from '../journey/image-result.ts';
import { type ModelPrices, type PriceEntry, serviceTiers } from '../journey/price-list.ts';
import { noUsage, sumUsage } from '../journey/sum-usage.ts';
import { type Charged, itemised, sumOf } from './price-lines.ts';

const model = (prices: readonly PriceEntry[]) => ({ id: 'm', prices }) as CatalogueModel;
const each = (price: number): ModelPrices => ({ input: price, textOutput: price, imageOutput: price });
const none: Charged = { usage: noUsage, pictures: 0, searches: 0 };
const withInput = (inputTokens: number): Charged => ({ ...none, usage: { ...noUsage, inputTokens } });
const at = (time: string) => Date.parse(time);

test('of dated prices the newest that has begun holds, from its first moment; before the first, the first', () => {
  const dated = (validFrom: string, price: number): PriceEntry => ({
    ...plainPrices(each(price))[0],
    tiers: { standard: each(price), batch: each(price), flex: each(price), priority: each(price) },
    validFrom,
  });
  const three = model([dated('2026-01-01', 1), dated('2026-06-01', 2), dated('2026-12-01', 3)]);
  const idAt = (time: string) => itemised(three, 'standard', at(time), none).priceId;
  expect(idAt('2025-01-01')).toBe('m/standard/2026-01-01');
  expect(idAt('2026-05-31T23:59:59.999Z')).toBe('m/standard/2026-01-01');
  expect(idAt('2026-06-01T00:00:00.000Z')).toBe('m/standard/2026-06-01');
  expect(idAt('2027-01-01')).toBe('m/standard/2026-12-01');
  expect(sumOf(itemised(three, 'standard', at('2026-07-01'), withInput(10)).lines)).toBe(20n);
});

test('the operator’s prices hold whatever the day, and are named as theirs', () => {
  const own = model([{ ...(plainPrices(each(7))[0] as PriceEntry), validFrom: null }]);
  for (const time of ['1999-01-01', '2099-01-01'])
    expect(itemised(own, 'flex', at(time), withInput(1)).priceId).toBe('m/flex/operator');
});

test('a long input has prices of its own, past its mark and for the whole of it', () => {
  const tiers = (price: number) => ({
    standard: each(price),
    batch: each(price),
    flex: each(price),
    priority: each(price),
  });
  const long = model([
    { validFrom: '2026-01-01', tiers: tiers(2), longInput: { aboveTokens: 200_000, tiers: tiers(4) } },
  ]);
  const price = (tokens: number) => itemised(long, 'standard', 0, withInput(tokens));
  expect(sumOf(price(200_000).lines)).toBe(400_000n);
  expect(price(200_000).priceId).toBe('m/standard/2026-01-01');
  expect(sumOf(price(200_001).lines)).toBe(800_004n);
  expect(price(200_001).priceId).toBe('m/standard/2026-01-01/long');
});

test.each([
  ['query', 0, 0n],
  ['query', 3, 42_000_000_000n],
  ['prompt', 0, 0n],
  ['prompt', 3, 14_000_000_000n],
] as const)('searches that are charged by the %s: %i come to %d', (per, searches, sum) => {
  const searching = model([
    { ...(plainPrices(each(0))[0] as PriceEntry), search: { per, microUsd: 14_000 } },
  ]);
  expect(sumOf(itemised(searching, 'standard', 0, { ...none, searches }).lines)).toBe(sum);
});

test('a maker that charges by the picture is paid by the picture', () => {
  const byPicture = model(plainPrices({ ...each(0), perPicture: 20_000 }));
  expect(itemised(byPicture, 'standard', 0, { ...none, pictures: 2 }).lines).toEqual([
    { of: 'pictures', count: 2, microUsdPerMillion: 20_000_000_000 },
  ]);
});

const count = fc.nat({ max: 200_000 });
const usage = fc.record({ text: count, picture: count, textOut: count, pictureOut: count }).map(
  ({ text, picture, textOut, pictureOut }): TokenUsage => ({
    inputTokens: text + picture,
    inputTextTokens: text,
    inputImageTokens: picture,
    outputTokens: textOut + pictureOut,
    outputTextTokens: textOut,
    outputImageTokens: pictureOut,
    totalTokens: text + picture + textOut + pictureOut,
  }),
);
const charged = fc.record({ usage, pictures: fc.nat({ max: 10 }), searches: fc.nat({ max: 10 }) });
const money = fc.nat({ max: 1_000_000_000 });
const prices = fc.record({
  input: money,
  imageInput: fc.option(money, { nil: undefined }),
  textOutput: money,
  imageOutput: money,
  perPicture: fc.option(money, { nil: undefined }),
});
const priced = fc
  .record({ prices, search: money, tier: fc.constantFrom(...serviceTiers) })
  .map(({ prices: own, search, tier }) => {
    const entry = {
      ...(plainPrices(own)[0] as PriceEntry),
      search: { per: 'query', microUsd: search } as const,
    };
    return (given: Charged) => sumOf(itemised(model([entry]), tier, 0, given).lines);
  });
const together = (one: Charged, other: Charged): Charged => ({
  usage: sumUsage([one.usage, other.usage]),
  pictures: one.pictures + other.pictures,
  searches: one.searches + other.searches,
});

test('two calls cost what one with all of theirs would, to the millionth', () => {
  fc.assert(
    fc.property(priced, charged, charged, (price, one, other) => {
      expect(price(together(one, other))).toBe(price(one) + price(other));
    }),
  );
});

test('more of anything never costs less', () => {
  fc.assert(
    fc.property(priced, charged, charged, (price, one, more) => {
      expect(price(together(one, more)) >= price(one)).toBe(true);
    }),
  );
});
