import { type Call, maxContinuations } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { Drawing } from '../journey/drawing.ts';
import type { Adaptation } from '../journey/image-order.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { DrawWish, Upstream, UpstreamAnswer } from '../journey/upstream.ts';
import { PlantainError, toPlantainError } from '../kernel/plantain-error.ts';
import { health } from './health-constants.ts';
import { mostTelling } from './most-telling.ts';
import {
  framedPrompt,
  isFree,
  isRetired,
  mayBeRepeated,
  nextStep,
  type RetryPolicy,
  wholeTries,
} from './retry-rules.ts';
import type { StandIn } from './stand-ins.ts';
import type { UpstreamPool } from './upstream-pool.ts';

/** Hears of every call, as it is made and as it has ended. */
export interface CallListener {
  readonly onStart: (upstream: string, model: CatalogueModel) => void;
  readonly onEnd: (call: Call) => void;
}

/**
 * Draws one picture: chooses an upstream, tries again where a second try may help, with another model where one may
 * stand in, and gives up inside the order's deadline. Never rejects: every outcome ends in the drawing, and every call
 * is in it.
 */
export async function drawPicture(
  pool: UpstreamPool,
  policy: RetryPolicy,
  first: DrawWish,
  standIns: readonly StandIn[],
  scope: OrderScope,
  listener: CallListener,
): Promise<Drawing> {
  const calls: Call[] = [];
  let adaptations: readonly Adaptation[] = [];
  const end = (result: Drawing['result']): Drawing => ({ result, calls, adaptations });
  let wish = first;
  let left = standIns;
  try {
    for (;;) {
      const context = {
        pool,
        policy,
        scope,
        listener,
        calls,
        hasStandIn: left.some(({ isForGoneOnly }) => !isForGoneOnly),
      };
      const answer = await ask(context, wish);
      if (answer instanceof PlantainError) {
        const isGone = answer.code === 'model_not_found' || wasGone(calls, wish.model);
        const next = left.find(({ isForGoneOnly }) => isGone || !isForGoneOnly);
        if (next === undefined) return end({ error: mostTelling(errorsOf(calls), answer) });
        left = left.slice(left.indexOf(next) + 1);
        adaptations = [standIn(first, next.model, isGone)];
        wish = { ...wish, model: next.model };
        continue;
      }
      const { image, earlier, adaptations: bent = [] } = answer;
      if (image !== undefined) {
        adaptations = [...adaptations, ...bent];
        return end({ image, ...(earlier && { earlier }) });
      }
      scope.signal.throwIfAborted();
      const step = nextStep(calls, policy);
      if (step === 'end') return end({ error: finalError(calls) });
      if (step === 'reframed') wish = { ...wish, prompt: framedPrompt(first.prompt) };
    }
  } catch (thrown) {
    // Whoever aborts an order gives a catalogue error as the reason; anything else is a fault of ours.
    return end({ error: toPlantainError(scope.signal.aborted ? scope.signal.reason : thrown) });
  }
}

/** What is shared by all calls of one picture. */
interface CallContext {
  readonly pool: UpstreamPool;
  readonly policy: RetryPolicy;
  readonly scope: OrderScope;
  readonly listener: CallListener;
  /** The calls so far, the newest last. */
  readonly calls: Call[];
  /** Whether another model may be asked rather than waiting for this one. */
  readonly hasStandIn: boolean;
}

/** How long a model is waited for that another one may stand in for. */
const patienceMs = 5000;

/** One try: a call, and those that go on with its answer, all to the same upstream. An error: nobody can take it. */
async function ask(context: CallContext, wish: DrawWish): Promise<UpstreamAnswer | PlantainError> {
  const { pool, policy, scope, listener, calls } = context;
  const { model } = wish;
  let current = wish;
  let only: Upstream | undefined;
  const unfit = pool.whyNone(model, (upstream) => upstream.unfitFor?.(wish));
  if (unfit !== undefined) return unfit;
  for (;;) {
    const canTake = (upstream: Upstream): boolean =>
      only === undefined ? upstream.unfitFor?.(wish) === undefined : upstream === only;
    const planned = {
      model,
      canTake,
      tried: calls,
      deadlineAtMs: policy.deadlineAtMs,
      ...(context.hasStandIn && { patienceMs }),
    };
    const turn = await pool.acquire(planned, scope.signal).catch((error: unknown) => {
      if (error instanceof PlantainError && !scope.signal.aborted) return error;
      throw error;
    });
    if (turn instanceof PlantainError) return turn;
    let call: Call | undefined;
    try {
      const { upstream } = turn;
      await backOff(calls, model, upstream, context);
      only = upstream;
      listener.onStart(upstream.name, model);
      const silence = mayBeRepeated(calls, policy) && { silenceMs: policy.silenceMs };
      const answer = await upstream.draw({ ...current, ...silence }, scope);
      call = answer.call;
      for (const refused of answer.refusedBefore ?? []) {
        calls.push(refused);
        listener.onEnd(refused);
        listener.onStart(upstream.name, model);
      }
      calls.push(call);
      listener.onEnd(call);
      const { continuationToken } = answer;
      if (continuationToken === undefined || scope.signal.aborted) return answer;
      const rounds = calls.filter(({ verdict }) => verdict === 'continued').length;
      if (rounds > maxContinuations) return answer;
      current = { ...wish, continuationToken };
    } finally {
      turn.end(call);
    }
  }
}

/** Whether all that failed with a model failed because nobody serves it. */
function wasGone(calls: readonly Call[], asked: CatalogueModel): boolean {
  const failed = calls.filter(({ model, verdict }) => model === asked && verdict === 'failed');
  return failed.length > 0 && failed.every(isRetired);
}

/** What the caller is told in the end: what ended it, or of failures that may pass the most telling one. */
function finalError(calls: readonly Call[]): PlantainError {
  const last = calls.at(-1);
  const ended = last === undefined ? undefined : errorOf(last);
  if (last?.fault === 'ours' || ended === undefined) return ended ?? toPlantainError(undefined);
  return mostTelling(errorsOf(calls), ended);
}

function errorsOf(calls: readonly Call[]): PlantainError[] {
  return calls.filter(({ verdict }) => verdict !== 'continued').map(errorOf);
}

/** What is told of a call. A retired model's error names the model to use instead. */
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

function standIn(asked: DrawWish, { id }: CatalogueModel, isGone: boolean): Adaptation {
  const reason = isGone ? 'retired' : 'no-capacity';
  return { parameter: 'model', action: 'mapped', from: asked.model.id, to: id, reason };
}

/**
 * Before the same upstream is asked again, waits with full jitter, so that orders failing together do not come back
 * together. A quota has kept its own pause, and another upstream needs none. Rejects when aborted meanwhile.
 */
async function backOff(
  calls: readonly Call[],
  model: CatalogueModel,
  upstream: Upstream,
  { policy, scope }: CallContext,
): Promise<void> {
  const last = calls.at(-1);
  if (last?.verdict !== 'failed' || last.upstream !== upstream.name || last.model !== model) return;
  if (isFree(last) && last.phase !== 'unsent') return;
  const longestMs = Math.min(policy.backoffMs * 2 ** Math.max(0, wholeTries(calls) - 1), health.maxBackoffMs);
  await policy.sleep(Math.random() * longestMs, scope.signal);
}
