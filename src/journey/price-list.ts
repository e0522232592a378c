/** Service tiers that an upstream may serve a call at, each at prices of its own. */
export const serviceTiers = ['standard', 'batch', 'flex', 'priority'] as const;
export type ServiceTier = (typeof serviceTiers)[number];

/** Prices in micro-USD per million tokens, so that they stay whole numbers. */
export interface ModelPrices {
  /** Of text, and of pictures where `imageInput` is not told. */
  readonly input: number;
  /** Of the caller's pictures, where they cost another price than text. */
  readonly imageInput?: number | undefined;
  /** Text and thinking output. */
  readonly textOutput: number;
  readonly imageOutput: number;
  /** Of each picture drawn, in micro-USD, where the maker charges by the picture. */
  readonly perPicture?: number | undefined;
}

export type TierPrices = Readonly<Record<ServiceTier, ModelPrices>>;

/** What a model costs from a day on. */
export interface PriceEntry {
  /** The ISO date that it begins with, at 00:00 UTC; null where the operator set it, which is always in force. */
  readonly validFrom: string | null;
  readonly tiers: TierPrices;
  /** Prices of calls whose input is longer. */
  readonly longInput?: { readonly aboveTokens: number; readonly tiers: TierPrices } | undefined;
  /** What a search costs that a tool made: each query, or each prompt that was searched for at all. */
  readonly search?: { readonly per: 'query' | 'prompt'; readonly microUsd: number } | undefined;
}

/** The prices in force: of the entries, oldest first, the newest that has begun. Before the first one it counts already. */
export function pricesAt(entries: readonly PriceEntry[], atMs: number): PriceEntry {
  const begun = entries.findLast(({ validFrom }) => validFrom === null || beginOf(validFrom) <= atMs);
  const entry = begun ?? entries[0];
  if (entry === undefined) throw new RangeError('A model without prices.');
  return entry;
}

/** The days of the lists, which are few, as moments: every order asks for them several times. */
const begins = new Map<string, number>();

function beginOf(day: string): number {
  let begin = begins.get(day);
  if (begin === undefined) {
    begin = Date.parse(day);
    begins.set(day, begin);
  }
  return begin;
}
