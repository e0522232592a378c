import { z } from 'zod';

/**
 * The fields Plantain reads of a generateContent answer. Lenient on purpose: unknown fields pass, and a
 * field of an unexpected type counts as absent (docs/contracts/gemini.md#answer).
 */
const text = z.string().optional().catch(undefined);
const count = z.number().int().nonnegative().optional().catch(undefined);
const details = z
  .array(z.object({ modality: text, tokenCount: count }))
  .optional()
  .catch(undefined);

const inlineData = z.object({ mimeType: text, mime_type: text, data: text });
const part = z.object({
  text,
  thought: z.boolean().optional().catch(undefined),
  inlineData: inlineData.optional().catch(undefined),
  inline_data: inlineData.optional().catch(undefined),
});
const candidate = z.object({
  content: z
    .object({ parts: z.array(part).nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  finishReason: text,
  finish_reason: text,
  finishMessage: text,
  continuationToken: text,
});

export const geminiAnswer = z.object({
  candidates: z.array(candidate).nullish().catch(undefined),
  promptFeedback: z.object({ blockReason: text, blockReasonMessage: text }).nullish().catch(undefined),
  usageMetadata: z
    .object({
      promptTokenCount: count,
      candidatesTokenCount: count,
      thoughtsTokenCount: count,
      totalTokenCount: count,
      promptTokensDetails: details,
      candidatesTokensDetails: details,
    })
    .nullish()
    .catch(undefined),
  error: z.unknown().optional(),
});

export type GeminiAnswer = z.infer<typeof geminiAnswer>;
export type GeminiCandidate = z.infer<typeof candidate>;
export type GeminiPart = z.infer<typeof part>;
export type GeminiUsage = NonNullable<GeminiAnswer['usageMetadata']>;
