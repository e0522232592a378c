import type { AspectRatio, CatalogueModel, ImageSize, PixelSize } from '../../journey/catalogue-model.ts';
import type { Operation } from '../../journey/image-order.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import {
  coveringImageSize,
  nearestAspectRatio,
  nearestImageSize,
  parseAspectRatio,
  parseImageSize,
  type SizeWish,
} from './choose-size.ts';
import { freeShape } from './free-pixels.ts';
import { publishedShape, type Shape } from './published-sizes.ts';
import type { CheckedFields } from './read-fields.ts';
import { type SentSize, sentSize } from './sent-size.ts';
import { tierOfQuality } from './tier-of-quality.ts';

/** The shape and size of an order, and how they came about. */
export interface Dimensions {
  readonly aspectRatio: AspectRatio | 'auto';
  readonly imageSize: ImageSize;
  readonly exactSize?: PixelSize;
  /** Pixels that the model draws as they were asked for. */
  readonly pixels?: PixelSize;
  /** `size`, or `width` and `height` together. */
  readonly sent: SentSize | undefined;
  /** What that size alone would have come to. */
  readonly mapped: Partial<Shape>;
  readonly tierFrom: 'image_size' | 'suffix' | 'size' | 'quality' | 'default';
}

/** What the model's name asks for by its suffixes. */
export interface SuffixWishes {
  readonly aspectRatio?: AspectRatio;
  readonly imageSize?: ImageSize;
}

/**
 * Settles ratio and tier (docs/api.md#ratio-size-and-pixels). `aspect_ratio` and `image_size` are honoured or refused, and
 * win over a `size` that says otherwise: clients send one always, out of their form. So does a suffix of the model's name.
 * A `size` alone is mapped to the nearest the model draws; `quality` only decides when nothing else does.
 * `reportDimensions` tells the caller what was bent.
 */
export function chooseDimensions(
  model: CatalogueModel,
  operation: Operation,
  suffix: SuffixWishes,
  fields: CheckedFields,
): Dimensions {
  const sent = sentSize(fields);
  const size = sent?.wish;
  const ratioWish = explicitRatio(model, suffix, fields);
  const tierWish = explicitTier(model, suffix, fields);
  const exactSize = exactWish(size, fields);
  const isFree = ratioWish === undefined && tierWish === undefined && size?.kind === 'pixels';
  const free = isFree ? freeShape(size.size, model) : undefined;
  const mapped = free ?? mapSize(model, size, ratioWish, tierWish);
  if (exactSize !== undefined) refuseOtherShape(ratioWish, mapped, suffix, sent, fields);

  // An edit without a wish follows its picture; a drawing without one is square, whatever the model would choose.
  const fallbackRatio = operation === 'edit' || size?.kind === 'auto' ? 'auto' : '1:1';
  const aspectRatio = ratioWish ?? mapped.aspectRatio ?? fallbackRatio;
  const ofSize =
    exactSize === undefined || aspectRatio === 'auto' || free !== undefined
      ? mapped.imageSize
      : coveringImageSize(exactSize, aspectRatio, model);
  // The first that asks for a tier decides.
  const wishes: readonly (readonly [Dimensions['tierFrom'], ImageSize | undefined])[] = [
    [fields.values.image_size === undefined ? 'suffix' : 'image_size', tierWish],
    ['size', ofSize],
    ['quality', tierOfQuality(fields.values.quality, model)],
  ];
  const [tierFrom = 'default', imageSize = model.defaultImageSize] =
    wishes.find(([, tier]) => tier !== undefined) ?? [];
  return {
    aspectRatio,
    imageSize,
    ...(exactSize !== undefined && { exactSize }),
    ...(free !== undefined && size?.kind === 'pixels' && { pixels: size.size }),
    sent,
    mapped,
    tierFrom,
  };
}

