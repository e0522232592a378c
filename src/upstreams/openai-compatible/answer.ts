import type { GeneratedImage } from '../../journey/image-result.ts';
import type { EarlierImages } from '../../journey/upstream.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { Evidence } from '../http/evidence.ts';
import type { CollectedAnswer } from './collected-answer.ts';
import { noError, readError } from './error-body.ts';
import { errorEvidence } from './errors.ts';
import { withheldError } from './refusals.ts';

/** What an answer says. */
export interface Reading {
  readonly evidence: Evidence;
  readonly image?: GeneratedImage;
  readonly earlier?: EarlierImages;
}

/**
 * Decides what an answer with a status of success means; undefined when it says nothing that can be relied on. A picture
 * is the answer whatever else stands beside or behind it: it was drawn and will be charged. One that the server says it
 * withheld is none, whatever stands in its place.
 */
export function readAnswer(
  answer: CollectedAnswer,
  phase: 'answered' | 'broken_off',
  nowMs: number,
): Reading | undefined {
  if (answer.isBlocked) {
    return { evidence: { verdict: 'refused', phase, fault: 'caller', error: withheldError() } };
  }
  const { image, earlier, error, documents } = answer;
  if (image !== undefined)
    return { image, ...(earlier && { earlier }), evidence: { verdict: 'picture', phase, fault: undefined } };
  if (error !== undefined)
    return { evidence: errorEvidence({ status: undefined, error: readError(error), headers: {}, nowMs }) };
  if (phase === 'broken_off' || answer.picturesSeen > 0 || documents.failure !== undefined) return undefined;
  if (documents.count === 0) return undefined;
  const odd = answer.foreign ?? answer.oddElement;
  if (odd !== undefined) {
    const found = answer.foreign === undefined ? odd : `an object of ${odd}`;
    const message = `The upstream answered, but not with a picture that can be read: it sent ${found}.`;
    return { evidence: failed('upstream_unreadable', message) };
  }
  if (documents.isEventStream) return undefined;
  const message =
    'The upstream answered without a picture. Describe the picture you want, or ask for one explicitly.';
  return {
    evidence: {
      verdict: 'words',
      phase,
      fault: undefined,
      error: new PlantainError('no_image_generated', message),
    },
  };
}

/** Of an answer that came to its end and cannot be relied on. */
export function unreadable(answer: CollectedAnswer, nowMs: number): Evidence {
  const { documents, picturesSeen } = answer;
  if (documents.isPage)
    return errorEvidence({ status: 200, error: { ...noError, isPage: true }, headers: {}, nowMs });
  if (picturesSeen > 0) return failed('upstream_error', 'The upstream sent a picture that cannot be read.');
  const isCut = documents.isEventStream && documents.count > 0;
  return failed(
    'upstream_error',
    isCut
      ? 'The upstream ended its answer before it was whole.'
      : 'The upstream sent an answer that cannot be read.',
    documents.failure,
  );
}

function failed(code: 'upstream_error' | 'upstream_unreadable', message: string, cause?: unknown): Evidence {
  return {
    verdict: 'failed',
    phase: 'answered',
    fault: 'upstream',
    error: new PlantainError(code, message, { cause }),
  };
}
