import type { Dispatcher } from 'undici';
import type { KeyCheck } from '../../journey/upstream.ts';
import { askFreeQuestion } from '../http/free-question.ts';
import { parseErrorBody } from './error-body.ts';
import { errorEvidence } from './errors.ts';

/** Asks what is free, and refused as a drawing would be when the key is wrong. Never rejects. */
export function checkGoogleKey(
  agent: Dispatcher,
  request: () => Promise<Dispatcher.DispatchOptions>,
  signal: AbortSignal,
): Promise<KeyCheck> {
  return askFreeQuestion(agent, request, signal, ({ status, body }) => {
    const told = errorEvidence({ status, error: parseErrorBody(body), nowMs: Date.now() });
    const { fault = 'upstream', reach, error } = told;
    // The question may be about a model that is not there: whoever is told so has been let in.
    if (fault === 'caller' && reach === 'model') return { fault: null, reason: '' };
    return { fault, reason: typeof error?.cause === 'string' ? error.cause : '' };
  });
}
