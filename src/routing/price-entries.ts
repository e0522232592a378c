import type { ModelPrices, PriceEntry, ServiceTier, TierPrices } from '../journey/price-list.ts';
import shipped from './prices.json' with { type: 'json' };

/** A tier as data files spell it: its own prices, or how much of the standard ones. */
type TierData = ModelPrices | { readonly percent: number };
type TiersData = { readonly standard: ModelPrices } & Readonly<Partial<Record<ServiceTier, TierData>>>;
interface EntryData extends Omit<PriceEntry, 'tiers' | 'longInput'> {
  readonly tiers: TiersData;
  readonly longInput?: { readonly aboveTokens: number; readonly tiers: TiersData };
}

/** A tier that an entry does not tell: what Google says of all of them, at its dearest (docs/contracts/gemini.md#searches-and-tiers). */
const percentOf = { batch: 50, flex: 50, priority: 200 } as const;

const listed = new Map(Object.entries(shipped as Readonly<Record<string, readonly EntryData[]>>));

/** The price list's entries of a model, oldest first. */
export function listedPrices(id: string): PriceEntry[] {
  return (listed.get(id) ?? [])
    .map(({ tiers, longInput, ...entry }) => ({
      ...entry,
      tiers: allTiers(tiers),
      ...(longInput && { longInput: { ...longInput, tiers: allTiers(longInput.tiers) } }),
    }))
    .sort((one, other) => Date.parse(one.validFrom ?? '') - Date.parse(other.validFrom ?? ''));
}

/** The operator's prices in place of the list's. What the operator cannot say, such as what a search costs, stays. */
export function ownPrices(standard: ModelPrices, entries: readonly PriceEntry[]): PriceEntry[] {
  const { search } = entries.at(-1) ?? {};
  return [{ validFrom: null, tiers: allTiers({ standard }), ...(search && { search }) }];
}

function allTiers(told: TiersData): TierPrices {
  const of = (tier: Exclude<ServiceTier, 'standard'>): ModelPrices => {
    const data = told[tier] ?? { percent: percentOf[tier] };
    return 'percent' in data ? share(told.standard, data.percent) : data;
  };
  return { standard: told.standard, batch: of('batch'), flex: of('flex'), priority: of('priority') };
}

/** Up to whole numbers: rather a millionth of a dollar a million tokens too much than prices that are no integers. */
function share(prices: ModelPrices, percent: number): ModelPrices {
  const part = (price: number): number => Number((BigInt(price) * BigInt(percent) + 99n) / 100n);
  const { input, imageInput, textOutput, imageOutput, perPicture } = prices;
  return {
    input: part(input),
    ...(imageInput !== undefined && { imageInput: part(imageInput) }),
    textOutput: part(textOutput),
    imageOutput: part(imageOutput),
    ...(perPicture !== undefined && { perPicture: part(perPicture) }),
  };
}
