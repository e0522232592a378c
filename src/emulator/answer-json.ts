import {
  type Answer,
  type AnswerCandidate,
  type AnswerPart,
  isPicturePart,
  type PictureToDraw,
  type Usage,
  usageJson,
} from './answer.ts';
import type { Base64Text, JsonObject } from './json-value.ts';
import { imageTokensOf, textTokensOf } from './plain-answer.ts';
import type { Wish } from './read-wish.ts';

/** Draws one picture and encodes it. */
export type Draw = (picture: PictureToDraw) => Promise<Base64Text>;

export interface AnswerFacts {
  readonly wish: Wish;
  readonly answer: Answer;
  /** The same in every chunk of a stream. */
  readonly responseId: string;
  readonly draw: Draw;
  /** When the request came, where the service is Vertex: it tells so, and how the call was served. */
  readonly vertexTime: string | undefined;
}

/** The whole answer as one document, in Google's key order (docs/contracts/gemini.md#answer). */
export async function answerDocument(facts: AnswerFacts): Promise<JsonObject> {
  const { answer } = facts;
  const candidate = answer.candidate;
  const parts: JsonObject[] = [];
  for (const part of candidate?.content?.parts ?? []) parts.push(await partJson(facts, part));
  return frame(facts, candidate === undefined ? undefined : candidateJson(candidate, parts), answer.usage);
}

/**
 * The answer as a stream's chunks: one a part, each picture whole, then a closing one with the reason
 * (docs/contracts/gemini.md#streaming). An answer without parts is a single chunk. Pictures are drawn as their turn comes.
 */
export async function* answerChunks(facts: AnswerFacts): AsyncGenerator<JsonObject> {
  const { answer } = facts;
  const candidate = answer.candidate;
  const parts = candidate?.content?.parts ?? [];
  if (candidate === undefined || parts.length === 0) {
    yield await answerDocument(facts);
    return;
  }
  const role = candidate.content?.role;
  for (const [index, part] of parts.entries()) {
    const content = { parts: [await partJson(facts, part)], role };
    const usage = answer.usage && runningUsage(facts.wish, answer.usage, parts.slice(0, index + 1));
    yield frame(facts, { content, index: 0 }, usage);
  }
  yield frame(facts, candidateJson(candidate, [{ text: '' }]), answer.usage);
}

function frame(
  { wish, answer, responseId, vertexTime }: AnswerFacts,
  candidate: JsonObject | undefined,
  usage: Usage | undefined,
): JsonObject {
  return {
    candidates: candidate === undefined ? undefined : [candidate],
    promptFeedback: answer.promptFeedback,
    usageMetadata: usage === undefined ? undefined : usageJson(usage, vertexTime !== undefined),
    modelVersion: wish.model.id,
    createTime: answer.createTime ?? vertexTime,
    responseId,
  };
}

function candidateJson(candidate: AnswerCandidate, parts: readonly JsonObject[]): JsonObject {
  const { content } = candidate;
  return {
    content:
      content === undefined
        ? undefined
        : { parts: content.parts === null ? null : parts.length > 0 ? parts : undefined, role: content.role },
    finishReason: candidate.finishReason,
    finishMessage: candidate.finishMessage,
    continuationToken: candidate.continuationToken,
    index: candidate.withoutIndex === true ? undefined : 0,
    groundingMetadata: candidate.groundingMetadata,
  };
}

/** `text` or `inlineData` first, then `thought`, then `thoughtSignature`. */
async function partJson({ wish, draw }: AnswerFacts, part: AnswerPart): Promise<JsonObject> {
  const marks = { thought: part.thought, thoughtSignature: part.signature };
  if (!isPicturePart(part)) return { text: part.text, ...marks };
  return { inlineData: { mimeType: wish.model.outputMimeType, data: await draw(part.picture) }, ...marks };
}

/** The counts so far; the details of the candidates come with the last chunk alone. */
function runningUsage(wish: Wish, whole: Usage, parts: readonly AnswerPart[]): Usage {
  const pictures = parts.filter((part) => isPicturePart(part) && part.thought !== true).length;
  const candidatesTokenCount = pictures * imageTokensOf(wish) + textTokensOf(parts);
  const { candidatesTokensDetails: _, ...usage } = whole;
  const totalTokenCount = usage.promptTokenCount + candidatesTokenCount + (usage.thoughtsTokenCount ?? 0);
  return { ...usage, candidatesTokenCount, totalTokenCount };
}
