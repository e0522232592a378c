import type { Outcome } from '../../journey/upstream.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { CollectedAnswer } from './collected-answer.ts';
import { errorBodyToOutcome } from './errors.ts';
import { isRefusal, refusalError, sentence } from './refusals.ts';
import { mapUsage } from './usage.ts';

/** An answer that is not finished: the same request has to be sent again with this token (docs/contracts/gemini.md#finish-reasons). */
export interface Continuation {
  readonly kind: 'continuation';
  readonly token: string;
}

/** Decides what a whole answer with HTTP status 200 means (docs/contracts/gemini.md#refusals). */
export function readAnswer(answer: CollectedAnswer, hasReferences: boolean): Outcome | Continuation {
  if (!answer.isReadable) return unreadable('The upstream answered with JSON that is not an answer.');
  if (answer.error !== undefined) return errorBodyToOutcome(undefined, { error: answer.error });

  const { image, finishReason, lastCandidate, promptFeedback } = answer;
  const usage = mapUsage(answer.usage, { hasReferences, hasImage: answer.imagePartsFound > 0 });
  if (image !== undefined) return { kind: 'image', image, usage };
  if (answer.imagePartsFound > 0) return unreadable('The upstream sent a picture that cannot be read.');

  if (promptFeedback?.blockReason !== undefined) {
    const error = refusalError('prompt', promptFeedback.blockReason, promptFeedback.blockReasonMessage);
    return { kind: 'refused', error, usage };
  }
  if (finishReason === 'CONTINUATION' && lastCandidate?.continuationToken !== undefined) {
    return { kind: 'continuation', token: lastCandidate.continuationToken };
  }
  if (finishReason !== undefined && isRefusal(finishReason)) {
    return {
      kind: 'refused',
      error: refusalError('picture', finishReason, lastCandidate?.finishMessage),
      usage,
    };
  }
  return { kind: 'no_image', error: noImageError(answer), usage };
}

function noImageError({ words, finishReason, lastCandidate }: CollectedAnswer): PlantainError {
  const said = words === '' ? (lastCandidate?.finishMessage ?? '') : words;
  const reason =
    said === ''
      ? `The upstream gave the reason ${finishReason ?? 'none'}.`
      : `The model said: ${sentence(said)}`;
  return new PlantainError(
    'no_image_generated',
    `The model answered without a picture. ${reason} Describe the picture you want, or ask for one explicitly.`,
  );
}

function unreadable(message: string): Outcome {
  const error = new PlantainError('upstream_error', message);
  return { kind: 'failed', error, retry: true, health: 'healthy' };
}
