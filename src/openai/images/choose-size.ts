import {
  type AspectRatio,
  aspectRatios,
  type CatalogueModel,
  type ImageSize,
  imageSizes,
  type PixelSize,
} from '../../journey/catalogue-model.ts';

/** A `size` field, understood. */
export type SizeWish =
  | { readonly kind: 'auto' }
  | { readonly kind: 'pixels'; readonly size: PixelSize }
  | { readonly kind: 'ratio'; readonly aspectRatio: AspectRatio }
  | { readonly kind: 'tier'; readonly imageSize: ImageSize };

const nominalEdgePx: Readonly<Record<ImageSize, number>> = { '512': 512, '1K': 1024, '2K': 2048, '4K': 4096 };

/** Reads `auto`, `1024x1024`, `16:9` or `2K`; undefined for anything else. */
export function parseSize(text: string): SizeWish | undefined {
  const wish = text.trim().toLowerCase();
  if (wish === 'auto') return { kind: 'auto' };
  const imageSize = parseImageSize(wish);
  if (imageSize !== undefined) return { kind: 'tier', imageSize };
  const [, width, height] = /^(\d{1,5})\s*[x×*]\s*(\d{1,5})$/.exec(wish) ?? [];
  if (width !== undefined && height !== undefined) {
    const size = { widthPx: Number(width), heightPx: Number(height) };
    return size.widthPx > 0 && size.heightPx > 0 ? { kind: 'pixels', size } : undefined;
  }
  const aspectRatio = wish.includes(':') ? parseAspectRatio(wish) : undefined;
  return aspectRatio === undefined ? undefined : { kind: 'ratio', aspectRatio };
}

/** Reads `16:9`, also `16x9` and `16/9`; undefined when it is none of the fourteen ratios. */
export function parseAspectRatio(text: string): AspectRatio | undefined {
  const [, width, height] = /^(\d{1,2})(?:\s{0,9}[x×/]\s{0,9}|:)(\d{1,2})$/i.exec(text.trim()) ?? [];
  const plain = `${width}:${height}`;
  return aspectRatios.find((known) => known === plain);
}

/** Reads `1K`, `2K`, `4K` and `512` in the spellings clients use (`2k`, `512px`, `0.5K`). */
export function parseImageSize(text: string): ImageSize | undefined {
  const plain = text
    .trim()
    .toUpperCase()
    .replace(/^512(?:P|PX)$|^0\.5K$/, '512');
  return imageSizes.find((known) => known === plain);
}

/** The ratio whose shape is nearest, by the difference of logarithms, so that 2:1 and 1:2 are equally far from 1:1. */
export function nearestAspectRatio(size: PixelSize, supported: readonly AspectRatio[]): AspectRatio {
  const wanted = Math.log(size.widthPx / size.heightPx);
  return nearest(supported, (ratio) => Math.abs(Math.log(shapeOf(ratio)) - wanted)) ?? '1:1';
}

/** The tier whose area is nearest by logarithm; of two equally near ones, the smaller. */
export function nearestImageSize(size: PixelSize, supported: readonly ImageSize[]): ImageSize {
  const wanted = Math.log(size.widthPx * size.heightPx);
  return nearest(supported, (tier) => Math.abs(2 * Math.log(nominalEdgePx[tier]) - wanted)) ?? '1K';
}

/** The smallest tier whose picture at `aspectRatio` covers `size` on both edges; the largest when none does. */
export function coveringImageSize(
  size: PixelSize,
  aspectRatio: AspectRatio,
  model: CatalogueModel,
): ImageSize {
  const covers = model.imageSizes.find((tier) => {
    const pixels = model.pixels[tier]?.[aspectRatio];
    return pixels !== undefined && pixels.widthPx >= size.widthPx && pixels.heightPx >= size.heightPx;
  });
  return covers ?? model.imageSizes.at(-1) ?? model.defaultImageSize;
}

function shapeOf(ratio: AspectRatio): number {
  const [width = 1, height = 1] = ratio.split(':').map(Number);
  return width / height;
}

function nearest<Item>(items: readonly Item[], distance: (item: Item) => number): Item | undefined {
  let best: Item | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const itemDistance = distance(item);
    // Equal up to rounding counts as equal, so that a tie is settled by order and not by noise.
    if (itemDistance < bestDistance - 1e-9) {
      best = item;
      bestDistance = itemDistance;
    }
  }
  return best;
}
