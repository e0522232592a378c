import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { TokenUsage } from '../journey/image-result.ts';
import { type PriceEntry, pricesAt, type ServiceTier } from '../journey/price-list.ts';

/** Millionths of a micro-USD: what prices a million and counts multiply to, before anything is rounded. */
export type Millionths = bigint;

/** What a price is made of: tokens by what they are of, pictures of makers that charge by the picture, and searches. */
export const pricedThings = [
  'text_in',
  'pictures_in',
  'text_out',
  'pictures_out',
  'pictures',
  'searches',
] as const;
type PricedThing = (typeof pricedThings)[number];

/** So many of a thing at so much a million of them. */
export interface PriceLine {
  readonly of: PricedThing;
  readonly count: number;
  readonly microUsdPerMillion: number;
}

/** What a call is charged for. Counts are whole and not negative. */
export interface Charged {
  readonly usage: TokenUsage;
  /** Drafts included. */
  readonly pictures: number;
  readonly searches: number;
}

/** Which entry of which list priced it: `gemini-3-pro-image/standard/2026-05-28`, the last part `operator` where they set it. */
export interface ItemisedPrice {
  readonly priceId: string;
  readonly lines: readonly PriceLine[];
}

/**
 * A call's price, piece by piece: input at the input price, or the caller's pictures at a price of their own, pictures at
 * the image price, text and thinking at the text price (docs/contracts/gemini.md#prices-and-tokens), each at that of
 * the tier and the day.
 */
export function itemised(
  { id, prices }: Pick<CatalogueModel, 'id' | 'prices'>,
  tier: ServiceTier,
  atMs: number,
  { usage, pictures, searches }: Charged,
): ItemisedPrice {
  const entry = pricesAt(prices, atMs);
  const long = entry.longInput !== undefined && usage.inputTokens > entry.longInput.aboveTokens;
  const { input, imageInput = input, ...rates } = (long ? entry.longInput.tiers : entry.tiers)[tier];
  const lines: readonly PriceLine[] = [
    { of: 'text_in', count: usage.inputTokens - usage.inputImageTokens, microUsdPerMillion: input },
    { of: 'pictures_in', count: usage.inputImageTokens, microUsdPerMillion: imageInput },
    { of: 'text_out', count: usage.outputTextTokens, microUsdPerMillion: rates.textOutput },
    { of: 'pictures_out', count: usage.outputImageTokens, microUsdPerMillion: rates.imageOutput },
    { of: 'pictures', count: pictures, microUsdPerMillion: (rates.perPicture ?? 0) * 1_000_000 },
    searchLine(entry, searches),
  ];
  const from = entry.validFrom ?? 'operator';
  return {
    priceId: `${id}/${tier}/${from}${long ? '/long' : ''}`,
    lines: lines.filter(({ count, microUsdPerMillion }) => count > 0 && microUsdPerMillion > 0),
  };
}

/** The sum of the pieces. BigInt, because count × price may pass 2^53. */
export function sumOf(lines: readonly PriceLine[]): Millionths {
  return lines.reduce(
    (sum, { count, microUsdPerMillion }) => sum + BigInt(count) * BigInt(microUsdPerMillion),
    0n,
  );
}

function searchLine({ search }: PriceEntry, searches: number): PriceLine {
  const count = search?.per === 'prompt' ? Math.min(searches, 1) : searches;
  return { of: 'searches', count, microUsdPerMillion: (search?.microUsd ?? 0) * 1_000_000 };
}
