import { PlantainError, toPlantainError } from '../kernel/plantain-error.ts';
import type { Permit } from './admission.ts';
import type { EarlierOrder } from './claim.ts';
import { collectImages } from './collect-images.ts';
import { deliverImages } from './deliver-images.ts';
import type { Dialect, StreamListener } from './dialect.ts';
import { callsHeaders, callsOf, type Drawing } from './drawing.ts';
import { endOrder } from './end-order.ts';
import type { Guidance } from './guidance.ts';
import type { ImageAnswer } from './image-answer.ts';
import type { Caller, ImageOrder } from './image-order.ts';
import type { ImageRequest } from './image-request.ts';
import { allowedOrder } from './model-not-allowed.ts';
import type { OrderScope } from './order-scope.ts';
import { outOfTime } from './out-of-time.ts';
import type { ImageResult } from './receipt.ts';
import type { Stages } from './stages.ts';

/** The whole way of one request for pictures. Rejects with a catalogue error before anything was promised to the caller. */
export async function makeImages(
  stages: Stages,
  dialect: Dialect,
  request: ImageRequest,
  scope: OrderScope,
): Promise<ImageAnswer> {
  stages.events.emit({ kind: 'accepted', request });
  let caller: Caller | undefined;
  let rates: Permit['headers'] = {};
  const orRefused = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } catch (thrown) {
      const error = reasonOf(thrown, scope);
      stages.events.emit({ kind: 'refused', request, caller, error });
      throw error;
    }
  };
  const read = async () => {
    caller = await stages.authenticate(request.credentials);
    const claiming = stages.claiming(request, caller);
    const order = await dialect.read(claiming?.request ?? request, caller, scope);
    if (request.isDryRun) return { order: allowedOrder(order, caller) };
    scope.signal.throwIfAborted();
    return { order, claim: await claiming?.take(order, scope) };
  };
  const { order, claim } = await orRefused(read());
  if (request.isDryRun) return dialect.writeDryRun(order, stages.highestCost(order));
  if (claim?.kind === 'earlier') return replayed(stages, order, request, claim, scope);
  const make = async (): Promise<ImageAnswer> => {
    const permit = await orRefused(stages.admit(order, scope));
    rates = permit.headers;
    const guidance = await orRefused(prepared(stages, order, permit, scope));
    const plan = { order, permit, request, guidance };
    if (!order.stream) return dialect.writeResult(await fulfil(stages, plan, scope));
    return dialect.writeStream(order, (listener) => fulfil(stages, plan, scope, listener));
  };
  try {
    const answer = await (claim === undefined ? make() : claim.keep(make(), dialect.writeError));
    // Not of the answer that is kept: a replay counts towards no rate, and tells of none.
    return { ...answer, headers: { ...answer.headers, ...rates } };
  } catch (thrown) {
    throw thrown instanceof PlantainError ? thrown.withHeaders(rates) : thrown;
  }
}

/** An admitted order and what it is fulfilled with. */
interface Plan {
  readonly order: ImageOrder;
  readonly permit: Permit;
  readonly request: ImageRequest;
  readonly guidance: Guidance | undefined;
}

/** Reads an admitted order's mask. One that cannot be used ends the order here, at no cost. */
async function prepared(stages: Stages, order: ImageOrder, permit: Permit, scope: OrderScope) {
  stages.events.emit({ kind: 'admitted', order });
  scope.expireAfter(order.deadlineMs, () => outOfTime('picture', order));
  try {
    return await stages.prepare(order, scope);
  } catch (thrown) {
    await permit.release(reasonOf(thrown, scope));
    throw thrown;
  }
}

/** From an admitted order to its pictures. However it ends, it ends in exactly one settlement. */
async function fulfil(
  stages: Stages,
  { order, permit, request, guidance }: Plan,
  scope: OrderScope,
  listener?: StreamListener,
): Promise<ImageResult> {
  let drawings: readonly Drawing[] = [];
  let result: Omit<ImageResult, 'costMicroUsd' | 'pricedUsage' | 'durationMs' | 'attempts'> | undefined;
  let error: PlantainError | undefined;
  try {
    drawings = await stages.draw(order, guidance, scope, listener?.onDraft);
    const collected = collectImages(order, drawings);
    const delivered = await deliverImages(order, collected, async (image) => {
      const finished = await stages.finish(order, guidance, image, scope);
      return stages.keep(order, finished, request.origin, scope.signal);
    });
    scope.signal.throwIfAborted();
    result = { order, ...collected.facts, ...delivered };
    stages.events.emit({ kind: 'finished', order, imagesDelivered: result.images.length });
  } catch (thrown) {
    result = undefined;
    error = reasonOf(thrown, scope);
  }
  const images = result?.images ?? [];
  const bytesOut = images.reduce((sum, { image }) => sum + image.base64.byteLength, 0);
  const outcome = { drawings, imagesDelivered: images.length, bytesOut, ...(error && { error }) };
  const settled = await endOrder({ events: stages.events, request, order, permit }, outcome, scope);
  if (result === undefined)
    throw (error ?? toPlantainError(undefined)).withHeaders(callsHeaders(callsOf(drawings)));
  scope.startSending();
  return { ...result, ...settled, attempts: callsOf(drawings).length, durationMs: scope.ageMs };
}

/** Why an order ends: its scope's reason where it was given up, whatever that brought about. */
function reasonOf(thrown: unknown, { signal }: OrderScope): PlantainError {
  return toPlantainError(signal.aborted ? signal.reason : thrown);
}

/** Sent again: the answer is that of an earlier order. */
function replayed(
  { events }: Stages,
  { caller }: ImageOrder,
  request: ImageRequest,
  { answer, orderId }: EarlierOrder,
  { ageMs: durationMs }: OrderScope,
): ImageAnswer {
  events.emit({ kind: 'replayed', request, caller, orderId, status: answer.status, durationMs });
  return answer;
}
