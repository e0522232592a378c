import type { KeyCheck } from '../../journey/upstream.ts';
import { askFreeQuestion } from '../http/free-question.ts';
import { parseErrorBody } from './error-body.ts';
import { errorEvidence } from './errors.ts';
import type { UpstreamAgent, UpstreamRequest } from '../client/upstream-agent.ts';

/** Asks what is free, and refused as a drawing would be when the key is wrong. Never rejects. */
export function checkGoogleKey(
  agent: UpstreamAgent,
  request: () => Promise<UpstreamRequest>,
  signal: AbortSignal,
  nowMs: () => number,
): Promise<KeyCheck> {
  return askFreeQuestion(agent, request, signal, ({ status, headers, body }) => {
    const told = { status, headers, error: parseErrorBody(body), nowMs: nowMs() };
    const { fault = 'upstream', reach, error } = errorEvidence(told);
    // The question may be about a model that is not there: whoever is told so has been let in.
    if (fault === 'caller' && reach === 'model') return { fault: null, reason: '' };
    return { fault, reason: typeof error?.cause === 'string' ? error.cause : '' };
  });
}
