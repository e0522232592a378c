import { PlantainError } from '../../kernel/plantain-error.ts';
import { type ServerError, wordsOf } from './error-body.ts';

/** The error of a refusal, in the server's own words and with the stage it names. */
export function refusalError({ message, stage }: Pick<ServerError, 'message' | 'stage'>): PlantainError {
  const what =
    stage === 'output' ? 'the picture was refused' : stage === 'input' ? 'the prompt was refused' : '';
  const words = message === '' ? '' : ` It says: ${wordsOf({ message })}`;
  const advice = /rephras|edit your prompt/i.test(words) ? '' : ' Rephrase the prompt and try again.';
  return new PlantainError(
    'moderation_blocked',
    `Your request was rejected by the upstream's safety system${what === '' ? '' : `: ${what}`}.${words}${advice}`,
  );
}

/** Of a picture that was drawn and withheld without a word. */
export function withheldError(): PlantainError {
  return refusalError({ message: '', stage: 'output' });
}
