import { maxContinuations } from '../journey/call.ts';
import type { CatalogueModel, ImageSize } from '../journey/catalogue-model.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import type { TokenUsage } from '../journey/image-result.ts';
import type { ServiceTier } from '../journey/price-list.ts';
import { noUsage } from '../journey/sum-usage.ts';
import type { MicroUsd } from '../kernel/money.ts';
import { itemised, type Millionths, sumOf } from './price-lines.ts';

/** The parts of an order that its price depends on. */
export type PricedOrder = Pick<
  ImageOrder,
  | 'prompt'
  | 'references'
  | 'mask'
  | 'masksTransparency'
  | 'imageSize'
  | 'quality'
  | 'count'
  | 'bound'
  | 'acceptedAtMs'
>;

/**
 * Tokens the framing of an order may add to the prompt: the plain instruction of a second try, and the words
 * that explain a mask. Both are shorter than this many bytes.
 */
const framingTokens = 1024;

/** Whole micro-USD, half up. To be done once with a sum: rounding every call would drift by up to half a micro-USD a call. */
export function rounded(price: Millionths): MicroUsd {
  return Number((price + 500_000n) / 1_000_000n);
}

/** What one picture of this size costs on a day; prompt, references and thinking come on top. */
export function pictureCost(
  model: CatalogueModel,
  imageSize: ImageSize,
  atMs: number,
  tier: ServiceTier = 'standard',
): MicroUsd {
  const usage = { ...noUsage, outputImageTokens: model.imageTokens[imageSize] ?? 0 };
  return rounded(sumOf(itemised(model, tier, atMs, { usage, pictures: 1, searches: 0 }).lines));
}

/** What one picture that is sent along costs on a day. */
export function referenceCost(model: CatalogueModel, atMs: number): MicroUsd {
  const usage = { ...noUsage, inputTokens: model.inputImageTokens, inputImageTokens: model.inputImageTokens };
  return rounded(sumOf(itemised(model, 'standard', atMs, { usage, pictures: 0, searches: 0 }).lines));
}

/**
 * The likely usage of a call that the upstream did not count: the catalogue's tokens for `pictures` pictures of the
 * order's tier (drafts are charged like the final one) and four bytes of prompt a token. Thinking is not guessed.
 */
export function estimatedUsage(order: PricedOrder, model: CatalogueModel, pictures: number): TokenUsage {
  return usageFrom(order, model, {
    inputTextTokens: Math.ceil(Buffer.byteLength(order.prompt) / 4),
    outputImageTokens: pictures * pictureTokens(order, model),
    outputTextTokens: 0,
  });
}

/**
 * The most that one call is charged for.
 * - prompt: a token is at least one UTF-8 byte; each reference is `inputImageTokens`, and so is the picture that explains
 *   a mask; never more than the model's input limit, past which the upstream refuses.
 * - answer: `maxThinkingTokens`, and as many pictures of the tier as the model may draw in a call, drafts included. One
 *   that asks to be continued has none.
 */
export function highestUsage(
  order: PricedOrder,
  model: CatalogueModel,
  kind: 'whole' | 'continued',
): TokenUsage {
  if (order.bound !== undefined) return order.bound.usage;
  const pictures = kind === 'whole' ? model.maxPicturesPerCall : 0;
  return usageFrom(order, model, {
    inputTextTokens: Buffer.byteLength(order.prompt) + framingTokens,
    outputImageTokens: pictures * pictureTokens(order, model),
    outputTextTokens: model.maxThinkingTokens,
  });
}

/**
 * The most that one call costs, at the dearest tier that may serve it: what is asked for may be served as the standard
 * one. The prices of the day on which the order came hold for the whole of it.
 */
export function highestCallPrice(
  order: PricedOrder,
  model: CatalogueModel,
  kind: 'whole' | 'continued',
): Millionths {
  const usage = highestUsage(order, model, kind);
  const pictures = kind === 'whole' ? model.maxPicturesPerCall : 0;
  const charged = { usage, pictures, searches: order.bound?.searches ?? 0 };
  return highest(
    tiersOf(order).map((tier) => sumOf(itemised(model, tier, order.acceptedAtMs, charged).lines)),
  );
}

/** The tiers that an order's calls may be served at, as far as they do not tell. */
export function tiersOf({ bound }: PricedOrder): readonly ServiceTier[] {
  return bound === undefined || bound.tier === 'standard' ? ['standard'] : ['standard', bound.tier];
}

/**
 * The reservation: no order costs more, whatever becomes of it. Each of its pictures may take `tries` whole calls and
 * `maxContinuations` that are continued, each by the dearest of the `models` that may be asked.
 */
export function highestPrice(order: PricedOrder, models: readonly CatalogueModel[], tries: number): MicroUsd {
  const dearest = (kind: 'whole' | 'continued'): Millionths =>
    highest(models.map((model) => highestCallPrice(order, model, kind)));
  // A bound is of every call, and its answers are never asked to go on.
  if (order.bound !== undefined) return rounded(dearest('whole') * BigInt(tries));
  const picture = dearest('whole') * BigInt(tries) + dearest('continued') * BigInt(maxContinuations);
  return rounded(picture * BigInt(order.count));
}

function highest(prices: readonly Millionths[]): Millionths {
  return prices.reduce((most, price) => (price > most ? price : most), 0n);
}

interface UsageParts {
  readonly inputTextTokens: number;
  readonly outputImageTokens: number;
  readonly outputTextTokens: number;
}

function usageFrom(
  { references, mask, masksTransparency }: PricedOrder,
  model: CatalogueModel,
  parts: UsageParts,
): TokenUsage {
  const pictures = references.length + (mask !== undefined || masksTransparency ? 1 : 0);
  const inputImageTokens = Math.min(pictures * model.inputImageTokens, model.inputTokenLimit);
  const inputTextTokens = Math.min(parts.inputTextTokens, model.inputTokenLimit - inputImageTokens);
  const inputTokens = inputImageTokens + inputTextTokens;
  const outputTokens = parts.outputImageTokens + parts.outputTextTokens;
  return {
    ...parts,
    inputTokens,
    inputTextTokens,
    inputImageTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
  };
}

/**
 * Tokens of one picture of the order's tier, and of its quality where the model knows qualities; a tier the catalogue
 * does not price counts as its dearest.
 */
function pictureTokens(
  { imageSize, quality }: PricedOrder,
  { imageTokens, foreign }: CatalogueModel,
): number {
  const tokens = (quality && foreign?.qualityTokens?.[quality]) ?? imageTokens;
  return tokens[imageSize] ?? Math.max(0, ...Object.values(tokens));
}
