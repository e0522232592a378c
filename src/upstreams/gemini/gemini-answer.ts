import { z } from 'zod';
import { CapturedProse } from '../../bytes/captured-prose.ts';
import { CapturedText } from '../../bytes/captured-text.ts';

/**
 * The fields Plantain reads of a generateContent answer, spelled in camelCase. Lenient on purpose: unknown fields pass,
 * a field or element of an unexpected type counts as absent, and one object stands for a list of one
 * (docs/contracts/gemini.md#answer). Token counts are judged by `usage.ts`, because a wrong one must not pass for an
 * absent one.
 */
const text = z.string().optional().catch(undefined);
const prose = z.instanceof(CapturedProse).optional().catch(undefined);
const details = z
  .array(
    z
      .object({ modality: text, tokenCount: z.unknown().optional() })
      .catch({ modality: undefined, tokenCount: undefined }),
  )
  .optional()
  .catch(undefined);

/** One object in place of a list, as some relays print it. */
const listOf = <Element extends z.ZodType>(element: Element) =>
  z
    .preprocess(
      (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? [value] : value),
      z.array(element),
    )
    .nullish()
    .catch(undefined);

const part = z
  .looseObject({
    text: prose,
    thought: z.boolean().optional().catch(undefined),
    inlineData: z
      .object({ mimeType: text, data: z.instanceof(CapturedText).optional().catch(undefined) })
      .optional()
      .catch(undefined),
    fileData: z.object({ mimeType: text, fileUri: prose }).optional().catch(undefined),
  })
  .catch({ text: undefined, thought: undefined, inlineData: undefined, fileData: undefined });
const content = z
  .preprocess((value) => (Array.isArray(value) ? { parts: value } : value), z.object({ parts: listOf(part) }))
  .nullish()
  .catch(undefined);
const queries = z.array(z.unknown()).optional().catch(undefined);
const groundingMetadata = z
  .object({ webSearchQueries: queries, imageSearchQueries: queries })
  .nullish()
  .catch(undefined);
const candidate = z
  .object({
    content,
    finishReason: text,
    finishMessage: text,
    continuationToken: text,
    groundingMetadata,
  })
  .catch({
    content: undefined,
    finishReason: undefined,
    finishMessage: undefined,
    continuationToken: undefined,
    groundingMetadata: undefined,
  });

export const geminiAnswer = z.object({
  candidates: listOf(candidate),
  promptFeedback: z.object({ blockReason: text, blockReasonMessage: text }).nullish().catch(undefined),
  usageMetadata: z
    .object({
      promptTokenCount: z.unknown().optional(),
      candidatesTokenCount: z.unknown().optional(),
      thoughtsTokenCount: z.unknown().optional(),
      toolUsePromptTokenCount: z.unknown().optional(),
      totalTokenCount: z.unknown().optional(),
      promptTokensDetails: details,
      candidatesTokensDetails: details,
      toolUsePromptTokensDetails: details,
      serviceTier: text,
      trafficType: text,
    })
    .nullish()
    .catch(undefined),
  error: z.unknown().optional(),
});

export type GeminiAnswer = z.infer<typeof geminiAnswer>;
export type GeminiCandidate = z.infer<typeof candidate>;
export type GeminiPart = z.infer<typeof part>;
export type GeminiUsage = NonNullable<GeminiAnswer['usageMetadata']>;
