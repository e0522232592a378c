import type { CatalogueModel, ImageSize } from '../journey/catalogue-model.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import type { TokenUsage } from '../journey/image-result.ts';
import type { MicroUsd } from '../kernel/money.ts';

/**
 * Tokens the framing of an order may add to the prompt: the plain instruction of a second try, and the words
 * that explain a mask. Both are shorter than this many bytes.
 */
const framingTokens = 1024;

/** What the upstream charges for one call. */
export function priceOf(model: CatalogueModel, usage: TokenUsage): MicroUsd {
  return priceOrder(model, [usage]);
}

/**
 * What the upstream charges for all calls of an order: input at the input price, pictures at the image price,
 * text and thinking at the text price (docs/contracts/gemini.md#prices-and-tokens).
 *
 * Whole numbers throughout, rounded once, half up, at the end: rounding every call would drift by up to half a
 * micro-USD a call. BigInt, because tokens × price may pass 2^53. Token counts are whole and not negative.
 */
export function priceOrder(model: CatalogueModel, usages: readonly TokenUsage[]): MicroUsd {
  const prices = model.microUsdPerMillionTokens;
  let millionths = 0n;
  for (const usage of usages) {
    millionths += BigInt(usage.inputTokens) * BigInt(prices.input);
    millionths += BigInt(usage.outputImageTokens) * BigInt(prices.imageOutput);
    millionths += BigInt(usage.outputTextTokens) * BigInt(prices.textOutput);
  }
  return Number((millionths + 500_000n) / 1_000_000n);
}

/** The parts of an order that its price depends on. */
export type PricedOrder = Pick<
  ImageOrder,
  'model' | 'prompt' | 'references' | 'mask' | 'imageSize' | 'count'
>;

/**
 * The likely usage of one upstream call that brought pictures but was not counted by the upstream: the
 * catalogue's tokens for `pictures` pictures of the order's tier (drafts are charged like the final one) and
 * four bytes of prompt a token. Thinking is not guessed. Mark rows priced so as `estimated`.
 */
export function estimatedUsage(order: PricedOrder, pictures = 1): TokenUsage {
  const inputTextTokens = Math.ceil(Buffer.byteLength(order.prompt) / 4);
  return usageFrom(order, {
    inputTextTokens,
    outputImageTokens: pictures * pictureTokens(order),
    outputTextTokens: 0,
  });
}

/**
 * The reservation: no order that keeps within these bounds costs more.
 * - prompt: a token is at least one UTF-8 byte; each reference (a mask travels as one more) is
 *   `inputImageTokens`; never more than the model's input limit, past which the upstream refuses.
 * - answer: one picture of the tier and `maxThinkingTokens`.
 * - all of it for each of `count` pictures and each of `tries` upstream calls a picture may take.
 *
 * Assumption: drafts, which some models charge like pictures, have no allotment of their own. The tries an
 * order did not need cover them; a picture that takes its last try and drafts besides can settle above its
 * reservation, so whoever settles must charge the real price, not the smaller of the two. Reserving the
 * documented worst case (ten drafts a call) would make one order of a cheap picture fill a small budget.
 */
export function highestPrice(order: PricedOrder, tries: number): MicroUsd {
  return priceOrder(
    order.model,
    Array.from({ length: order.count * tries }, () => highestUsage(order)),
  );
}

/** The upper bound of one upstream call, see `highestPrice`. */
export function highestUsage(order: PricedOrder): TokenUsage {
  return usageFrom(order, {
    inputTextTokens: Buffer.byteLength(order.prompt) + framingTokens,
    outputImageTokens: pictureTokens(order),
    outputTextTokens: order.model.maxThinkingTokens,
  });
}

interface UsageParts {
  readonly inputTextTokens: number;
  readonly outputImageTokens: number;
  readonly outputTextTokens: number;
}

function usageFrom({ model, references, mask }: PricedOrder, parts: UsageParts): TokenUsage {
  const pictures = references.length + (mask === undefined ? 0 : 1);
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

/** Tokens of one picture of the order's tier; a tier the catalogue does not price counts as its dearest. */
function pictureTokens({
  model,
  imageSize,
}: {
  readonly model: CatalogueModel;
  readonly imageSize: ImageSize;
}): number {
  return model.imageTokens[imageSize] ?? Math.max(0, ...Object.values(model.imageTokens));
}
