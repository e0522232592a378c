import type { CatalogueModel } from '../../journey/catalogue-model.ts';
import type { TokenUsage } from '../../journey/image-result.ts';
import { foreignWord } from '../../kernel/foreign-text.ts';

/** Of the call that the counts are of. */
export interface CountedCall {
  readonly model: Pick<CatalogueModel, 'inputTokenLimit' | 'outputTokenLimit'>;
  readonly hasReferences: boolean;
  readonly hasImage: boolean;
}

export interface ToldUsage {
  readonly usage: TokenUsage | undefined;
  /** Names a count that cannot be, for the log. */
  readonly oddity?: string;
}

/** A count that cannot be. */
export class OddCount extends Error {}

/** What `read` makes of an upstream's counts; none where it meets an `OddCount`. */
export function toldUsage(read: () => TokenUsage | undefined): ToldUsage {
  try {
    return { usage: read() };
  } catch (error) {
    if (error instanceof OddCount) return { usage: undefined, oddity: error.message };
    throw error;
  }
}

/** A count that was told; undefined when it was not. Throws OddCount. */
export function toldCount(name: string, told: unknown, limit: number): number | undefined {
  if (told === undefined || told === null) return undefined;
  if (typeof told !== 'number' || !Number.isInteger(told) || told < 0)
    throw new OddCount(`${name} ${shown(told)} is no count`);
  if (told > limit) throw new OddCount(`${name} ${told} is above the model's limit of ${limit}`);
  return told;
}

function shown(told: unknown): string {
  if (typeof told === 'string') return foreignWord(told);
  return typeof told === 'number' ? String(told) : `of type ${typeof told}`;
}

/** Counts and the share of pictures in them, with the text that is left. Throws OddCount when they cannot be together. */
export function usageFrom(
  counts: Pick<
    TokenUsage,
    'inputTokens' | 'inputImageTokens' | 'outputTokens' | 'outputImageTokens' | 'totalTokens'
  >,
  hasImage: boolean,
): TokenUsage {
  const { inputTokens, inputImageTokens, outputTokens, outputImageTokens } = counts;
  if (inputImageTokens > inputTokens || outputImageTokens > outputTokens)
    throw new OddCount('the details hold more tokens than the whole');
  if (hasImage && outputImageTokens === 0) throw new OddCount('a picture of no tokens');
  return {
    ...counts,
    inputTextTokens: inputTokens - inputImageTokens,
    outputTextTokens: outputTokens - outputImageTokens,
  };
}
