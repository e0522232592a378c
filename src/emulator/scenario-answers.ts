import type { Answer, AnswerCandidate, AnswerPart, Usage } from './answer.ts';
import { departedPixels } from './choose-picture.ts';
import { deterministicBytes, hashNumber } from './deterministic-bytes.ts';
import { GoogleError } from './google-error.ts';
import { Base64Text, type JsonObject } from './json-value.ts';
import {
  answerUsage,
  pictureAnswer,
  picturePart,
  plainAnswer,
  promptUsage,
  textPart,
} from './plain-answer.ts';
import type { Wish } from './read-wish.ts';
import type { ScenarioName } from './scenarios.ts';

type MakeAnswer = (wish: Wish, argument: string | undefined) => Answer;

const megabyte = 1024 * 1024;

/** The scenarios that change what is answered. All of them are HTTP 200 (docs/contracts/gemini.md#refusals). */
export const scenarioAnswers: Readonly<Partial<Record<ScenarioName, MakeAnswer>>> = {
  'text-only': (wish) =>
    wordsOnly(wish, 'I have thought about your picture and would start with a soft light from the left.'),
  'prose-refusal': (wish) =>
    wordsOnly(
      wish,
      'I cannot fulfill this request. My purpose is to be helpful and harmless, and this picture would be neither.',
    ),
  'no-image': (wish) => refusal(wish, { finishReason: 'NO_IMAGE' }),
  'empty-content': (wish) => refusal(wish, { content: {}, finishReason: 'NO_IMAGE' }),
  'role-only-content': (wish) => refusal(wish, { content: { role: 'model' }, finishReason: 'NO_IMAGE' }),
  'parts-null': (wish) =>
    refusal(wish, { content: { parts: null, role: 'model' }, finishReason: 'NO_IMAGE' }),
  'image-safety': (wish) =>
    refusal(wish, {
      content: {},
      finishReason: 'IMAGE_SAFETY',
      finishMessage:
        "Unable to show the generated image. The image was filtered out because it violated Google's Generative AI Prohibited Use policy. You will not be charged for blocked images. Try rephrasing the prompt",
    }),
  'image-prohibited-content': (wish) =>
    refusal(wish, {
      content: { role: 'model' },
      finishReason: 'IMAGE_PROHIBITED_CONTENT',
      finishMessage:
        'Unable to show the generated image due to interests of third-party content providers. Please edit your prompt and try again. If you think this was an error, send feedback. Support code: 35561575.',
      withoutIndex: true,
    }),
  'image-responsible-ai': (wish) => ({
    ...refusal(wish, {
      content: { role: 'model' },
      finishReason: 'IMAGE_PROHIBITED_CONTENT',
      finishMessage:
        "Unable to show the generated image. The image was filtered out because it violated Google's Responsible AI practices. Try rephrasing the prompt. If you think this was an error, send feedback. Support code: 11030041.",
      withoutIndex: true,
    }),
    createTime: new Date().toISOString(),
  }),
  'image-recitation': (wish) => refusal(wish, { content: {}, finishReason: 'IMAGE_RECITATION' }),
  'image-other': (wish) =>
    refusal(wish, {
      content: {},
      finishReason: 'IMAGE_OTHER',
      finishMessage:
        'Unable to show the generated image. The model could not generate the image based on the prompt provided. You will not be charged for this request. Try rephrasing the prompt.',
    }),
  safety: (wish) => refusal(wish, { content: {}, finishReason: 'SAFETY' }),
  recitation: (wish) => refusal(wish, { content: {}, finishReason: 'RECITATION' }),
  'prohibited-content': (wish) => refusal(wish, { content: {}, finishReason: 'PROHIBITED_CONTENT' }),
  blocklist: (wish) => refusal(wish, { content: {}, finishReason: 'BLOCKLIST' }),
  spii: (wish) => refusal(wish, { content: {}, finishReason: 'SPII' }),
  language: (wish) => refusal(wish, { content: { role: 'model' }, finishReason: 'LANGUAGE' }),
  other: (wish) => refusal(wish, { content: { role: 'model' }, finishReason: 'OTHER' }),
  'max-tokens': (wish) => refusal(wish, { content: { role: 'model' }, finishReason: 'MAX_TOKENS' }),
  'malformed-response': (wish) => refusal(wish, { content: {}, finishReason: 'MALFORMED_RESPONSE' }),
  'prompt-blocked': (wish) => blocked(wish, { blockReason: 'PROHIBITED_CONTENT' }),
  'prompt-blocked-safety': (wish) => blocked(wish, { blockReason: 'SAFETY', safetyRatings }),
  'prompt-blocked-other': (wish) => blocked(wish, { blockReason: 'OTHER' }),
  'prompt-blocked-blocklist': (wish) => blocked(wish, { blockReason: 'BLOCKLIST' }),
  'prompt-blocked-image-safety': (wish) => blocked(wish, { blockReason: 'IMAGE_SAFETY' }),
  'no-candidates': (wish) => ({ usage: promptUsage(wish) }),
  'several-images': (wish, argument) =>
    pictureAnswer(wish, [...drafts(wish, count(argument, 3, 2, 10) - 1), picturePart(wish)]),
  'thought-image': (wish) =>
    pictureAnswer(wish, [
      ...drafts(wish, 2).map((draft) => ({ ...draft, thought: true })),
      picturePart(wish),
    ]),
  'only-thought-image': (wish) => pictureAnswer(wish, [{ ...picturePart(wish), thought: true }]),
  'text-first': (wish) => pictureAnswer(wish, [textPart(wish, 'Here is your image: '), picturePart(wish)]),
  'text-last': (wish) => pictureAnswer(wish, [picturePart(wish), textPart(wish, 'I hope you like it.')]),
  'large-signature': (wish) => {
    const signature = Base64Text.encode(deterministicBytes(megabyte, wish.seed));
    return pictureAnswer(wish, [{ ...picturePart(wish), signature }]);
  },
  'large-answer': (wish, argument) => {
    const part = picturePart(wish);
    const picture = { ...part.picture, padToBytes: count(argument, 12, 1, 64) * megabyte };
    return pictureAnswer(wish, [{ ...part, picture }]);
  },
  'wrong-dimensions': (wish) => {
    const part = picturePart(wish);
    return pictureAnswer(wish, [
      { ...part, picture: { ...part.picture, pixels: departedPixels(wish.picture) } },
    ]);
  },
  'missing-usage': (wish) => {
    const { usage: _, ...answer } = plainAnswer(wish);
    return answer;
  },
  'missing-usage-details': (wish) => {
    const answer = plainAnswer(wish);
    return answer.usage === undefined ? answer : { ...answer, usage: countsAlone(answer.usage) };
  },
  continuation: (wish) => {
    const token = Buffer.from(`plantain-emulator:${hashNumber(wish.prompt.wording)}`).toString('base64');
    if (wish.continuationToken === token) return pictureAnswer(wish, [picturePart(wish)]);
    if (wish.continuationToken !== undefined)
      throw new GoogleError('INVALID_ARGUMENT', 'Request contains an invalid argument.');
    const parts = [textPart(wish, 'Here is ')];
    const candidate = {
      content: { parts, role: 'model' },
      finishReason: 'CONTINUATION',
      continuationToken: token,
    } as const;
    return { candidate, usage: answerUsage(wish, parts) };
  },
};

