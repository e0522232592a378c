import { PlantainError } from '../../kernel/plantain-error.ts';

/** Finish reasons that mean the picture was refused, not that drawing failed (docs/contracts/gemini.md#finish-reasons). */
const refusalReasons = new Set([
  'SAFETY',
  'IMAGE_SAFETY',
  'PROHIBITED_CONTENT',
  'IMAGE_PROHIBITED_CONTENT',
  'RECITATION',
  'IMAGE_RECITATION',
  'BLOCKLIST',
  'SPII',
  'LANGUAGE',
]);

const explanations: Readonly<Record<string, string>> = {
  SAFETY: 'it may be unsafe',
  IMAGE_SAFETY: 'it may be unsafe',
  PROHIBITED_CONTENT: 'its content is prohibited',
  IMAGE_PROHIBITED_CONTENT: 'its content is prohibited',
  RECITATION: 'it would repeat existing work',
  IMAGE_RECITATION: 'it would repeat existing work',
  BLOCKLIST: 'it holds a blocked term',
  SPII: 'it holds sensitive personal information',
  LANGUAGE: 'the language is not supported',
};

export function isRefusal(finishReason: string | undefined): boolean {
  return finishReason !== undefined && refusalReasons.has(finishReason);
}

/** The error of a refused prompt (`stage` input) or picture (`stage` output). `upstreamWords` is the upstream's own sentence. */
export function refusalError(
  stage: 'prompt' | 'picture',
  reason: string,
  upstreamWords: string | undefined,
): PlantainError {
  const because = explanations[reason] === undefined ? '' : ` because ${explanations[reason]}`;
  const words = upstreamWords === undefined || upstreamWords === '' ? '' : ` ${sentence(upstreamWords)}`;
  const advice = /rephras|edit your prompt/i.test(words) ? '' : ' Rephrase the prompt and try again.';
  return new PlantainError(
    'moderation_blocked',
    `Your request was rejected by the upstream's safety system: the ${stage} was refused${because} (${reason}).${words}${advice}`,
  );
}

/** Upstream text made fit for one line of an error message: bounded, single-spaced, ended. */
export function sentence(text: string, maxCharacters = 600): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  const short = flat.length > maxCharacters ? `${flat.slice(0, maxCharacters - 1)}…` : flat;
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}
