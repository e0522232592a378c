import { createAuthenticate } from '../access/authenticate.ts';
import type { Config } from '../config/config-schema.ts';
import type { Gallery } from '../gallery/gallery.ts';
import { likelyAnswerBytes } from '../journey/catalogue-model.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import type { Stages } from '../journey/make-images.ts';
import { successorFor } from '../journey/successor.ts';
import type { Clock } from '../kernel/clock.ts';
import type { OrdersInFlight } from '../admission/orders-in-flight.ts';
import { orderLog } from '../observe/order-log.ts';
import { type ReadOrderTools, readOrder } from '../openai/images/read-order.ts';
import { writeDryRun } from '../openai/images/write-dry-run.ts';
import { writeResult } from '../openai/images/write-result.ts';
import { writeStream } from '../openai/images/write-stream.ts';
import { decodeBase64Pieces } from '../bytes/decode-base64.ts';
import { inspectPicture } from '../pixels/headers/inspect-picture.ts';
import { uprightSize } from '../pixels/headers/picture-facts.ts';
import { checkMask } from '../pixels/mask/mask-rules.ts';
import { checkOutputSize } from '../pixels/output-size.ts';
import type { PixelWorks } from '../pixels/pixel-works.ts';
import { drawOrder } from '../routing/draw-order.ts';
import type { ModelCatalogue } from '../routing/model-catalogue.ts';
import type { UpstreamPool } from '../routing/upstream-pool.ts';
import type { SqlApiKeyStore } from '../store/sql/sql-api-key-store.ts';
import type { Ledger } from '../usage/ledger.ts';
import { highestPrice } from '../usage/price.ts';
import { settleOrder } from '../usage/settle-order.ts';

/** Everything the journey's rooms need, already built. */
export interface StageParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly keys: SqlApiKeyStore;
  readonly ledger: Ledger;
  readonly catalogue: ModelCatalogue;
  readonly pool: UpstreamPool;
  readonly inFlight: OrdersInFlight;
  readonly pixels: PixelWorks;
  readonly gallery: () => Promise<Gallery>;
  readonly fetchRemote: ReadOrderTools['fetchRemote'];
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** The longest an order waits for memory before it is refused: nothing of it was drawn yet. */
export const maxMemoryWaitMs = 30_000;
/** Waits between two tries of one picture. */
const backoff = { minBackoffMs: 200, maxBackoffMs: 1500 };

/** Joins the rooms into the journey's stages. */
export function createStages(parts: StageParts): Stages {
  const { config, clock, ledger, catalogue, pool, pixels } = parts;
  const readTools: ReadOrderTools = {
    resolveModel: (name) => catalogue.resolve(name),
    inspectReference: (base64) => {
      const facts = inspectPicture(base64);
      return facts && { mimeType: facts.mimeType, size: uprightSize(facts), hasAlpha: facts.hasAlpha };
    },
    checkMask,
    checkOutputSize: (wish) => checkOutputSize(wish, config.images.maxPixels),
    fetchRemote: parts.fetchRemote,
    maxReferenceBytes: config.limits.maxReferenceBytes,
  };
  const drawOptions = {
    pool,
    catalogue,
    allowSuccessors: config.allowSuccessors,
    retryPolicy: { maxTries: config.limits.upstreamTries, ...backoff },
  };
  /** The most an order can cost; a successor that may stand in for a retired model can be the dearer one. */
  const reservation = (order: ImageOrder): number => {
    const successor = config.allowSuccessors ? successorFor(order, (id) => catalogue.get(id)) : undefined;
    const models = successor === undefined ? [order.model] : [order.model, successor];
    return highestPrice(order, models, config.limits.upstreamTries);
  };
  const authenticate = createAuthenticate(parts.keys);
  return {
    async authenticate(credentials) {
      const caller = await authenticate(credentials);
      return config.strict ? { ...caller, strict: true } : caller;
    },
    readOrder: (request, caller, { signal, memory }) =>
      readOrder(readTools, request, caller, { signal, memory }),
    async admit(order, scope) {
      parts.inFlight.enter(scope);
      // Whoever waits for memory goes first: an order that is drawn should find room for its picture.
      (await scope.memory.reserve(likelyAnswerBytes(order), scope.signal, maxMemoryWaitMs))();
      await ledger.open({
        id: order.id,
        keyId: order.caller.keyId,
        operation: order.operation,
        model: order.model.id,
        requestedModel: order.requestedModel,
        imagesRequested: order.count,
        reservedMicroUsd: reservation(order),
        createdAtMs: order.acceptedAtMs,
        endUser: order.endUser ?? null,
      });
    },
    prepare: (order, scope) => pixels.prepareMask(order, scope),
    draw: (order, guidance, scope, onDraft) => drawOrder(drawOptions, order, guidance, scope, onDraft),
    finish: (order, guidance, image, scope) => pixels.finish(order, guidance, image, scope),
    async keep(order, image, origin, signal) {
      if (order.output.delivery !== 'url') return { image };
      const gallery = await parts.gallery();
      const stored = await gallery.keep(decodeBase64Pieces(image.base64), image.mimeType, signal);
      return { image, url: gallery.linkTo(stored, origin) };
    },
    async settle(settlement) {
      const settled = await settleOrder(ledger, clock, settlement);
      parts.log.info(orderLog(settlement, settled, clock.nowMs()), 'order');
      for (const oddity of settled.oddities)
        parts.log.warn({ order: settlement.order.id, ...oddity }, 'token counts that cannot be');
      return settled;
    },
    writeResult: (result) => writeResult(result, clock.nowMs()),
    writeStream: (order, fulfil) => writeStream(order, fulfil, () => clock.nowMs()),
    writeDryRun: (order) => writeDryRun(order, reservation(order)),
  };
}
