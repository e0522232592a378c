import { PlantainError } from '../../kernel/plantain-error.ts';
import { foreignWord, sentence } from '../../kernel/foreign-text.ts';

/** Finish reasons that mean the picture was refused, not that drawing failed (docs/contracts/gemini.md#finish-reasons). */
const explanations: ReadonlyMap<string, string> = new Map([
  ['SAFETY', 'it may be unsafe'],
  ['IMAGE_SAFETY', 'it may be unsafe'],
  ['PROHIBITED_CONTENT', 'its content is prohibited'],
  ['IMAGE_PROHIBITED_CONTENT', 'its content is prohibited'],
  ['RECITATION', 'it would repeat existing work'],
  ['IMAGE_RECITATION', 'it would repeat existing work'],
  ['BLOCKLIST', 'it holds a blocked term'],
  ['SPII', 'it holds sensitive personal information'],
  ['LANGUAGE', 'the language is not supported'],
]);

export function isRefusal(finishReason: string | undefined): boolean {
  return finishReason !== undefined && explanations.has(finishReason);
}

/** The error of a refused prompt (`stage` input) or picture (`stage` output). `upstreamWords` is the upstream's own sentence. */
export function refusalError(
  stage: 'prompt' | 'picture',
  reason: string,
  upstreamWords: string | undefined,
): PlantainError {
  const explanation = explanations.get(reason);
  const because = explanation === undefined ? '' : ` because ${explanation}`;
  const words = upstreamWords === undefined || upstreamWords === '' ? '' : ` ${sentence(upstreamWords)}`;
  const advice = /rephras|edit your prompt/i.test(words) ? '' : ' Rephrase the prompt and try again.';
  return new PlantainError(
    'moderation_blocked',
    `Your request was rejected by the upstream's safety system: the ${stage} was refused${because} (${foreignWord(reason)}).${words}${advice}`,
  );
}
