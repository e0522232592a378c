import type { TokenUsage } from '../../journey/image-result.ts';
import type { GeminiUsage } from './gemini-answer.ts';

type Details = GeminiUsage['promptTokensDetails'];

/**
 * Google's counts as OpenAI's (docs/contracts/gemini.md#usage-counts). Output is the total less the
 * prompt, which covers thinking; details may leave text out, so text is the remainder. Undefined when a
 * number would have to be guessed: `usage` is complete or absent.
 */
export function mapUsage(
  usage: GeminiUsage | null | undefined,
  call: { hasReferences: boolean; hasImage: boolean },
): TokenUsage | undefined {
  const inputTokens = usage?.promptTokenCount;
  if (usage === null || usage === undefined || inputTokens === undefined) return undefined;
  const counted = inputTokens + (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0);
  const totalTokens = Math.max(usage.totalTokenCount ?? counted, inputTokens);

  const inputImageTokens =
    modality(usage.promptTokensDetails, 'IMAGE') ?? (call.hasReferences ? undefined : 0);
  const outputImageTokens =
    modality(usage.candidatesTokensDetails, 'IMAGE') ?? (call.hasImage ? undefined : 0);
  if (inputImageTokens === undefined || outputImageTokens === undefined) return undefined;
  const outputTokens = totalTokens - inputTokens;
  if (inputImageTokens > inputTokens || outputImageTokens > outputTokens) return undefined;
  return {
    inputTokens,
    inputImageTokens,
    inputTextTokens: inputTokens - inputImageTokens,
    outputTokens,
    outputImageTokens,
    outputTextTokens: outputTokens - outputImageTokens,
    totalTokens,
  };
}

/** Tokens of one modality; undefined when the details are missing altogether. */
function modality(details: Details, name: string): number | undefined {
  if (details === undefined || details.length === 0) return undefined;
  return details.reduce((sum, entry) => sum + (entry.modality === name ? (entry.tokenCount ?? 0) : 0), 0);
}