function explicitRatio(
  model: CatalogueModel,
  suffix: SuffixWishes,
  fields: CheckedFields,
): AspectRatio | 'auto' | undefined {
  const text = fields.values.aspect_ratio ?? suffix.aspectRatio;
  if (text === undefined || text.trim().toLowerCase() === 'auto')
    return text === undefined ? undefined : 'auto';
  const wish = parseAspectRatio(text);
  if (wish !== undefined && model.aspectRatios.includes(wish)) return wish;
  throw unsupported(fields.pathOf('aspect_ratio'), text, model, model.aspectRatios);
}

function explicitTier(
  model: CatalogueModel,
  suffix: SuffixWishes,
  fields: CheckedFields,
): ImageSize | undefined {
  const text = fields.values.image_size ?? suffix.imageSize;
  if (text === undefined) return undefined;
  const wish = parseImageSize(text);
  if (wish !== undefined && model.imageSizes.includes(wish)) return wish;
  throw unsupported(fields.pathOf('image_size'), text, model, model.imageSizes);
}

/** The nearest ratio and tier to `size`. One that is named outright, stands alone and is not the model's is refused. */
function mapSize(
  model: CatalogueModel,
  size: SizeWish | undefined,
  ratioWish: string | undefined,
  tierWish: string | undefined,
): Partial<Shape> {
  switch (size?.kind) {
    case 'pixels':
      return nearestShape(size.size, model);
    case 'ratio':
      if (ratioWish === undefined && !model.aspectRatios.includes(size.aspectRatio))
        throw unsupported('size', size.aspectRatio, model, model.aspectRatios);
      return { aspectRatio: size.aspectRatio };
    case 'tier':
      if (tierWish === undefined && !model.imageSizes.includes(size.imageSize))
        throw unsupported('size', size.imageSize, model, model.imageSizes);
      return { imageSize: size.imageSize };
    default:
      return {};
  }
}

function nearestShape(size: PixelSize, { aspectRatios, imageSizes }: CatalogueModel): Shape {
  const published = publishedShape(size);
  const has = <Item>(items: readonly Item[], item: Item | undefined): Item | undefined =>
    items.find((one) => one === item);
  return {
    aspectRatio: has(aspectRatios, published?.aspectRatio) ?? nearestAspectRatio(size, aspectRatios),
    imageSize: has(imageSizes, published?.imageSize) ?? nearestImageSize(size, imageSizes),
  };
}

function exactWish(size: SizeWish | undefined, fields: CheckedFields): PixelSize | undefined {
  if (fields.values.fit !== 'exact') return undefined;
  if (size?.kind === 'pixels') return size.size;
  throw new PlantainError('invalid_value', "fit 'exact' needs a size such as 1200x630.", {
    param: fields.pathOf('fit'),
  });
}

/** Exact pixels of one shape and an explicit ratio of another cannot both be. */
function refuseOtherShape(
  ratioWish: AspectRatio | 'auto' | undefined,
  mapped: Partial<Shape>,
  suffix: SuffixWishes,
  sent: SentSize | undefined,
  { pathOf }: CheckedFields,
): void {
  const agrees = ratioWish === undefined || ratioWish === 'auto' || ratioWish === mapped.aspectRatio;
  // A suffix, and a width and height, come with every request of some clients: the ratio is drawn, the pixels are cut.
  if (agrees || ratioWish === suffix.aspectRatio || sent?.name !== 'size') return;
  const message = `size '${sent.text}' (nearest: ${mapped.aspectRatio}) contradicts aspect_ratio '${ratioWish}' where fit is 'exact'. Leave one of them out.`;
  throw new PlantainError('invalid_value', message, { param: pathOf('size') });
}

function unsupported(
  param: string,
  value: string,
  model: CatalogueModel,
  supported: readonly string[],
): PlantainError {
  const message = `Invalid value for '${param}': '${value.slice(0, 60)}' is not supported by ${model.id}. Supported values: ${supported.join(', ')}.`;
  return new PlantainError('invalid_value', message, { param });
}
