import { z } from 'zod';
import { CapturedText } from '../../bytes/captured-text.ts';

/**
 * The fields Plantain reads of a generateContent answer. Lenient on purpose: unknown fields pass, and a field or
 * element of an unexpected type counts as absent (docs/contracts/gemini.md#answer). Token counts are judged by
 * `usage.ts`, because a wrong one must not pass for an absent one.
 */
const text = z.string().optional().catch(undefined);
const details = z
  .array(
    z
      .object({ modality: text, tokenCount: z.unknown().optional() })
      .catch({ modality: undefined, tokenCount: undefined }),
  )
  .optional()
  .catch(undefined);

const inlineData = z.object({ data: z.instanceof(CapturedText).optional().catch(undefined) });
const part = z
  .object({
    text,
    thought: z.boolean().optional().catch(undefined),
    inlineData: inlineData.optional().catch(undefined),
    inline_data: inlineData.optional().catch(undefined),
  })
  .catch({ text: undefined, thought: undefined, inlineData: undefined, inline_data: undefined });
const content = z
  .object({ parts: z.array(part).nullish().catch(undefined) })
  .nullish()
  .catch(undefined);
const candidate = z
  .object({
    content,
    finishReason: text,
    finish_reason: text,
    finishMessage: text,
    continuationToken: text,
  })
  .catch({
    content: undefined,
    finishReason: undefined,
    finish_reason: undefined,
    finishMessage: undefined,
    continuationToken: undefined,
  });

export const geminiAnswer = z.object({
  candidates: z.array(candidate).nullish().catch(undefined),
  promptFeedback: z.object({ blockReason: text, blockReasonMessage: text }).nullish().catch(undefined),
  usageMetadata: z
    .object({
      promptTokenCount: z.unknown().optional(),
      candidatesTokenCount: z.unknown().optional(),
      thoughtsTokenCount: z.unknown().optional(),
      totalTokenCount: z.unknown().optional(),
      promptTokensDetails: details,
      candidatesTokensDetails: details,
    })
    .nullish()
    .catch(undefined),
  error: z.unknown().optional(),
});

export type GeminiAnswer = z.infer<typeof geminiAnswer>;
export type GeminiCandidate = z.infer<typeof candidate>;
export type GeminiUsage = NonNullable<GeminiAnswer['usageMetadata']>;
