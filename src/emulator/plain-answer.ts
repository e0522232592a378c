import {
  type Answer,
  type AnswerPart,
  isPicturePart,
  type PicturePart,
  type TextPart,
  type Usage,
} from './answer.ts';
import { deterministicBytes } from './deterministic-bytes.ts';
import { Base64Text, type JsonObject } from './json-value.ts';
import type { Wish } from './read-wish.ts';
import { countTextTokens } from './token-count.ts';

/**
 * Decoded bytes of an ordinary signature. Live ones can reach the size of the picture, see `large-signature`
 * (docs/contracts/gemini.md#thought-signatures).
 */
const signatureBytes = 1200;

/** What a model answers when nothing goes wrong: text if it may, then one picture. */
export function plainAnswer(wish: Wish): Answer {
  if (!asksForPicture(wish)) return withoutPicture(wish);
  const parts: AnswerPart[] = [];
  if (wish.withText) parts.push(textPart(wish, 'Here is your image: '));
  parts.push(picturePart(wish));
  return pictureAnswer(wish, parts);
}

/** How fine the drafts are that models which make them send before their picture. */
const draftDetails = [0.05, 0.16];

/**
 * The same for a caller who streams: models that make drafts send them first, flagged as thoughts. They are paid for
 * as thinking, not as pictures (docs/contracts/gemini.md#number-of-pictures).
 */
export function streamedAnswer(wish: Wish): Answer {
  const answer = plainAnswer(wish);
  const content = answer.candidate?.content;
  const final = content?.parts?.find(isPicturePart);
  if (answer.candidate === undefined || !content?.parts || final === undefined || !wish.model.drafts)
    return answer;
  const drafts = draftDetails.map(
    (detail): PicturePart => ({ picture: { ...final.picture, detail }, thought: true }),
  );
  const parts = [
    ...content.parts.filter(isThoughtText),
    ...drafts,
    ...content.parts.filter((part) => !isThoughtText(part)),
  ];
  return { ...answer, candidate: { ...answer.candidate, content: { ...content, parts } } };
}

function isThoughtText(part: AnswerPart): boolean {
  return !isPicturePart(part) && part.thought === true;
}

/** Frames parts that hold pictures: the thought summary in front, STOP, usage, grounding. */
export function pictureAnswer(wish: Wish, parts: readonly AnswerPart[]): Answer {
  const summary: TextPart[] =
    wish.includeThoughts && wish.habits.summarisesThoughts && wish.thoughtsTokenCount > 0
      ? [
          {
            text: '**Composing the picture**\n\nPlacing the subject, then light and colour.\n\n\n',
            thought: true,
          },
        ]
      : [];
  return {
    candidate: {
      content: { parts: [...summary, ...parts], role: 'model' },
      finishReason: 'STOP',
      ...(wish.searches && { groundingMetadata: groundingMetadata(wish) }),
    },
    usage: answerUsage(wish, parts),
  };
}

export function textPart(wish: Wish, text: string): TextPart {
  return { text, ...signatureOf(wish, 1) };
}

/** `variation` 0 is the picture of the request; others are drafts of it. */
export function picturePart(wish: Wish, variation = 0): PicturePart {
  const seed = (wish.seed + variation) >>> 0;
  return { picture: { pixels: wish.picture.pixels, seed }, ...signatureOf(wish, 2 + variation) };
}

/** Models that think sign their parts; the others have no signatures at all. */
function signatureOf(wish: Wish, salt: number): { signature?: Base64Text } {
  if (wish.habits.defaultThinking === 'none') return {};
  return { signature: Base64Text.encode(deterministicBytes(signatureBytes, (wish.seed + salt) >>> 0)) };
}

/** Counts an answer: every picture at its tier's price in tokens, text by the estimate, thinking on top. */
export function answerUsage(wish: Wish, parts: readonly AnswerPart[]): Usage {
  const imageTokens = parts.filter(isPicturePart).length * imageTokensOf(wish);
  const surplus = imageTokens > 0 && wish.habits.countsMoreThanDetails ? 88 + (wish.seed % 543) : 0;
  const candidatesTokenCount = imageTokens + textTokensOf(parts) + surplus;
  return {
    promptTokenCount: wish.promptTokens.total,
    candidatesTokenCount,
    totalTokenCount: wish.promptTokens.total + candidatesTokenCount + wish.thoughtsTokenCount,
    promptTokensDetails: wish.promptTokens.details,
    // Text is left out of the details: it is the remainder.
    ...(imageTokens > 0 && { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: imageTokens }] }),
    thoughtsTokenCount: wish.thoughtsTokenCount > 0 ? wish.thoughtsTokenCount : undefined,
    serviceTier: wish.serviceTier,
  };
}

export function imageTokensOf(wish: Wish): number {
  return wish.model.imageTokens[wish.picture.imageSize] ?? 0;
}

/** Thought summaries are counted as thinking, not as output. */
export function textTokensOf(parts: readonly AnswerPart[]): number {
  return parts.reduce(
    (sum, part) => (isPicturePart(part) || part.thought === true ? sum : sum + countTextTokens(part.text)),
    0,
  );
}

const question =
  /^(?:what|who|whom|whose|where|when|which|why|how (?:many|much|far|old|tall|long))\b[^?]*\?$/i;
const pictureWords =
  /\b(?:image|picture|photo|draw|paint|sketch|illustrat|render|show|look|generate|create|portrait|poster|logo)/i;

/** A plain question of fact, or no words at all, makes no picture (docs/contracts/gemini.md#refusals). */
function asksForPicture({ prompt }: Wish): boolean {
  if (prompt.media.length > 0) return true;
  return prompt.wording !== '' && !(question.test(prompt.wording) && !pictureWords.test(prompt.wording));
}

function withoutPicture(wish: Wish): Answer {
  if (!wish.withText || wish.prompt.wording === '')
    return { candidate: { finishReason: 'NO_IMAGE' }, usage: promptUsage(wish) };
  const parts = [textPart(wish, 'That question does not need a picture. Tell me what to draw and I will.')];
  return {
    candidate: { content: { parts, role: 'model' }, finishReason: 'STOP' },
    usage: answerUsage(wish, parts),
  };
}

/** Usage of an answer that made nothing. */
export function promptUsage(wish: Wish): Usage {
  return { promptTokenCount: wish.promptTokens.total, totalTokenCount: wish.promptTokens.total };
}

function groundingMetadata(wish: Wish): JsonObject {
  const query = wish.prompt.wording.slice(0, 80);
  return {
    searchEntryPoint: { renderedContent: '<div class="container">Search results</div>\n' },
    groundingChunks: [{ web: { uri: 'https://example.com/', title: 'example.com' } }],
    webSearchQueries: [query],
  };
}
