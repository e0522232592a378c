import type { Dispatcher } from 'undici';
import type { KeyCheck } from '../../journey/upstream.ts';
import { askFreeQuestion } from '../http/free-question.ts';
import { parseErrorBody } from './error-body.ts';
import { errorEvidence } from './errors.ts';

/** Asks for the list of models: free, and refused as a drawing would be when the key is wrong. Never rejects. */
export function checkGeminiKey(
  agent: Dispatcher,
  request: Pick<Dispatcher.DispatchOptions, 'origin' | 'path' | 'headers'>,
  signal: AbortSignal,
): Promise<KeyCheck> {
  return askFreeQuestion(agent, request, signal, ({ status, body }) => {
    const { fault = 'upstream', error } = errorEvidence({
      status,
      error: parseErrorBody(body),
      nowMs: Date.now(),
    });
    return { fault, reason: typeof error?.cause === 'string' ? error.cause : '' };
  });
}
