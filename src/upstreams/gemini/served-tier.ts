import type { ServiceTier } from '../../journey/price-list.ts';

/** Google's words for a tier, at the Gemini API and, as a kind of traffic, at Vertex AI (docs/contracts/gemini.md#searches-and-tiers). */
const tierOfWord: ReadonlyMap<string, ServiceTier> = new Map([
  ['standard', 'standard'],
  ['batch', 'batch'],
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['on_demand', 'standard'],
  ['on_demand_flex', 'flex'],
  ['on_demand_priority', 'priority'],
  // Cheaper than it, and paid beforehand: by how much no price list here tells.
  ['on_demand_offpeak', 'standard'],
  ['provisioned_throughput', 'standard'],
]);

/** The tier that an answer says it was served at, by the first of its words that is one; undefined where none is. */
export function servedTier(words: readonly unknown[]): ServiceTier | undefined {
  for (const word of words) {
    if (typeof word !== 'string') continue;
    const tier = tierOfWord.get(
      word
        .trim()
        .toLowerCase()
        .replace(/^service_tier_/, ''),
    );
    if (tier !== undefined) return tier;
  }
  return undefined;
}
