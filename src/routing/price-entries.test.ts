import { describe, expect, test } from 'vitest';
import { serviceTiers } from '../journey/price-list.ts';
import foreign from './foreign-models.json' with { type: 'json' };
import { loadCatalogue } from './model-catalogue.ts';
import { listedPrices, ownPrices } from './price-entries.ts';
import prices from './prices.json' with { type: 'json' };

const ids = Object.keys(prices);

describe('the price list', () => {
  test('has every model that is shipped, and no other', () => {
    const shipped = [...loadCatalogue().models, ...foreign.models].map(({ id }) => id);
    expect(ids.toSorted()).toEqual([...shipped].toSorted());
  });

  test.each(ids)('%s: whole numbers at every tier, days that are days, oldest first', (id) => {
    const entries = listedPrices(id);
    expect(entries.length).toBeGreaterThan(0);
    const days = entries.map(({ validFrom }) => validFrom ?? expect.fail('no day'));
    expect(days).toEqual(days.toSorted());
    for (const day of days) expect(new Date(day).toISOString().slice(0, 10)).toBe(day);
    for (const { tiers, longInput, search } of entries)
      for (const tier of serviceTiers)
        for (const price of [
          ...Object.values(tiers[tier]),
          ...Object.values(longInput?.tiers[tier] ?? {}),
          search?.microUsd ?? 0,
        ]) {
          expect(Number.isSafeInteger(price) && price >= 0).toBe(true);
        }
  });

  test.each(ids)('%s: batch and flex are never dearer than standard, and priority never cheaper', (id) => {
    for (const { tiers, longInput } of listedPrices(id))
      for (const of of [tiers, longInput?.tiers ?? tiers])
        for (const field of ['input', 'textOutput', 'imageOutput'] as const) {
          const { standard, batch, flex, priority } = of;
          expect(batch[field]).toBeLessThanOrEqual(standard[field]);
          expect(flex[field]).toBeLessThanOrEqual(standard[field]);
          expect(priority[field]).toBeGreaterThanOrEqual(standard[field]);
        }
  });
});

describe('the operator’s prices', () => {
  const own = { input: 3, imageInput: 5, textOutput: 7, imageOutput: 9 };
  const change = { microUsdPerMillionTokens: own };

  test('stand in place of the list’s, at its shares of tiers, rounded up; searches stay', () => {
    expect(ownPrices(own, listedPrices('gemini-3-pro-image'))).toEqual([
      {
        validFrom: null,
        tiers: {
          standard: own,
          batch: { input: 2, imageInput: 3, textOutput: 4, imageOutput: 5 },
          flex: { input: 2, imageInput: 3, textOutput: 4, imageOutput: 5 },
          priority: { input: 6, imageInput: 10, textOutput: 14, imageOutput: 18 },
        },
        search: { per: 'query', microUsd: 14_000 },
      },
    ]);
    expect(ownPrices({ ...own, perPicture: 3 }, [])[0]?.tiers.flex.perPicture).toBe(2);
  });

  test('are those of their model alone; one that extends it has its list, or its owner’s prices', () => {
    const catalogue = loadCatalogue({
      models: {
        'gemini-3-pro-image': change,
        heir: { extends: 'gemini-3-pro-image' },
        listed: { extends: 'gemini-2.5-flash-image' },
      },
    });
    const of = (id: string) => catalogue.get(id)?.prices;
    expect(of('gemini-3-pro-image')?.[0]?.tiers.standard).toEqual(own);
    expect(of('heir')).toEqual(of('gemini-3-pro-image'));
    expect(of('listed')).toEqual(listedPrices('gemini-2.5-flash-image'));
    expect(of('gemini-nano-banana-2.1')).toEqual(listedPrices('gemini-nano-banana-2.1'));
  });
});
