import type { Permit } from '../journey/admission.ts';
import type { ImageAnswer } from '../journey/image-answer.ts';
import type { Caller } from '../journey/image-order.ts';
import type { AcceptedRequest } from '../journey/order-events.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import { chargedFor, type Settled } from '../journey/receipt.ts';
import { callsHeaders } from '../journey/drawing.ts';
import { allowedOrder } from '../journey/model-not-allowed.ts';
import { endOrder } from '../journey/end-order.ts';
import { outOfTime } from '../journey/out-of-time.ts';
import { PlantainError, toPlantainError } from '../kernel/plantain-error.ts';
import { type AskedUpstreams, askUpstreams } from './ask-upstreams.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { googleErrorEvent } from './error-frame.ts';
import type { NativeParts } from './native-parts.ts';
import type { NativeRequest } from './native-request.ts';
import { type ReadRequest, readRequest } from './read-request.ts';

/**
 * The whole way of one request in Gemini's own protocol: known, read, admitted and settled as every order is, its answer
 * passed on as the bytes it came in. Rejects with a catalogue error before anything was sent.
 */
export async function passThrough(
  parts: NativeParts,
  request: NativeRequest,
  scope: OrderScope,
): Promise<ImageAnswer> {
  if (request.method === 'countTokens') return countTokens(parts, request, scope);
  const { stages } = parts;
  const accepted: AcceptedRequest = { ...request, operation: 'native_generate' };
  stages.events.emit({ kind: 'accepted', request: accepted });
  let caller: Caller | undefined;
  let rates: Permit['headers'] = {};
  let plan: Plan;
  try {
    caller = await stages.authenticate(request.credentials);
    const read = await readRequest(parts, request, caller, scope);
    scope.signal.throwIfAborted();
    const permit = await stages.admit(read.order, scope);
    rates = permit.headers;
    stages.events.emit({ kind: 'admitted', order: read.order });
    scope.expireAfter(read.order.deadlineMs, () => outOfTime('answer', read.order));
    plan = { request, accepted, read, permit };
  } catch (thrown) {
    const error = toPlantainError(scope.signal.aborted ? scope.signal.reason : thrown);
    stages.events.emit({ kind: 'refused', request: accepted, caller, error });
    throw error.withHeaders(rates);
  }
  try {
    const answer = await (request.isEventStream ? streamed : whole)(parts, plan, scope);
    return { ...answer, headers: { ...answer.headers, ...rates } };
  } catch (thrown) {
    throw thrown instanceof PlantainError ? thrown.withHeaders(rates) : thrown;
  }
}

/** An admitted request. */
interface Plan {
  readonly request: NativeRequest;
  readonly accepted: AcceptedRequest;
  readonly read: ReadRequest;
  readonly permit: Permit;
}

/** An answer that is judged when all of it is here, so that another upstream can still be asked for one that broke off. */
async function whole(parts: NativeParts, plan: Plan, scope: OrderScope): Promise<ImageAnswer> {
  const chunks = new ChunkQueue();
  const { asked, settled } = await fulfil(parts, plan, scope, chunks, () => false);
  if (asked.error !== undefined) throw asked.error.withHeaders(callsHeaders(asked.calls));
  scope.startSending();
  return {
    status: 200,
    headers: {
      'content-type': asked.answer?.contentType ?? 'application/json; charset=UTF-8',
      'plantain-cost-micro-usd': String(chargedFor(settled)),
      ...answerHeaders(asked),
    },
    body: { kind: 'whole', pieces: chunks.take(), isLastUse: true },
  };
}

/** An answer that goes out as it comes in. Until its first byte another upstream can be asked. */
async function streamed(parts: NativeParts, plan: Plan, scope: OrderScope): Promise<ImageAnswer> {
  const chunks = new ChunkQueue();
  const work = fulfil(parts, plan, scope, chunks, () => chunks.byteLength > 0);
  await Promise.race([chunks.hasBegun, work]);
  if (chunks.byteLength === 0) {
    const { asked } = await work;
    if (asked.error !== undefined) throw asked.error.withHeaders(callsHeaders(asked.calls));
  }
  // The head has gone out: what cannot be booked is told at the end of the stream, which would never come otherwise. An
  // operator hears of it by its event.
  void work
    .then(({ asked }) => untold(asked), toPlantainError)
    .then((error) => {
      scope.startSending();
      if (error !== undefined) chunks.push(googleErrorEvent(error));
      chunks.close();
    });
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      // A proxy that gathers the answer would hold back what is meant to be seen at once.
      'x-accel-buffering': 'no',
    },
    body: { kind: 'stream', groups: chunks, isLastUse: true },
  };
}