const safetyRatings = [
  { category: 'HARM_CATEGORY_SEXUALLY_EXPLICIT', probability: 'HIGH', blocked: true },
  { category: 'HARM_CATEGORY_HATE_SPEECH', probability: 'NEGLIGIBLE' },
  { category: 'HARM_CATEGORY_HARASSMENT', probability: 'NEGLIGIBLE' },
  { category: 'HARM_CATEGORY_DANGEROUS_CONTENT', probability: 'NEGLIGIBLE' },
];

function wordsOnly(wish: Wish, text: string): Answer {
  const parts: AnswerPart[] = [textPart(wish, text)];
  return {
    candidate: { content: { parts, role: 'model' }, finishReason: 'STOP' },
    usage: answerUsage(wish, parts),
  };
}

/** NO_IMAGE counts the prompt alone; the other reasons come after thinking, and that is counted. */
function refusal(wish: Wish, candidate: AnswerCandidate): Answer {
  if (candidate.finishReason === 'NO_IMAGE' || wish.thoughtsTokenCount === 0)
    return { candidate, usage: promptUsage(wish) };
  const thoughts = wish.thoughtsTokenCount;
  const usage: Usage = {
    promptTokenCount: wish.promptTokens.total,
    // Seen on refusals: the candidates are the thoughts counted again, while the total counts them once.
    candidatesTokenCount: thoughts,
    totalTokenCount: wish.promptTokens.total + thoughts,
    promptTokensDetails: wish.promptTokens.details,
    thoughtsTokenCount: thoughts,
    serviceTier: wish.serviceTier,
  };
  return { candidate, usage };
}

function blocked(wish: Wish, promptFeedback: JsonObject): Answer {
  return { promptFeedback, usage: promptUsage(wish) };
}

function drafts(wish: Wish, howMany: number): AnswerPart[] {
  return Array.from({ length: howMany }, (_, index) => picturePart(wish, index + 1));
}

function countsAlone({ promptTokenCount, candidatesTokenCount, totalTokenCount }: Usage): Usage {
  return { promptTokenCount, candidatesTokenCount, totalTokenCount };
}

function count(argument: string | undefined, fallback: number, least: number, most: number): number {
  const number = Number(argument ?? fallback);
  return Number.isInteger(number) ? Math.min(Math.max(number, least), most) : fallback;
}
