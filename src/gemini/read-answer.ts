import type { Base64Image } from '../kernel/base64-image.ts';
import type { GeneratedImage } from '../journey/image-result.ts';
import type { InspectImage, Outcome } from '../journey/upstream.ts';
import type { ScannedDocument } from '../kernel/json-scanner.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { type GeminiCandidate, type GeminiPart, geminiAnswer } from './gemini-answer.ts';
import { errorBodyToOutcome } from './map-error.ts';
import { isRefusal, refusalError, sentence } from './map-refusal.ts';
import { mapUsage } from './map-usage.ts';

/** An answer that is not finished: the same request has to be sent again with this token (gemini-contract, section 5.5). */
export interface Continuation {
  readonly kind: 'continuation';
  readonly token: string;
}

/** Decides what a whole answer with HTTP status 200 means (gemini-contract, sections 5.3 and 5.6). */
export function readAnswer(
  scanned: ScannedDocument,
  context: { hasReferences: boolean; inspect: InspectImage },
): Outcome | Continuation {
  const parsed = geminiAnswer.safeParse(scanned.document);
  if (!parsed.success) return unreadable('The upstream answered with JSON that is not an answer.');
  const answer = parsed.data;
  if (answer.error !== undefined) return errorBodyToOutcome(undefined, { error: answer.error });

  const candidates = answer.candidates ?? [];
  const parts = candidates.flatMap((candidate) => candidate.content?.parts ?? []);
  const taken = takeImages(parts, scanned.captured, context.inspect);
  const usage = mapUsage(answer.usageMetadata, {
    hasReferences: context.hasReferences,
    hasImage: taken.found > 0,
  });
  const image = taken.images.at(-1);
  if (image !== undefined) return { kind: 'image', image, drafts: taken.images.slice(0, -1), usage };
  if (taken.found > 0) return unreadable('The upstream sent a picture that cannot be read.');

  const blockReason = answer.promptFeedback?.blockReason;
  if (blockReason !== undefined) {
    return {
      kind: 'refused',
      error: refusalError('prompt', blockReason, answer.promptFeedback?.blockReasonMessage),
      usage,
    };
  }
  const last = candidates.at(-1);
  if (last?.continuationToken !== undefined && finishReasonOf(last) === 'CONTINUATION') {
    return { kind: 'continuation', token: last.continuationToken };
  }
  const finishReason = last === undefined ? undefined : finishReasonOf(last);
  if (finishReason !== undefined && isRefusal(finishReason)) {
    return { kind: 'refused', error: refusalError('picture', finishReason, last?.finishMessage), usage };
  }
  return { kind: 'no_image', error: noImageError(parts, finishReason, last?.finishMessage), usage };
}

/**
 * The pictures of an answer, drafts first and the final one last. Thoughts count as drafts, unless there is
 * nothing else: sometimes the only picture is flagged as a thought (gemini-contract, section 5.3).
 */
function takeImages(
  parts: readonly GeminiPart[],
  captured: readonly (Base64Image | undefined)[],
  inspect: InspectImage,
) {
  const finals: GeneratedImage[] = [];
  const thoughts: GeneratedImage[] = [];
  let found = 0;
  for (const part of parts) {
    const inline = part.inlineData ?? part.inline_data;
    if (inline?.data === undefined) continue;
    found++;
    const base64 = captured[Number(inline.data)];
    // An answer may repeat a key; what was scanned but does not stand in the document is not a picture of it.
    const image = base64 === undefined ? undefined : inspect(base64);
    if (image !== undefined) (part.thought === true ? thoughts : finals).push(image);
  }
  return { found, images: finals.length > 0 ? [...thoughts, ...finals] : thoughts };
}

function finishReasonOf(candidate: GeminiCandidate): string | undefined {
  return candidate.finishReason ?? candidate.finish_reason;
}

function noImageError(
  parts: readonly GeminiPart[],
  finishReason: string | undefined,
  finishMessage: string | undefined,
): PlantainError {
  const spoken = parts
    .filter((part) => part.thought !== true && part.text !== undefined)
    .map((part) => part.text)
    .join(' ');
  const words = spoken.trim() === '' ? (finishMessage ?? '') : spoken;
  const said =
    words === ''
      ? `The upstream gave the reason ${finishReason ?? 'none'}.`
      : `The model said: ${sentence(words)}`;
  return new PlantainError(
    'no_image_generated',
    `The model answered without a picture. ${said} Describe the picture you want, or ask for one explicitly.`,
  );
}

function unreadable(message: string): Outcome {
  return {
    kind: 'failed',
    error: new PlantainError('upstream_error', message),
    retry: true,
    health: 'healthy',
  };
}