/** An error that the bytes of an answer do not tell of: one that came to its own end says itself what went wrong. */
function untold({ calls, error }: AskedUpstreams): PlantainError | undefined {
  return calls.at(-1)?.phase === 'broken_off' ? error : undefined;
}

interface Fulfilled {
  readonly asked: AskedUpstreams;
  readonly settled: Settled;
}

/** From an admitted request to its answer. However it ends, it ends in exactly one settlement. */
async function fulfil(
  parts: NativeParts,
  { request, accepted, read, permit }: Plan,
  scope: OrderScope,
  chunks: ChunkQueue,
  isUnderWay: () => boolean,
): Promise<Fulfilled> {
  const { events } = parts.stages;
  const { order, model } = read;
  const asked = await askUpstreams(parts, request, read, scope, {
    onChunk: (chunk) => chunks.push(chunk),
    isUnderWay,
    onGivenUp: () => chunks.clear(),
    onStart: ({ name }) => events.emit({ kind: 'call-started', order, index: 0, upstream: name, model }),
    onEnd: (call) => events.emit({ kind: 'call-ended', order, index: 0, call }),
  });
  const { calls, answer, error } = asked;
  const image = error === undefined ? answer?.image : undefined;
  const imagesDelivered = image === undefined ? 0 : 1;
  if (error === undefined) events.emit({ kind: 'finished', order, imagesDelivered });
  // What the model would not draw is passed on as it says it, and stands in the books as what it is.
  const told = error ?? (order.count > 0 ? answer?.call.error : undefined);
  const outcome = {
    drawings: [{ result: image ? { image } : { error: told ?? onlyWords }, calls, adaptations: [] }],
    imagesDelivered,
    bytesOut: chunks.byteLength,
    ...(told && { error: told }),
  };
  return { asked, settled: await endOrder({ events, request: accepted, order, permit }, outcome, scope) };
}

/** Of an answer that brought no picture, where none was asked for. */
const onlyWords = new PlantainError('no_image_generated', 'Words were asked for, and words came.');

/**
 * Counting costs nothing, so nothing is reserved, and nothing is written into the books. What admission would see to is
 * seen to here: that the key may ask for the model, and that no more goes on at once than this server may hold.
 */
async function countTokens(
  parts: NativeParts,
  request: NativeRequest,
  scope: OrderScope,
): Promise<ImageAnswer> {
  const caller = await parts.stages.authenticate(request.credentials);
  const read = await readRequest(parts, request, caller, scope);
  const { deadlineMs } = allowedOrder(read.order, caller);
  const giveBack = parts.takePlace(caller.keyId);
  scope.expireAfter(deadlineMs, () => outOfTime('answer', { deadlineMs }));
  const chunks = new ChunkQueue();
  const asked = await askUpstreams(parts, request, read, scope, {
    onChunk: (chunk) => chunks.push(chunk),
    isUnderWay: () => false,
    onGivenUp: () => chunks.clear(),
  }).finally(giveBack);
  if (asked.error !== undefined) throw asked.error.withHeaders(callsHeaders(asked.calls));
  return {
    status: 200,
    headers: {
      'content-type': asked.answer?.contentType ?? 'application/json; charset=UTF-8',
      ...answerHeaders(asked),
    },
    body: { kind: 'whole', pieces: chunks.take() },
  };
}

function answerHeaders(asked: AskedUpstreams): Record<string, string> {
  const tier = asked.answer?.serviceTier;
  return { ...callsHeaders(asked.calls), ...(tier !== undefined && { 'x-gemini-service-tier': tier }) };
}
