import { type CatalogueModel, formatSize, type PixelSize } from '../../journey/catalogue-model.ts';
import type { Adaptation } from '../../journey/image-order.ts';
import { upscaled } from '../../journey/measured-adaptations.ts';
import type { Dimensions, SuffixWishes } from './choose-dimensions.ts';
import type { CheckedFields } from './read-fields.ts';
import { wishOfQuality } from './tier-of-quality.ts';

/** What the caller is told of how ratio and tier were chosen: every wish that is not met to the letter. */
export function reportDimensions(
  model: CatalogueModel,
  suffix: SuffixWishes,
  fields: CheckedFields,
  chosen: Dimensions,
): readonly Adaptation[] {
  const { aspectRatio, imageSize, exactSize } = chosen;
  const ofTable = aspectRatio === 'auto' ? undefined : model.pixels[imageSize]?.[aspectRatio];
  const delivered = chosen.pixels ?? ofTable;
  return [
    ...bentQuality(fields, chosen),
    ...bentSize(fields, chosen, delivered),
    ...(exactSize === undefined || delivered === undefined
      ? []
      : upscaled(sizeParameter(fields, chosen), exactSize, delivered)),
    ...overruledSuffix(suffix.aspectRatio, aspectRatio),
    ...overruledSuffix(suffix.imageSize, imageSize),
  ];
}

/** Why a quality changes nothing; undefined when it does, or when what it stands for comes anyway. */
export function idleQualityReason(
  { values }: CheckedFields,
  { imageSize, tierFrom }: Dimensions,
): string | undefined {
  const wish = wishOfQuality(values.quality);
  if (wish === undefined || wish === imageSize || tierFrom === 'quality') return undefined;
  return tierFrom === 'default' ? 'no-effect' : `${tierFrom}-decides`;
}

/** A quality beyond the model gets its best. */
function bentQuality({ values, pathOf }: CheckedFields, { imageSize, tierFrom }: Dimensions): Adaptation[] {
  const { quality } = values;
  if (tierFrom !== 'quality' || quality === undefined || wishOfQuality(quality) === imageSize) return [];
  return [{ parameter: pathOf('quality'), action: 'mapped', from: quality, to: imageSize }];
}

/** A size that does not come as it was written; an exact one does. */
function bentSize(fields: CheckedFields, chosen: Dimensions, delivered: PixelSize | undefined): Adaptation[] {
  const { sent, mapped, aspectRatio, imageSize, exactSize, pixels, tierFrom } = chosen;
  const size = sent?.wish;
  if (size === undefined || size.kind === 'auto') return [];
  if (exactSize !== undefined || pixels !== undefined) return [];
  const [from, to] =
    size.kind === 'pixels'
      ? [formatSize(size.size), delivered === undefined ? imageSize : formatSize(delivered)]
      : size.kind === 'ratio'
        ? [size.aspectRatio, aspectRatio]
        : [size.imageSize, imageSize];
  if (from === to) return [];
  const isRatioOverruled = mapped.aspectRatio !== undefined && mapped.aspectRatio !== aspectRatio;
  const isTierOverruled = mapped.imageSize !== undefined && mapped.imageSize !== imageSize;
  const reason = isRatioOverruled
    ? `${fields.values.aspect_ratio === undefined ? 'suffix' : 'aspect_ratio'}-decides`
    : isTierOverruled
      ? `${tierFrom}-decides`
      : undefined;
  const parameter = sizeParameter(fields, chosen);
  return [{ parameter, action: 'mapped', from, to, ...(reason !== undefined && { reason }) }];
}

/** A field wins over the suffix of the model's name. */
function overruledSuffix(wish: string | undefined, chosen: string): Adaptation[] {
  if (wish === undefined || wish === chosen) return [];
  const reason = 'a-field-wins-over-the-suffix';
  return [{ parameter: 'model', action: 'mapped', from: wish, to: chosen, reason }];
}

/** The caller's name for the size. */
export function sizeParameter({ pathOf }: CheckedFields, { sent }: Pick<Dimensions, 'sent'>): string {
  return pathOf(sent?.name ?? 'size');
}
