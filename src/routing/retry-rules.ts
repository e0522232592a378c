import type { Call } from '../journey/call.ts';
import type { DrawWish } from '../journey/upstream.ts';

/** What to ask next, and whether to wait before. */
export interface NextTry {
  readonly wish: DrawWish;
  /** Whether the last call failed in a way that may pass. */
  readonly needsPause: boolean;
}

/** Says plainly what is wanted, for a model that answered with words (docs/contracts/gemini.md#answers-without-a-picture). */
export function framedPrompt(prompt: string): string {
  return `Generate an image of the following. Answer with the image itself, not with a description of it.\n\n${prompt}`;
}

/**
 * What to ask after a call that brought no picture; undefined when another try cannot help. `asked` is the wish of that
 * call, `first` that of the order, and `successor` the one to a retired model's successor.
 * - Words instead of a picture: the same, with the prompt framed as a request for one.
 * - A model that is not served any more: its successor, once.
 * - An upstream that failed, could not be reached, was silent or cannot be understood: the same again.
 */
export function nextTry(
  call: Call,
  asked: DrawWish,
  first: DrawWish,
  successor: DrawWish | undefined,
): NextTry | undefined {
  if (call.verdict === 'words')
    return { wish: { ...asked, prompt: framedPrompt(first.prompt) }, needsPause: false };
  if (call.verdict !== 'failed') return undefined;
  if (isRetired(call))
    return successor === undefined || asked.model === successor.model
      ? undefined
      : { wish: successor, needsPause: false };
  return mayPass(call) ? { wish: asked, needsPause: true } : undefined;
}

/** Whether the upstream said that it does not serve the model. */
export function isRetired({ error }: Call): boolean {
  return error?.code === 'model_not_found';
}

/**
 * What an upstream declined it declines again, and what nobody can read was charged; what only lacked capacity, or was
 * broken, may go well the next time.
 */
function mayPass({ phase, fault, error }: Call): boolean {
  return (
    phase !== 'refused' && (fault === 'upstream' || fault === 'capacity') && error?.entry.retryable !== false
  );
}
