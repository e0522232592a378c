import type { DrawWish, Outcome } from '../../journey/upstream.ts';
import { foreignWord, sentence } from '../../kernel/foreign-text.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { CollectedAnswer } from './collected-answer.ts';
import { readError } from './error-body.ts';
import { errorToOutcome } from './errors.ts';
import { isRefusal, refusalError } from './refusals.ts';
import { mapUsage } from './usage.ts';

/** An answer that is not finished: the same request has to be sent again with this token (docs/contracts/gemini.md#finish-reasons). */
export interface Continuation {
  readonly kind: 'continuation';
  readonly token: string;
}

/** How the documents of an answer came (`AnswerDocuments`). */
export interface AnswerForm {
  readonly count: number;
  readonly failure: SyntaxError | undefined;
  readonly isEventStream: boolean;
}

/**
 * Decides what an answer with HTTP status 200 means (docs/contracts/gemini.md#number-of-pictures, docs/contracts/gemini.md#refusals). A finished picture is the
 * answer whatever else stands beside or behind it: it was drawn and will be charged.
 */
export function readAnswer(
  answer: CollectedAnswer,
  form: AnswerForm,
  wish: Pick<DrawWish, 'model' | 'references'>,
  nowMs: number,
): Outcome | Continuation {
  const image = answer.image ?? answer.thoughtImage;
  const { usage } = mapUsage(answer.usage, {
    model: wish.model,
    hasReferences: wish.references.length > 0,
    hasImage: answer.imagePartsFound > 0,
  });
  if (image !== undefined) return { kind: 'image', image, usage };
  if (answer.error !== undefined && answer.error !== null)
    return errorToOutcome({ status: undefined, error: readError(answer.error), nowMs });
  if (answer.imagePartsFound > 0) return unreadable('The upstream sent a picture that cannot be read.');
  if (form.failure !== undefined || form.count === 0)
    return unreadable('The upstream sent an answer that cannot be read.', form.failure);

  const { finishReason, lastCandidate, promptFeedback } = answer;
  if (promptFeedback?.blockReason !== undefined) {
    const error = refusalError('prompt', promptFeedback.blockReason, promptFeedback.blockReasonMessage);
    return { kind: 'refused', error, usage };
  }
  if (form.isEventStream && finishReason === undefined && promptFeedback === undefined)
    return unreadable('The upstream ended its answer before it was whole.');
  if (finishReason === 'CONTINUATION' && lastCandidate?.continuationToken !== undefined) {
    return { kind: 'continuation', token: lastCandidate.continuationToken };
  }
  if (finishReason !== undefined && isRefusal(finishReason)) {
    const error = refusalError('picture', finishReason, lastCandidate?.finishMessage);
    return { kind: 'refused', error, usage };
  }
  return { kind: 'no_image', error: noImageError(answer), usage };
}

function noImageError({ words, finishReason, lastCandidate }: CollectedAnswer): PlantainError {
  const said = words === '' ? (lastCandidate?.finishMessage ?? '') : words;
  const reason =
    said === ''
      ? `The upstream gave the reason ${foreignWord(finishReason ?? 'none')}.`
      : `The model said: ${sentence(said)}`;
  return new PlantainError(
    'no_image_generated',
    `The model answered without a picture. ${reason} Describe the picture you want, or ask for one explicitly.`,
  );
}

function unreadable(message: string, cause?: Error): Outcome {
  const error = new PlantainError('upstream_error', message, { cause });
  return { kind: 'failed', error, retry: true, health: 'healthy' };
}
