import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { ImageOrder } from '../journey/image-order.ts';
import { canStandIn, successorFor } from '../journey/successor.ts';
import type { ModelCatalogue } from './model-catalogue.ts';

/** A model that may be drawn with instead of the one that was asked for. */
export interface StandIn {
  readonly model: CatalogueModel;
  /** Only when no upstream serves the other any more; else also when none has capacity or quota for it. */
  readonly isForGoneOnly: boolean;
}

/**
 * The models that may stand in for an order's, in the order they are asked: the operator's, and where that is allowed the
 * catalogue's successor. Each can draw exactly what was asked for.
 */
export function standInsFor(
  order: Pick<ImageOrder, 'model' | 'requestedModel' | 'imageSize' | 'aspectRatio' | 'references'>,
  catalogue: Pick<ModelCatalogue, 'get' | 'fallbacksOf'>,
  allowSuccessors: boolean,
): StandIn[] {
  const fallbacks = catalogue
    .fallbacksOf(order.requestedModel, order.model)
    .filter((model) => model !== order.model && canStandIn(model, order));
  const successor = allowSuccessors ? successorFor(order, (id) => catalogue.get(id)) : undefined;
  const isNew = successor !== undefined && !fallbacks.includes(successor);
  return [
    ...fallbacks.map((model) => ({ model, isForGoneOnly: false })),
    ...(isNew ? [{ model: successor, isForGoneOnly: true }] : []),
  ];
}
