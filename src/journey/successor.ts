import type { AspectRatio, CatalogueModel, ImageSize } from './catalogue-model.ts';

/** What a model is asked for, as far as models differ in it. */
export interface ModelWish {
  readonly model: CatalogueModel;
  readonly imageSize: ImageSize;
  readonly aspectRatio: AspectRatio | 'auto';
}

/** The successor of a wish's model that can draw exactly the same, so that it may stand in when the model is retired. */
export function successorFor(
  { model, imageSize, aspectRatio }: ModelWish,
  find: (id: string) => CatalogueModel | undefined,
): CatalogueModel | undefined {
  const successor = model.successor === null ? undefined : find(model.successor);
  if (successor?.imageSizes.includes(imageSize) !== true) return undefined;
  const canDraw = aspectRatio === 'auto' || successor.aspectRatios.includes(aspectRatio);
  return canDraw ? successor : undefined;
}
