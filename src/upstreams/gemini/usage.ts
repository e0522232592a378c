import type { TokenUsage } from '../../journey/image-result.ts';
import {
  type CountedCall,
  OddCount,
  toldCount,
  type ToldUsage,
  toldUsage,
  usageFrom,
} from '../http/told-usage.ts';
import type { GeminiUsage } from './gemini-answer.ts';

type Details = GeminiUsage['promptTokensDetails'];

/**
 * Google's counts as OpenAI's (docs/contracts/gemini.md#usage-counts). Output is the total less the
 * prompt, which covers thinking; details may leave text out, so text is the remainder. Undefined when a
 * number would have to be guessed, or cannot be: `usage` is complete or absent.
 */
export function mapUsage(told: GeminiUsage | null | undefined, call: CountedCall): ToldUsage {
  if (told === null || told === undefined) return { usage: undefined };
  return toldUsage(() => countedUsage(told, call));
}

function countedUsage(
  told: GeminiUsage,
  { model, hasReferences, hasImage }: CountedCall,
): TokenUsage | undefined {
  const promptTokens = toldCount('promptTokenCount', told.promptTokenCount, model.inputTokenLimit);
  // What tools brought to the prompt is told apart from it, and is charged like it.
  const toolTokens =
    toldCount('toolUsePromptTokenCount', told.toolUsePromptTokenCount, model.inputTokenLimit) ?? 0;
  const candidates = toldCount('candidatesTokenCount', told.candidatesTokenCount, model.outputTokenLimit);
  const thoughts = toldCount('thoughtsTokenCount', told.thoughtsTokenCount, model.outputTokenLimit);
  const most = 2 * model.inputTokenLimit + model.outputTokenLimit;
  const toldTotal = toldCount('totalTokenCount', told.totalTokenCount, most);
  const input = detailed('promptTokensDetails', told.promptTokensDetails, model.inputTokenLimit);
  const tool = detailed('toolUsePromptTokensDetails', told.toolUsePromptTokensDetails, model.inputTokenLimit);
  const output = detailed('candidatesTokensDetails', told.candidatesTokensDetails, model.outputTokenLimit);
  if (promptTokens === undefined) return undefined;
  const inputTokens = promptTokens + toolTokens;

  const withoutTools = promptTokens + (candidates ?? 0) + (thoughts ?? 0);
  // Google's total has the tokens of tools in it; one that is exactly the rest was summed by somebody else.
  const totalTokens =
    toldTotal === undefined || toldTotal === withoutTools ? withoutTools + toolTokens : toldTotal;
  const outputTokens = totalTokens - inputTokens;
  if (outputTokens < 0)
    throw new OddCount(`totalTokenCount ${totalTokens} is below promptTokenCount ${inputTokens}`);
  if (outputTokens > model.outputTokenLimit)
    throw new OddCount(
      `an output of ${outputTokens} is above the model's limit of ${model.outputTokenLimit}`,
    );
  const promptImageTokens = input.image ?? (hasReferences ? leftOver(promptTokens, input.other) : 0);
  const outputImageTokens = output.image ?? (hasImage ? undefined : 0);
  if (promptImageTokens === undefined || outputImageTokens === undefined) return undefined;
  const inputImageTokens = promptImageTokens + (tool.image ?? 0);
  return usageFrom({ inputTokens, inputImageTokens, outputTokens, outputImageTokens, totalTokens }, hasImage);
}

/** Tokens of pictures and of all else in the details; undefined of what has no entry there. */
function detailed(name: string, details: Details, limit: number): { image?: number; other?: number } {
  const sums: { image?: number; other?: number } = {};
  for (const { modality, tokenCount } of details ?? []) {
    const tokens = toldCount(name, tokenCount, limit) ?? 0;
    const kind = modality?.toUpperCase() === 'IMAGE' ? 'image' : 'other';
    sums[kind] = (sums[kind] ?? 0) + tokens;
  }
  return sums;
}

/** What is left for the references when the details name all else; undefined when that is nothing, which cannot be. */
function leftOver(tokens: number, other: number | undefined): number | undefined {
  return other !== undefined && other < tokens ? tokens - other : undefined;
}
