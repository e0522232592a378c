import type { ModelPrices, PriceEntry } from '../../src/journey/price-list.ts';

/** A price list of one entry, the same at every tier. */
export function plainPrices(prices: ModelPrices): readonly PriceEntry[] {
  const tiers = { standard: prices, batch: prices, flex: prices, priority: prices };
  return [{ validFrom: '2026-01-01', tiers }];
}
