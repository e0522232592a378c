import type { GeneratedImage } from '../../journey/image-result.ts';
import type { EarlierImages } from '../../journey/upstream.ts';
import { foreignWord, sentence } from '../../kernel/foreign-text.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { Evidence } from '../http/evidence.ts';
import { namesIn } from './answer-shape.ts';
import type { CollectedAnswer } from './collected-answer.ts';
import { readError } from './error-body.ts';
import { errorEvidence } from './errors.ts';
import { noError } from './google-error.ts';
import { isRefusal, refusalError } from './refusals.ts';

/** How an answer came. */
export interface AnswerForm {
  /** Documents in it, and why one that had begun is not among them (`AnswerDocuments`). */
  readonly count: number;
  readonly failure: SyntaxError | undefined;
  readonly isEventStream: boolean;
  /** It began as a page for people. */
  readonly isPage: boolean;
}

/** What an answer says. */
export interface Reading {
  readonly evidence: Evidence;
  readonly image?: GeneratedImage;
  readonly earlier?: EarlierImages;
  readonly continuationToken?: string;
}

/**
 * Decides what an answer with HTTP status 200 means (docs/contracts/gemini.md#number-of-pictures,
 * docs/contracts/gemini.md#refusals); undefined when it says nothing that can be relied on. A finished picture is the
 * answer whatever else stands beside or behind it: it was drawn and will be charged.
 */
export function readAnswer(
  answer: CollectedAnswer,
  form: AnswerForm,
  phase: 'answered' | 'broken_off',
  nowMs: number,
): Reading | undefined {
  const { finishReason, lastCandidate, promptFeedback } = answer;
  const hasFailed = answer.error !== undefined && answer.error !== null;
  // A thought may be all there is. Where the drawing failed behind it, was withheld or goes on, it was a draft.
  const isDraft = drewNothing(answer);
  const isFinished = !isDraft && (finishReason !== undefined || (phase === 'answered' && !hasFailed));
  const image = answer.image ?? (isFinished ? answer.thoughtImage : undefined);
  if (image !== undefined) {
    const { earlier } = answer;
    return { image, ...(earlier && { earlier }), evidence: { verdict: 'picture', phase, fault: undefined } };
  }
  if (hasFailed)
    return { evidence: errorEvidence({ status: undefined, error: readError(answer.error), nowMs }) };
  if ((answer.imagePartsFound > 0 && !isDraft) || form.failure !== undefined || form.count === 0)
    return undefined;

  if (promptFeedback?.blockReason !== undefined) {
    const error = refusalError('prompt', promptFeedback.blockReason, promptFeedback.blockReasonMessage);
    return { evidence: { verdict: 'refused', phase, fault: 'caller', error } };
  }
  if (finishReason === 'CONTINUATION' && lastCandidate?.continuationToken !== undefined) {
    const { continuationToken } = lastCandidate;
    return { continuationToken, evidence: { verdict: 'continued', phase, fault: undefined } };
  }
  if (finishReason !== undefined && isRefusal(finishReason)) {
    const error = refusalError('picture', finishReason, lastCandidate?.finishMessage);
    return { evidence: { verdict: 'refused', phase, fault: 'caller', error } };
  }
  const foreign = foreignEvidence(answer, phase, nowMs);
  if (foreign !== undefined) return { evidence: foreign };
  if (form.isEventStream && finishReason === undefined && promptFeedback === undefined) return undefined;
  return { evidence: { verdict: 'words', phase, fault: undefined, error: noImageError(answer) } };
}

/** Whether an answer says of itself that no picture came of it, or none yet. */
function drewNothing({ finishReason, promptFeedback, lastCandidate }: CollectedAnswer): boolean {
  if (promptFeedback?.blockReason !== undefined || isRefusal(finishReason)) return true;
  if (finishReason === 'CONTINUATION') return lastCandidate?.continuationToken !== undefined;
  return finishReason === 'NO_IMAGE' || finishReason === 'IMAGE_OTHER';
}

/** Of an answer in another shape than Gemini's: an error of a relay's, or what nobody here can read, which is told by name. */
function foreignEvidence(
  { foreign, oddPart, lastCandidate }: CollectedAnswer,
  phase: 'answered' | 'broken_off',
  nowMs: number,
): Evidence | undefined {
  const isAllForeign = foreign !== undefined && lastCandidate === undefined;
  const error = isAllForeign ? readError(foreign) : noError;
  if (error.code !== undefined || error.message !== '')
    return errorEvidence({ status: undefined, error, nowMs });
  const found = isAllForeign ? `an object of ${namesIn(foreign)}` : oddPart;
  if (found === undefined) return undefined;
  const message = `The upstream answered, but not with a picture that can be read: it sent ${found}.`;
  return {
    verdict: 'failed',
    phase,
    fault: 'upstream',
    error: new PlantainError('upstream_unreadable', message),
  };
}

/** Of an answer that came to its end and cannot be relied on. */
export function unreadable(answer: CollectedAnswer, form: AnswerForm, nowMs: number): Evidence {
  if (form.isPage) return errorEvidence({ status: 200, error: { ...noError, isPage: true }, nowMs });
  const message =
    answer.imagePartsFound > 0
      ? 'The upstream sent a picture that cannot be read.'
      : form.failure !== undefined || form.count === 0
        ? 'The upstream sent an answer that cannot be read.'
        : 'The upstream ended its answer before it was whole.';
  const error = new PlantainError('upstream_error', message, { cause: form.failure });
  return { verdict: 'failed', phase: 'answered', fault: 'upstream', error };
}

function noImageError({ words, finishReason, lastCandidate }: CollectedAnswer): PlantainError {
  const said = words === '' ? (lastCandidate?.finishMessage ?? '') : words;
  const isReasonTold = said === '' || (finishReason !== undefined && finishReason !== 'STOP');
  const reason = [
    ...(isReasonTold ? [`The upstream gave the reason ${foreignWord(finishReason ?? 'none')}.`] : []),
    ...(said === '' ? [] : [`The model said: ${sentence(said)}`]),
  ].join(' ');
  return new PlantainError(
    'no_image_generated',
    `The model answered without a picture. ${reason} Describe the picture you want, or ask for one explicitly.`,
  );
}
