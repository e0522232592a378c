import { setTimeout as sleep } from 'node:timers/promises';
import type { Adaptation } from '../journey/image-order.ts';
import type { Drawing, TokenUsage } from '../journey/image-result.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { DrawWish, Outcome } from '../journey/upstream.ts';
import { PlantainError, toPlantainError } from '../kernel/plantain-error.ts';
import type { UpstreamPool } from './upstream-pool.ts';

export interface RetryPolicy {
  /** Upstream calls a picture may take, the first included. */
  readonly maxTries: number;
  /** Bounds of the random wait before another try. */
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
}

/** Says plainly what is wanted, for a model that answered with words (docs/contracts/gemini.md#answers-without-a-picture). */
export function framedPrompt(prompt: string): string {
  return `Generate an image of the following. Answer with the image itself, not with a description of it.\n\n${prompt}`;
}

/**
 * Draws one picture: chooses an upstream, tries again where a second try may help, and gives up inside the
 * order's deadline. Never rejects: every outcome ends in the drawing.
 */
export async function drawPicture(
  pool: UpstreamPool,
  policy: RetryPolicy,
  wish: DrawWish,
  successor: DrawWish | undefined,
  scope: OrderScope,
): Promise<Drawing> {
  const usages: TokenUsage[] = [];
  const adaptations: Adaptation[] = [];
  let uncountedCalls = 0;
  let uncountedPictures = 0;
  let current = wish;
  for (let attempts = 1; ; attempts++) {
    const upstream = pool.choose(attempts);
    const end = (result: Drawing['result']): Drawing => ({
      result,
      upstream: upstream.name,
      model: current.model,
      attempts,
      usages,
      uncountedCalls,
      uncountedPictures,
      adaptations,
    });
    // Given up before this call was made: nothing is drawn, so nothing is to be charged.
    if (scope.signal.aborted)
      return { ...end({ error: toPlantainError(scope.signal.reason) }), attempts: attempts - 1 };
    let outcome: Outcome;
    try {
      outcome = await upstream.draw(current, scope);
    } catch (reason) {
      // Cut off in mid-call by us: the upstream may well finish and charge for it.
      uncountedCalls++;
      uncountedPictures++;
      return end({ error: toPlantainError(reason) });
    }
    pool.report(upstream.name, outcome);
    if (outcome.kind !== 'failed') {
      if (outcome.usage !== undefined) usages.push(outcome.usage);
      else {
        uncountedCalls++;
        if (outcome.kind === 'image') uncountedPictures++;
      }
    }
    if (outcome.kind === 'image') return end({ image: outcome.image });
    const next = attempts < policy.maxTries ? nextWish(outcome, current, wish, successor) : undefined;
    if (next === undefined) return end({ error: withSuccessor(outcome.error, current) });
    if (next.model !== current.model) {
      adaptations.push({
        parameter: 'model',
        action: 'mapped',
        from: current.model.id,
        to: next.model.id,
        reason: 'retired',
      });
    }
    current = next;
    if (outcome.kind === 'failed' && outcome.retry && !(await backOff(policy, scope.signal))) {
      return end({ error: toPlantainError(scope.signal.reason) });
    }
  }
}

/** A retired model's error names the model to use instead. */
function withSuccessor(error: PlantainError, { model }: DrawWish): PlantainError {
  if (error.code !== 'model_not_found' || model.successor === null) return error;
  const message = `The upstream no longer serves ${model.id}. Use '${model.successor}' instead.`;
  return new PlantainError('model_not_found', message, { param: 'model', cause: error.cause });
}

/** What to ask next, or undefined when another try cannot help. */
function nextWish(
  outcome: Exclude<Outcome, { kind: 'image' }>,
  current: DrawWish,
  first: DrawWish,
  successor: DrawWish | undefined,
): DrawWish | undefined {
  switch (outcome.kind) {
    case 'refused':
      return undefined;
    case 'no_image':
      return { ...current, prompt: framedPrompt(first.prompt) };
    case 'failed':
      if (
        outcome.error.code === 'model_not_found' &&
        successor !== undefined &&
        current.model !== successor.model
      )
        return successor;
      return outcome.retry ? current : undefined;
  }
}

/** Waits with full jitter, so that orders failing together do not come back together. False: aborted meanwhile. */
async function backOff(policy: RetryPolicy, signal: AbortSignal): Promise<boolean> {
  const waitMs = policy.minBackoffMs + Math.random() * (policy.maxBackoffMs - policy.minBackoffMs);
  try {
    await sleep(waitMs, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
