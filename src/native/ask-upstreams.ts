import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../journey/call.ts';
import { likelyAnswerBytes } from '../journey/catalogue-model.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { PassedAnswer } from '../journey/pass-wish.ts';
import type { Upstream } from '../journey/upstream.ts';
import { PlantainError, toPlantainError } from '../kernel/plantain-error.ts';
import { modelNotFound } from './find-model.ts';
import type { NativeParts } from './native-parts.ts';
import type { NativeRequest } from './native-request.ts';
import type { ReadRequest } from './read-request.ts';
import { replaceSignatures } from './request-contents.ts';

/** Before a call after one that failed in a way that may pass; spread, so that requests failing together do not come back so. */
const minPauseMs = 200;
const pauseSpreadMs = 1300;

/** What became of a request at the upstreams. */
export interface AskedUpstreams {
  readonly calls: readonly Call[];
  /** Of the call whose answer is the caller's; absent where there is none. */
  readonly answer?: PassedAnswer;
  /** Why there is none, or why one that had begun did not come to its end. */
  readonly error?: PlantainError;
}

export interface AskListener {
  /** Hears of the answer's bytes. */
  readonly onChunk: (chunk: Buffer) => void;
  /** Whether bytes are on their way to the caller already: then nobody else can be asked. */
  readonly isUnderWay: () => boolean;
  /** What came of an answer is thrown away: another upstream is asked. */
  readonly onGivenUp: () => void;
  readonly onStart?: (upstream: Upstream) => void;
  readonly onEnd?: (call: Call) => void;
}

/**
 * Asks upstreams that speak Gemini's protocol, one after another, until one answers or none is left that may. A
 * conversation goes on where it was begun; when that upstream cannot be asked, its signatures are replaced, since no
 * other can read them. Never rejects.
 */
export async function askUpstreams(
  { pool, affinity, rules, mayAskAgain }: NativeParts,
  request: NativeRequest,
  { model, contents, write, order }: ReadRequest,
  scope: OrderScope,
  listener: AskListener,
): Promise<AskedUpstreams> {
  const calls: Call[] = [];
  const unfitFor = (upstream: Upstream): PlantainError | undefined =>
    upstream.pass === undefined
      ? modelNotFound(request.model, request.version, request.method)
      : upstream.unfitFor?.({ ...order, index: 0 });
  const deadlineAtMs = order.acceptedAtMs + order.deadlineMs;
  let last: PassedAnswer | undefined;
  let home = affinity.upstreamOf(contents.lastSignature);
  let isReplaced = false;
  const leaveHome = (): void => {
    home = undefined;
    isReplaced = true;
    replaceSignatures(contents);
  };
  try {
    const unfit = pool.whyNone(model, unfitFor);
    if (unfit !== undefined) return { calls, error: unfit };
    for (;;) {
      scope.signal.throwIfAborted();
      const isOut = outOf(calls);
      const canTake = (upstream: Upstream): boolean =>
        unfitFor(upstream) === undefined && !isOut.has(upstream.name);
      const turn = await acquire(
        pool,
        { model, tried: calls, deadlineAtMs },
        canTake,
        home,
        scope.signal,
      ).catch((thrown: unknown) => {
        if (last === undefined) throw thrown;
        return undefined;
      });
      if (turn === undefined) break;
      const { upstream } = turn;
      if (home !== undefined && upstream.name !== home) leaveHome();
      const passed = await passTo(upstream, turn);
      last = passed;
      const { call } = passed;
      if (call.verdict !== 'failed') {
        affinity.remember(passed.signature, upstream.name);
        return { calls, answer: passed };
      }
      if (listener.isUnderWay()) return { calls, answer: passed, error: errorOf(passed, request) };
      listener.onGivenUp();
      if (isForeignSignature(passed) && contents.signed.length > 0 && !isReplaced) {
        // Refused before anything was drawn, so it costs nothing but the time.
        leaveHome();
        continue;
      }
      if (!mayAskAgain(calls)) break;
      if (call.fault === 'upstream' || call.fault === 'capacity')
        await sleep(minPauseMs + Math.random() * pauseSpreadMs, undefined, { signal: scope.signal });
    }
    return { calls, error: last === undefined ? toPlantainError(undefined) : errorOf(last, request) };
  } catch (thrown) {
    return { calls, error: toPlantainError(scope.signal.aborted ? scope.signal.reason : thrown) };
  }

  /** One turn: its call, and before it any that was refused for a token that had ended. */
  async function passTo(upstream: Upstream, turn: { end(call: Call | undefined): void }) {
    let passed: PassedAnswer | undefined;
    try {
      listener.onStart?.(upstream);
      passed = await pass(upstream);
      for (const call of [...(passed.refusedBefore ?? []), passed.call]) {
        calls.push(call);
        listener.onEnd?.(call);
        if (call !== passed.call) listener.onStart?.(upstream);
      }
      return passed;
    } finally {
      turn.end(passed?.call);
    }
  }

  function pass(upstream: Upstream): Promise<PassedAnswer> {
    if (upstream.pass === undefined) throw new RangeError(`${upstream.name} does not pass requests on.`);
    const wish = {
      model,
      method: request.method,
      isEventStream: request.isEventStream,
      body: write(),
      hasReferences: contents.pictures.length > 0,
      expectedBytes: request.method === 'countTokens' ? 1024 : likelyAnswerBytes(order),
      stripDrafts: rules.drafts === 'strip' && request.method !== 'countTokens',
      onChunk: listener.onChunk,
    };
    return upstream.pass(wish, scope);
  }
}

/** A turn at the upstream where a conversation was begun, once; then at another, if there is one. */
async function acquire(
  pool: NativeParts['pool'],
  planned: Pick<Parameters<NativeParts['pool']['acquire']>[0], 'model' | 'tried' | 'deadlineAtMs'>,
  canTake: (upstream: Upstream) => boolean,
  home: string | undefined,
  signal: AbortSignal,
) {
  if (home !== undefined) {
    const wasAsked = planned.tried.some(({ upstream }) => upstream === home);
    const isPreferred = (upstream: Upstream): boolean =>
      (upstream.name === home) !== wasAsked && canTake(upstream);
    const turn = await pool.acquire({ ...planned, canTake: isPreferred }, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (turn !== undefined) return turn;
  }
  return pool.acquire({ ...planned, canTake }, signal);
}

/** Upstreams that lack something which asking again does not bring. */
function outOf(calls: readonly Call[]): ReadonlySet<string> {
  const lasting: ReadonlySet<string | undefined> = new Set(['credential', 'credit', 'place', 'quota']);
  const out = calls.filter(({ fault, error }) => lasting.has(fault) || error?.code === 'model_not_found');
  return new Set(out.map(({ upstream }) => upstream));
}

/** A signature that another backend made (docs/contracts/gemini.md#thought-signatures). */
function isForeignSignature({ call, words = '' }: PassedAnswer): boolean {
  return call.phase === 'refused' && /\b(?:corrupted|invalid) thought.?signature/i.test(words);
}

/** What the caller is told: of his own request what the upstream says of it, of everything else what the catalogue says. */
function errorOf({ call, words }: PassedAnswer, request: NativeRequest): PlantainError {
  const error = call.error ?? toPlantainError(undefined);
  if (error.code === 'model_not_found') return modelNotFound(request.model, request.version, request.method);
  if (error.code !== 'upstream_rejected' || words === undefined) return error;
  const { param, cause } = error;
  return new PlantainError(error.code, words, { cause, ...(param !== undefined && { param }) });
}
