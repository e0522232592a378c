import type { CatalogueModel } from '../../journey/catalogue-model.ts';
import type { TokenUsage } from '../../journey/image-result.ts';
import { foreignWord } from '../../kernel/foreign-text.ts';
import type { OpenAiUsage } from './openai-answer.ts';

/** Of the call that the counts are of. */
interface CountedCall {
  readonly model: Pick<CatalogueModel, 'inputTokenLimit' | 'outputTokenLimit'>;
  readonly hasReferences: boolean;
  readonly hasImage: boolean;
}

interface ToldUsage {
  readonly usage: TokenUsage | undefined;
  /** Names a count that cannot be, for the log. */
  readonly oddity?: string;
}

/**
 * The counts of an answer (docs/contracts/openai-images.md#answer). Undefined where none are told: no object, one of
 * zeros as some servers fill it in, or input of pictures whose share is not told and is charged at another price.
 */
export function mapUsage(told: OpenAiUsage | null | undefined, call: CountedCall): ToldUsage {
  if (told === null || told === undefined) return { usage: undefined };
  try {
    return { usage: countedUsage(told, call) };
  } catch (error) {
    if (error instanceof OddCount) return { usage: undefined, oddity: error.message };
    throw error;
  }
}

function countedUsage(
  told: OpenAiUsage,
  { model, hasReferences, hasImage }: CountedCall,
): TokenUsage | undefined {
  const inputTokens = count('input_tokens', told.input_tokens, model.inputTokenLimit);
  const outputTokens = count('output_tokens', told.output_tokens, model.outputTokenLimit);
  if (inputTokens === undefined || outputTokens === undefined || inputTokens + outputTokens === 0)
    return undefined;
  const inputImageTokens =
    count('input image_tokens', told.input_tokens_details?.image_tokens, model.inputTokenLimit) ??
    (hasReferences ? undefined : 0);
  const outputImageTokens =
    count('output image_tokens', told.output_tokens_details?.image_tokens, model.outputTokenLimit) ??
    (hasImage ? outputTokens : 0);
  if (inputImageTokens === undefined) return undefined;
  if (inputImageTokens > inputTokens || outputImageTokens > outputTokens)
    throw new OddCount('the details hold more tokens than the whole');
  if (hasImage && outputImageTokens === 0) throw new OddCount('a picture of no tokens');
  return {
    inputTokens,
    inputImageTokens,
    inputTextTokens: inputTokens - inputImageTokens,
    outputTokens,
    outputImageTokens,
    outputTextTokens: outputTokens - outputImageTokens,
    totalTokens: inputTokens + outputTokens,
  };
}

class OddCount extends Error {}

/** A count that was told; undefined when it was not. */
function count(name: string, told: unknown, limit: number): number | undefined {
  if (told === undefined || told === null) return undefined;
  if (typeof told !== 'number' || !Number.isInteger(told) || told < 0)
    throw new OddCount(
      `${name} ${typeof told === 'number' ? told : foreignWord(typeof told === 'string' ? told : typeof told)} is no count`,
    );
  if (told > limit) throw new OddCount(`${name} ${told} is above the model's limit of ${limit}`);
  return told;
}
