import type { Guidance } from '../journey/guidance.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import type { Drawing } from '../journey/drawing.ts';
import type { GeneratedImage } from '../journey/image-result.ts';
import type { OrderEvents } from '../journey/order-events.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { DrawWish } from '../journey/upstream.ts';
import { drawPicture } from './draw-picture.ts';
import { health } from './health-constants.ts';
import type { ModelCatalogue } from './model-catalogue.ts';
import type { RetryPolicy } from './retry-rules.ts';
import { standInsFor } from './stand-ins.ts';
import type { UpstreamPool } from './upstream-pool.ts';

export interface DrawOptions {
  readonly pool: UpstreamPool;
  readonly catalogue: ModelCatalogue;
  readonly retryPolicy: Omit<RetryPolicy, 'deadlineAtMs' | 'silenceMs'>;
  /** Whether a retired model's successor may stand in for it. */
  readonly allowSuccessors: boolean;
  readonly events: OrderEvents;
}

/**
 * Draws all pictures of an order: one upstream call each, in parallel, because a call brings one picture
 * (docs/contracts/gemini.md#number-of-pictures). `onDraft` hears of drafts as they arrive, with the index of their picture.
 */
export function drawOrder(
  options: DrawOptions,
  order: ImageOrder,
  guidance: Guidance | undefined,
  scope: OrderScope,
  onDraft?: (draft: GeneratedImage, index: number) => void,
): Promise<Drawing[]> {
  const mask = guidance?.mask;
  const wish: DrawWish = {
    model: order.model,
    prompt: mask === undefined ? order.prompt : `${order.prompt}\n\n${mask.promptNote}`,
    aspectRatio: order.aspectRatio,
    imageSize: order.imageSize,
    references: guidance?.references ?? order.references,
    index: 0,
    ...(order.safetySettings && { safetySettings: order.safetySettings }),
    ...(order.allImages && { allImages: order.allImages }),
    ...(order.variation !== undefined && { variation: order.variation }),
  };
  const { catalogue, allowSuccessors, events } = options;
  const policy: RetryPolicy = {
    ...options.retryPolicy,
    silenceMs: order.deadlineMs * health.silenceShare,
    deadlineAtMs: order.acceptedAtMs + order.deadlineMs,
  };
  const standIns = standInsFor(order, catalogue, allowSuccessors);
  return Promise.all(
    Array.from({ length: order.count }, (_, index) => {
      const own = { index, ...(onDraft && { onDraft: (draft: GeneratedImage) => onDraft(draft, index) }) };
      return drawPicture(options.pool, policy, { ...wish, ...own }, standIns, scope, {
        onStart: (upstream, asked) =>
          events.emit({ kind: 'call-started', order, index, upstream, model: asked }),
        onEnd: (call) => events.emit({ kind: 'call-ended', order, index, call }),
      });
    }),
  );
}
