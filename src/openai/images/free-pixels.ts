import {
  type CatalogueModel,
  type PixelSize,
  pixelsOf,
  type SizeRule,
} from '../../journey/catalogue-model.ts';
import { nearestAspectRatio } from './choose-size.ts';
import type { Shape } from './published-sizes.ts';

/**
 * The shape that pixels by number are counted as, of a model that draws them to the pixel; undefined of one that does
 * not, or not these. The tier is one whose pictures have as many pixels, so that none costs more than is reserved for it.
 */
export function freeShape(size: PixelSize, model: CatalogueModel): Shape | undefined {
  const rule = model.foreign?.sizeRule;
  if (rule === undefined || !keeps(rule, size)) return undefined;
  const imageSize = model.imageSizes.find((tier) =>
    Object.values(model.pixels[tier] ?? {}).some((drawn) => pixelsOf(drawn) >= pixelsOf(size)),
  );
  if (imageSize === undefined) return undefined;
  return { aspectRatio: nearestAspectRatio(size, model.aspectRatios), imageSize };
}

function keeps(rule: SizeRule, size: PixelSize): boolean {
  const [short = 0, long = 0] = [size.widthPx, size.heightPx].toSorted((left, right) => left - right);
  return (
    short % rule.edgeMultiple === 0 &&
    long % rule.edgeMultiple === 0 &&
    long <= rule.maxEdgePx &&
    long <= short * rule.maxRatio &&
    pixelsOf(size) >= rule.minPixels &&
    pixelsOf(size) <= rule.maxPixels
  );
}
