import { type AspectRatio, formatSize, pixelsOf, type PixelSize } from './catalogue-model.ts';
import type { Adaptation, ImageOrder } from './image-order.ts';
import { type GeneratedImage, isMeasured } from './image-result.ts';

/** The part of an order that a drawn picture is held against. */
export type OrderedShape = Pick<
  ImageOrder,
  'model' | 'aspectRatio' | 'imageSize' | 'pixels' | 'mask' | 'masksTransparency' | 'output' | 'adaptations'
>;

/** The live service departs from its own tables by up to four percent (docs/contracts/gemini.md#pixels). */
const ratioTolerance = 0.05;
/** Tiers are four times apart. */
const pixelsTolerance = 1.25;

const upscaledFrom = 'upscaled-from-';

/**
 * The order's adaptations, held against what was drawn: pixels that were promised from the model's table are told as
 * measured, and a picture that is smaller or of another shape than ordered is told where nothing else tells it.
 */
export function measuredAdaptations(
  order: OrderedShape,
  images: readonly GeneratedImage[],
): readonly Adaptation[] {
  const { adaptations, output, mask, masksTransparency } = order;
  const sizes = images.filter(isMeasured).map(({ size }) => size);
  // A masked edit keeps its original's pixels, whatever was drawn.
  const isMasked = mask !== undefined || masksTransparency;
  const { exactSize } = output;
  const { parameter } = adaptations.find(isUpscaling) ?? { parameter: 'size' };
  const shape = isMasked
    ? adaptations
    : exactSize === undefined
      ? drawnShape(order, sizes)
      : [
          ...adaptations.filter((told) => !isUpscaling(told)),
          ...sizes.flatMap((size) => upscaled(parameter, exactSize, size)),
        ];
  return [...shape, ...images.flatMap((image) => untouched(order, image))];
}

function drawnShape(order: OrderedShape, sizes: readonly PixelSize[]): readonly Adaptation[] {
  const { adaptations, model, imageSize, aspectRatio, pixels } = order;
  const ofTable = aspectRatio === 'auto' ? undefined : model.pixels[imageSize]?.[aspectRatio];
  const promised = pixels ?? ofTable;
  const to = promised && formatSize(promised);
  const isPromise = (adaptation: Adaptation): boolean =>
    adaptation.action === 'mapped' && adaptation.to === to && to !== undefined;
  if (adaptations.some(isPromise) && sizes.length > 0)
    return adaptations.flatMap((adaptation) =>
      isPromise(adaptation)
        ? sizes
            .map(formatSize)
            .flatMap((drawn) => (drawn === adaptation.from ? [] : [{ ...adaptation, to: drawn }]))
        : [adaptation],
    );
  return [...adaptations, ...sizes.flatMap((size) => departures(order, size))];
}

/** How a picture's measured size departs from the ratio and the tier it was ordered in. */
function departures({ model, aspectRatio, imageSize, pixels }: OrderedShape, size: PixelSize): Adaptation[] {
  const drawn = { action: 'mapped', to: formatSize(size), reason: 'as-drawn' } as const;
  if (pixels !== undefined)
    return drawn.to === formatSize(pixels) ? [] : [{ parameter: 'size', from: formatSize(pixels), ...drawn }];
  const table = model.pixels[imageSize]?.[aspectRatio === 'auto' ? '1:1' : aspectRatio];
  const shapes =
    aspectRatio === 'auto' ? [] : [nominal(aspectRatio), ...(table === undefined ? [] : [table])];
  const isOtherShape =
    shapes.length > 0 && shapes.every((shape) => ratioBetween(shape, size) > ratioTolerance);
  const scale = table === undefined ? 1 : pixelsOf(size) / pixelsOf(table);
  const isOtherTier = scale < 1 / pixelsTolerance || scale > pixelsTolerance;
  return [
    ...(isOtherShape ? [{ parameter: 'aspect_ratio', from: aspectRatio, ...drawn }] : []),
    ...(isOtherTier ? [{ parameter: 'image_size', from: imageSize, ...drawn }] : []),
  ];
}

function isUpscaling({ reason }: Adaptation): boolean {
  return reason?.startsWith(upscaledFrom) === true;
}

/** An exact size that is delivered to the pixel, but out of fewer pixels. `parameter`: the caller's name for the size. */
export function upscaled(parameter: string, exact: PixelSize, drawn: PixelSize): Adaptation[] {
  const isCovered = drawn.widthPx >= exact.widthPx && drawn.heightPx >= exact.heightPx;
  return isCovered ? [] : [{ parameter, action: 'mapped', reason: `${upscaledFrom}${formatSize(drawn)}` }];
}

/** A picture of a type that is not known here is delivered as it came, whatever was to be done with it. */
function untouched({ output }: OrderedShape, image: GeneratedImage): Adaptation[] {
  if (isMeasured(image)) return [];
  const told = { action: 'ignored', to: image.mimeType, reason: 'unknown-type' } as const;
  const { format, exactSize } = output;
  return [
    ...(format === undefined ? [] : [{ parameter: 'output_format', from: format, ...told }]),
    ...(exactSize === undefined ? [] : [{ parameter: 'size', from: formatSize(exactSize), ...told }]),
  ];
}

function nominal(aspectRatio: AspectRatio): PixelSize {
  const [widthPx = 1, heightPx = 1] = aspectRatio.split(':').map(Number);
  return { widthPx, heightPx };
}

function ratioBetween(left: PixelSize, right: PixelSize): number {
  return Math.abs(Math.log((left.widthPx * right.heightPx) / (left.heightPx * right.widthPx)));
}
