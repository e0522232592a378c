import { maxContinuations } from '../journey/call.ts';
import type { CatalogueModel, ImageSize } from '../journey/catalogue-model.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import type { PriceTerms } from '../journey/call-bound.ts';
import type { TokenUsage } from '../journey/image-result.ts';
import type { MicroUsd } from '../kernel/money.ts';

/** Millionths of a micro-USD: what prices a million tokens and tokens multiply to, before anything is rounded. */
export type Millionths = bigint;

/** The parts of an order that its price depends on. */
export type PricedOrder = Pick<
  ImageOrder,
  'prompt' | 'references' | 'mask' | 'masksTransparency' | 'imageSize' | 'quality' | 'count' | 'bound'
>;

/**
 * Tokens the framing of an order may add to the prompt: the plain instruction of a second try, and the words
 * that explain a mask. Both are shorter than this many bytes.
 */
const framingTokens = 1024;

/**
 * What the upstream charges for a call: input at the input price, or the caller's pictures at a price of their own,
 * pictures at the image price, text and thinking at the text price (docs/contracts/gemini.md#prices-and-tokens). BigInt, because tokens × price may pass 2^53. Token
 * counts are whole and not negative.
 */
export function priceOf({ microUsdPerMillionTokens: prices }: CatalogueModel, usage: TokenUsage): Millionths {
  const { input, imageInput = input } = prices;
  return (
    BigInt(usage.inputTokens - usage.inputImageTokens) * BigInt(input) +
    BigInt(usage.inputImageTokens) * BigInt(imageInput) +
    BigInt(usage.outputImageTokens) * BigInt(prices.imageOutput) +
    BigInt(usage.outputTextTokens) * BigInt(prices.textOutput)
  );
}

/** The same under the terms of a call: a service tier's share of it, and what is charged beside tokens. */
export function priceUnder(
  price: Millionths,
  { percent = 100, extraMicroUsd = 0 }: PriceTerms = {},
): Millionths {
  return (price * BigInt(percent)) / 100n + BigInt(extraMicroUsd) * 1_000_000n;
}

/** Whole micro-USD, half up. To be done once with a sum: rounding every call would drift by up to half a micro-USD a call. */
export function rounded(price: Millionths): MicroUsd {
  return Number((price + 500_000n) / 1_000_000n);
}

/** What the tokens of one picture of this size cost; prompt, references and thinking come on top. */
export function pictureCost(model: CatalogueModel, imageSize: ImageSize): MicroUsd {
  return rounded(
    BigInt(model.imageTokens[imageSize] ?? 0) * BigInt(model.microUsdPerMillionTokens.imageOutput),
  );
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
 * The reservation: no order costs more, whatever becomes of it. Each of its pictures may take `tries` whole calls and
 * `maxContinuations` that are continued, each by the dearest of the `models` that may be asked.
 */
export function highestPrice(order: PricedOrder, models: readonly CatalogueModel[], tries: number): MicroUsd {
  const dearest = (kind: 'whole' | 'continued'): Millionths =>
    models
      .map((model) => priceUnder(priceOf(model, highestUsage(order, model, kind)), order.bound?.terms))
      .reduce((most, price) => (price > most ? price : most), 0n);
  // A bound is of every call, and its answers are never asked to go on.
  if (order.bound !== undefined) return rounded(dearest('whole') * BigInt(tries));
  const picture = dearest('whole') * BigInt(tries) + dearest('continued') * BigInt(maxContinuations);
  return rounded(picture * BigInt(order.count));
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
