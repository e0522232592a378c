import { type Call, maxContinuations } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { Drawing } from '../journey/drawing.ts';
import type { Adaptation } from '../journey/image-order.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { DrawWish, Upstream, UpstreamAnswer } from '../journey/upstream.ts';
import { PlantainError, toPlantainError } from '../kernel/plantain-error.ts';
import { isRetired, nextTry } from './retry-rules.ts';
import type { UpstreamPool } from './upstream-pool.ts';

export interface RetryPolicy {
  /** Times a picture may be asked for, the first included; rounds that continue an answer apart. */
  readonly maxTries: number;
  /** Bounds of the random wait before another try. */
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
}

/** Hears of every call, as it is made and as it has ended. */
export interface CallListener {
  readonly onStart: (upstream: string, model: CatalogueModel) => void;
  readonly onEnd: (call: Call) => void;
}

/**
 * Draws one picture: chooses an upstream, tries again where a second try may help, and gives up inside the
 * order's deadline. Never rejects: every outcome ends in the drawing, and every call is in it.
 */
export async function drawPicture(
  pool: UpstreamPool,
  policy: RetryPolicy,
  first: DrawWish,
  successor: DrawWish | undefined,
  scope: OrderScope,
  listener: CallListener,
): Promise<Drawing> {
  const calls: Call[] = [];
  const adaptations: Adaptation[] = [];
  const end = (result: Drawing['result']): Drawing => ({ result, calls, adaptations });
  let wish = first;
  try {
    for (let tries = 1; ; tries++) {
      scope.signal.throwIfAborted();
      const {
        call,
        image,
        earlier,
        adaptations: bent = [],
      } = await ask({ pool, scope, listener, calls }, wish);
      if (image !== undefined) {
        adaptations.push(...bent);
        return end({ image, ...(earlier && { earlier }) });
      }
      scope.signal.throwIfAborted();
      const next = tries < policy.maxTries ? nextTry(call, wish, first, successor) : undefined;
      if (next === undefined) return end({ error: errorOf(call) });
      if (next.wish.model !== wish.model) adaptations.push(standIn(wish, next.wish));
      if (next.needsPause) await backOff(policy, scope.signal);
      wish = next.wish;
    }
  } catch (thrown) {
    // Whoever aborts an order gives a catalogue error as the reason; anything else is a fault of ours.
    return end({ error: toPlantainError(scope.signal.aborted ? scope.signal.reason : thrown) });
  }
}

/** What is shared by all calls of one picture. */
interface CallContext {
  readonly pool: UpstreamPool;
  readonly scope: OrderScope;
  readonly listener: CallListener;
  /** The calls so far, the newest last. */
  readonly calls: Call[];
}

/** One try: a call, and those that go on with its answer, all to the same upstream. */
async function ask({ pool, scope, listener, calls }: CallContext, wish: DrawWish): Promise<UpstreamAnswer> {
  let current = wish;
  let only: Upstream | undefined;
  for (;;) {
    const { model } = current;
    const canTake = (upstream: Upstream): boolean =>
      only === undefined ? upstream.canDraw?.(wish) !== false : upstream === only;
    const turn = await pool.acquire({ model, canTake, tried: calls }, scope.signal);
    const { upstream } = turn;
    only = upstream;
    listener.onStart(upstream.name, model);
    const answer = await upstream.draw(current, scope);
    for (const refused of answer.refusedBefore ?? []) {
      calls.push(refused);
      listener.onEnd(refused);
      listener.onStart(upstream.name, model);
    }
    calls.push(answer.call);
    listener.onEnd(answer.call);
    turn.end(answer.call);
    const { continuationToken } = answer;
    if (continuationToken === undefined || scope.signal.aborted) return answer;
    const rounds = calls.filter(({ verdict }) => verdict === 'continued').length;
    if (rounds > maxContinuations) return answer;
    current = { ...wish, continuationToken };
  }
}

/** What the caller is told of a call that was the last. A retired model's error names the model to use instead. */
function errorOf(call: Call): PlantainError {
  const { error, model } = call;
  if (error === undefined) {
    const message = 'The upstream kept asking to continue and never brought the picture.';
    return new PlantainError('upstream_error', message);
  }
  if (!isRetired(call) || model.successor === null) return error;
  const message = `The upstream no longer serves ${model.id}. Use '${model.successor}' instead.`;
  return new PlantainError('model_not_found', message, { param: 'model', cause: error.cause });
}

function standIn(asked: DrawWish, next: DrawWish): Adaptation {
  return { parameter: 'model', action: 'mapped', from: asked.model.id, to: next.model.id, reason: 'retired' };
}

/** Waits with full jitter, so that orders failing together do not come back together. Rejects when aborted meanwhile. */
async function backOff(policy: RetryPolicy, signal: AbortSignal): Promise<void> {
  const waitMs = policy.minBackoffMs + Math.random() * (policy.maxBackoffMs - policy.minBackoffMs);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, waitMs);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
  signal.throwIfAborted();
}
