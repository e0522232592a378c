import { PlantainError, toPlantainError } from '../kernel/plantain-error.ts';
import { collectImages, type Collected } from './collect-images.ts';
import { type Drawing, lastUpstream } from './drawing.ts';
import type { Guidance } from './guidance.ts';
import type { ImageAnswer } from './image-answer.ts';
import type { Caller, ImageOrder } from './image-order.ts';
import type { Credentials, ImageRequest } from './image-request.ts';
import type { GeneratedImage } from './image-result.ts';
import type { OrderScope } from './order-scope.ts';
import type { DeliveredImage, ImageResult, Settled, Settlement } from './receipt.ts';

/** The rooms of the house as this journey needs them; `app.ts` joins them. Each may throw a catalogue error. */
export interface Stages {
  /** access/: who asks. */
  authenticate(credentials: Credentials): Promise<Caller>;
  /** openai/: what is asked, read once. */
  readOrder(request: ImageRequest, caller: Caller, scope: OrderScope): Promise<ImageOrder>;
  /** admission/ and usage/: room for it, its price reserved, its ledger row open. All or nothing. */
  admit(order: ImageOrder, scope: OrderScope): Promise<void>;
  /** pixels/: checks a mask before it costs anything, and makes the picture that explains it to the model. */
  prepare(order: ImageOrder, scope: OrderScope): Promise<Guidance | undefined>;
  /** routing/ and upstreams/: one drawing a picture, each well or badly ended. Never rejects. */
  draw(
    order: ImageOrder,
    guidance: Guidance | undefined,
    scope: OrderScope,
    onDraft?: (draft: GeneratedImage, index: number) => void,
  ): Promise<readonly Drawing[]>;
  /** pixels/: converted, fitted, masked, if that was asked. */
  finish(
    order: ImageOrder,
    guidance: Guidance | undefined,
    image: GeneratedImage,
    scope: OrderScope,
  ): Promise<GeneratedImage>;
  /** gallery/: stored behind a link, if that was asked. */
  keep(
    order: ImageOrder,
    image: GeneratedImage,
    origin: string,
    signal: AbortSignal,
  ): Promise<DeliveredImage>;
  /** usage/: the receipt. */
  settle(settlement: Settlement): Promise<Settled>;
  /** openai/: the answer, from buffers. */
  writeResult(result: ImageResult): ImageAnswer;
  writeStream(order: ImageOrder, fulfil: (listener: StreamListener) => Promise<ImageResult>): ImageAnswer;
  writeDryRun(order: ImageOrder): ImageAnswer;
}

/** Hears of an order's progress while it streams. Without `onDraft`, nobody wants drafts. */
export interface StreamListener {
  readonly onDraft?: (draft: GeneratedImage, index: number) => void;
}

/** The whole way of one request for pictures. Rejects with a catalogue error before anything was promised to the caller. */
export async function makeImages(
  stages: Stages,
  request: ImageRequest,
  scope: OrderScope,
): Promise<ImageAnswer> {
  const caller = await stages.authenticate(request.credentials);
  const order = await stages.readOrder(request, caller, scope);
  if (request.isDryRun) return stages.writeDryRun(order);

  scope.signal.throwIfAborted();
  await stages.admit(order, scope);
  scope.expireAfter(order.deadlineMs, () => {
    const message = `The picture was not ready after ${Math.round(order.deadlineMs / 1000)} seconds.`;
    return new PlantainError('upstream_timeout', message);
  });

  const guidance = await settledIfRefused(stages, order, scope);
  const plan = { order, guidance, origin: request.origin };
  if (order.stream) return stages.writeStream(order, (listener) => fulfil(stages, plan, scope, listener));
  return stages.writeResult(await fulfil(stages, plan, scope));
}

/** The mask's part of an admitted order. One that cannot be used ends the order here, at no cost. */
async function settledIfRefused(
  stages: Stages,
  order: ImageOrder,
  scope: OrderScope,
): Promise<Guidance | undefined> {
  try {
    return await stages.prepare(order, scope);
  } catch (thrown) {
    const error = toPlantainError(scope.signal.aborted ? scope.signal.reason : thrown);
    await stages.settle({ order, drawings: [], imagesDelivered: 0, bytesOut: 0, error });
    throw error;
  }
}

/** An admitted order and what it is fulfilled with. */
interface Plan {
  readonly order: ImageOrder;
  readonly guidance: Guidance | undefined;
  readonly origin: string;
}

/** From an admitted order to its pictures. However it ends, it ends in exactly one settlement. */
async function fulfil(
  stages: Stages,
  { order, guidance, origin }: Plan,
  scope: OrderScope,
  listener?: StreamListener,
): Promise<ImageResult> {
  let drawings: readonly Drawing[] = [];
  try {
    drawings = await stages.draw(order, guidance, scope, listener?.onDraft);
    const collected: Collected = collectImages(order, drawings);
    const images = await Promise.all(
      collected.images.map(async (image) => {
        const finished = await stages.finish(order, guidance, image, scope);
        return stages.keep(order, finished, origin, scope.signal);
      }),
    );
    scope.signal.throwIfAborted();
    const bytesOut = images.reduce((sum, { image }) => sum + image.base64.byteLength, 0);
    const settled = await stages.settle({ order, drawings, imagesDelivered: images.length, bytesOut });
    scope.startSending();
    return { order, images, ...settled, ...collected.facts };
  } catch (thrown) {
    const error = toPlantainError(scope.signal.aborted ? scope.signal.reason : thrown);
    await stages.settle({ order, drawings, imagesDelivered: 0, bytesOut: 0, error });
    throw error.withHeaders(upstreamHeader(drawings));
  }
}

/** Which upstream answered last, told also with an error. */
function upstreamHeader(drawings: readonly Drawing[]): Record<string, string> {
  const upstream = lastUpstream(drawings);
  return upstream === undefined ? {} : { 'plantain-upstream': upstream };
}
