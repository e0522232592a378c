import { type Call, mayCost } from '../journey/call.ts';
import { health } from './health-constants.ts';

/** What to do after a call that brought no picture: `reframed`, ask with the prompt framed as a request for one. */
export type NextStep = 'end' | 'again' | 'reframed';

export interface RetryPolicy {
  /** Calls of one picture that may have been executed, the first included; rounds that continue an answer apart. */
  readonly maxTries: number;
  /** Whether a call that was sent and not answered to its end may be made once more: it may be charged twice. */
  readonly retryUnanswered: boolean;
  /** The longest random pause before the same upstream is asked a second time; doubling from then on. */
  readonly backoffMs: number;
  /** How long a call may be silent that can be made again. */
  readonly silenceMs: number;
  /** Waits; rejects when aborted meanwhile. */
  readonly sleep: (waitMs: number, signal: AbortSignal) => Promise<void>;
  /** When the order is given up, by the wall clock. */
  readonly deadlineAtMs: number;
}

/** Says plainly what is wanted, for a model that answered with words (docs/contracts/gemini.md#answers-without-a-picture). */
export function framedPrompt(prompt: string): string {
  return `Generate an image of the following. Answer with the image itself, not with a description of it.\n\n${prompt}`;
}

/** Whether nothing of a call was executed, so that nobody charges for it: it never left, or was turned away. */
export function isFree(call: Call): boolean {
  return (call.phase === 'unsent' || call.phase === 'refused') && !mayCost(call);
}

/** Calls of a picture that may have been executed: what `RetryPolicy.maxTries` bounds. */
export function wholeTries(calls: readonly Call[]): number {
  return calls.filter((call) => call.verdict !== 'continued' && !isFree(call)).length;
}

/** What to do after the last of a picture's calls (SPEC.md#retries). */
export function nextStep(calls: readonly Call[], policy: RetryPolicy): NextStep {
  const last = calls.at(-1);
  if (last === undefined || hasCountedPicture(last)) return 'end';
  if (wholeTries(calls) >= policy.maxTries || calls.filter(isFree).length >= health.freeTries) return 'end';
  if (last.verdict === 'words')
    return calls.filter(({ verdict }) => verdict === 'words').length > 1 ? 'end' : 'reframed';
  if (last.verdict !== 'failed') return 'end';
  if (isRetired(last)) return isFree(last) ? 'again' : 'end';
  switch (last.fault) {
    case 'credential':
    case 'credit':
    case 'place':
    case 'quota':
    case 'capacity':
      return afterFailure(calls, last, policy);
    case 'upstream':
      // What it declined, it declines again; what nobody can read was charged.
      if (last.phase === 'refused' || last.error?.entry.retryable === false) return 'end';
      return afterFailure(calls, last, policy);
    case 'caller':
    case 'ours':
    case undefined:
      return 'end';
  }
}

function afterFailure(calls: readonly Call[], last: Call, { retryUnanswered }: RetryPolicy): NextStep {
  if (!isLost(last)) return 'again';
  return retryUnanswered && calls.filter(isLost).length === 1 ? 'again' : 'end';
}

/** Sent, and perhaps executed, but nothing came of it. */
function isLost({ verdict, phase }: Call): boolean {
  return verdict === 'failed' && (phase === 'unanswered' || phase === 'broken_off' || phase === 'answered');
}

function hasCountedPicture({ verdict, usage }: Call): boolean {
  return verdict === 'picture' || (usage !== 'not counted' && usage.outputImageTokens > 0);
}

/** Whether a call that is not answered could be made once more. */
export function mayBeRepeated(calls: readonly Call[], { maxTries, retryUnanswered }: RetryPolicy): boolean {
  return retryUnanswered && wholeTries(calls) + 1 < maxTries && !calls.some(isLost);
}

/** Whether the upstream said that it does not serve the model. */
export function isRetired({ error }: Call): boolean {
  return error?.code === 'model_not_found';
}
