import { expect, test } from 'vitest';
import { servedTier } from './served-tier.ts';

test.each([
  [['standard'], 'standard'],
  [['PRIORITY'], 'priority'],
  [['SERVICE_TIER_FLEX'], 'flex'],
  [[' batch '], 'batch'],
  [[undefined, 'flex', 'ON_DEMAND'], 'flex'],
  [[undefined, undefined, 'ON_DEMAND'], 'standard'],
  [[undefined, undefined, 'ON_DEMAND_PRIORITY'], 'priority'],
  [[undefined, undefined, 'ON_DEMAND_FLEX'], 'flex'],
  [[undefined, undefined, 'ON_DEMAND_OFFPEAK'], 'standard'],
  [[undefined, undefined, 'PROVISIONED_THROUGHPUT'], 'standard'],
  // What nobody knows says nothing, and what stands behind it is read.
  [['turbo', 'priority'], 'priority'],
  [[['flex'], 7, 'priority'], 'priority'],
  [['SERVICE_TIER_UNSPECIFIED', undefined, 'TRAFFIC_TYPE_UNSPECIFIED'], undefined],
  [[], undefined],
] as const)('%j is served at %s', (words, tier) => {
  expect(servedTier(words)).toBe(tier);
});
