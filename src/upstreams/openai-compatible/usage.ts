import type { TokenUsage } from '../../journey/image-result.ts';
import { type CountedCall, toldCount, type ToldUsage, toldUsage, usageFrom } from '../http/told-usage.ts';
import type { OpenAiUsage } from './openai-answer.ts';

/**
 * The counts of an answer (docs/contracts/openai-images.md#answer). Undefined where none are told: no object, one of
 * zeros as some servers fill it in, or input of pictures whose share is not told and is charged at another price.
 */
export function mapUsage(told: OpenAiUsage | null | undefined, call: CountedCall): ToldUsage {
  if (told === null || told === undefined) return { usage: undefined };
  return toldUsage(() => countedUsage(told, call));
}

function countedUsage(
  told: OpenAiUsage,
  { model, hasReferences, hasImage }: CountedCall,
): TokenUsage | undefined {
  const inputTokens = toldCount('input_tokens', told.input_tokens, model.inputTokenLimit);
  const outputTokens = toldCount('output_tokens', told.output_tokens, model.outputTokenLimit);
  if (inputTokens === undefined || outputTokens === undefined || inputTokens + outputTokens === 0)
    return undefined;
  const inputImageTokens =
    toldCount('input image_tokens', told.input_tokens_details?.image_tokens, model.inputTokenLimit) ??
    (hasReferences ? undefined : 0);
  const outputImageTokens =
    toldCount('output image_tokens', told.output_tokens_details?.image_tokens, model.outputTokenLimit) ??
    (hasImage ? outputTokens : 0);
  if (inputImageTokens === undefined) return undefined;
  const totalTokens = inputTokens + outputTokens;
  return usageFrom({ inputTokens, inputImageTokens, outputTokens, outputImageTokens, totalTokens }, hasImage);
}
