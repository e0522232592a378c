import { PlantainError, toPlantainError } from '../kernel/plantain-error.ts';
import type { Permit } from './admission.ts';
import { collectImages } from './collect-images.ts';
import { deliverImages } from './deliver-images.ts';
import type { Dialect, StreamListener } from './dialect.ts';
import { type Drawing, lastUpstream } from './drawing.ts';
import type { Guidance } from './guidance.ts';
import type { ImageAnswer } from './image-answer.ts';
import type { Caller, ImageOrder } from './image-order.ts';
import type { ImageRequest } from './image-request.ts';
import type { OrderScope } from './order-scope.ts';
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
  let rates: Permit['headers'] | undefined;
  let plan: Plan;
  try {
    caller = await stages.authenticate(request.credentials);
    const order = await dialect.read(request, caller, scope);
    if (request.isDryRun) return dialect.writeDryRun(order, stages.highestCost(order));
    scope.signal.throwIfAborted();
    const permit = await stages.admit(order, scope);
    rates = permit.headers;
    stages.events.emit({ kind: 'admitted', order });
    scope.expireAfter(order.deadlineMs, () => outOfTime(order));
    plan = { order, permit, request, guidance: await prepared(stages, order, permit, scope) };
  } catch (thrown) {
    const error = reasonOf(thrown, scope);
    stages.events.emit({ kind: 'refused', request, caller, error });
    throw rates === undefined ? error : error.withHeaders(rates);
  }
  const answer = plan.order.stream
    ? dialect.writeStream(plan.order, (listener) => fulfil(stages, plan, scope, listener))
    : dialect.writeResult(await fulfil(stages, plan, scope));
  return { ...answer, headers: { ...answer.headers, ...rates } };
}

/** An admitted order and what it is fulfilled with. */
interface Plan {
  readonly order: ImageOrder;
  readonly permit: Permit;
  readonly request: ImageRequest;
  readonly guidance: Guidance | undefined;
}

/** An admitted order's mask. One that cannot be used ends the order here, at no cost. */
async function prepared(
  stages: Stages,
  order: ImageOrder,
  permit: Permit,
  scope: OrderScope,
): Promise<Guidance | undefined> {
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
  let result: Omit<ImageResult, 'costMicroUsd' | 'pricedUsage' | 'durationMs'> | undefined;
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
  const settled = await permit.settle(outcome);
  const durationMs = scope.ageMs;
  stages.events.emit({ kind: 'settled', request, settlement: { order, ...outcome }, settled, durationMs });
  if (result === undefined)
    throw (error ?? toPlantainError(undefined)).withHeaders({
      ...upstreamHeader(drawings),
      ...permit.headers,
    });
  scope.startSending();
  return { ...result, ...settled, durationMs };
}

/** Why an order ends: its scope's reason where it was given up, whatever that brought about. */
function reasonOf(thrown: unknown, { signal }: OrderScope): PlantainError {
  return toPlantainError(signal.aborted ? signal.reason : thrown);
}

function outOfTime({ deadlineMs }: ImageOrder): PlantainError {
  const message = `The picture was not ready after ${Math.round(deadlineMs / 1000)} seconds.`;
  return new PlantainError('upstream_timeout', message);
}

/** Which upstream answered last, told also with an error. */
function upstreamHeader(drawings: readonly Drawing[]): Record<string, string> {
  const upstream = lastUpstream(drawings);
  return upstream === undefined ? {} : { 'plantain-upstream': upstream };
}
