import type { AspectRatio, CatalogueModel, ImageSize } from './catalogue-model.ts';

/** What a model is asked for, as far as models differ in it. */
export interface ModelWish {
  readonly model: CatalogueModel;
  readonly imageSize: ImageSize;
  readonly aspectRatio: AspectRatio | 'auto';
  readonly references?: readonly unknown[];
}

/** The successor of a wish's model that can draw exactly the same, so that it may stand in when the model is retired. */
export function successorFor(
  wish: ModelWish,
  find: (id: string) => CatalogueModel | undefined,
): CatalogueModel | undefined {
  const successor = wish.model.successor === null ? undefined : find(wish.model.successor);
  return successor !== undefined && canStandIn(successor, wish) ? successor : undefined;
}

/** Whether a model can draw exactly what is wished of another. */
export function canStandIn(
  { imageSizes, aspectRatios, maxReferenceImages }: CatalogueModel,
  { imageSize, aspectRatio, references = [] }: ModelWish,
): boolean {
  const hasRatio = aspectRatio === 'auto' || aspectRatios.includes(aspectRatio);
  return imageSizes.includes(imageSize) && hasRatio && references.length <= maxReferenceImages;
}
