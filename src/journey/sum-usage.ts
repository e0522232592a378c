import type { TokenUsage } from './image-result.ts';

/** All tokens together. */
export function sumUsage(usages: readonly TokenUsage[]): TokenUsage {
  const sum = (field: keyof TokenUsage): number => usages.reduce((total, usage) => total + usage[field], 0);
  return {
    inputTokens: sum('inputTokens'),
    inputTextTokens: sum('inputTextTokens'),
    inputImageTokens: sum('inputImageTokens'),
    outputTokens: sum('outputTokens'),
    outputImageTokens: sum('outputImageTokens'),
    outputTextTokens: sum('outputTextTokens'),
    totalTokens: sum('totalTokens'),
  };
}

export const noUsage: TokenUsage = sumUsage([]);
