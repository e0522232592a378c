import {
  type AspectRatio,
  type CatalogueModel,
  formatSize,
  type ImageSize,
  type PixelSize,
} from '../../journey/catalogue-model.ts';
import type { Adaptation, Operation } from '../../journey/image-order.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import {
  coveringImageSize,
  nearestAspectRatio,
  nearestImageSize,
  parseAspectRatio,
  parseImageSize,
  parseSize,
  type SizeWish,
} from './choose-size.ts';
import type { CheckedFields } from './read-fields.ts';

/** The shape and size of an order, and what was bent to get there. */
export interface Dimensions {
  readonly aspectRatio: AspectRatio | 'auto';
  readonly imageSize: ImageSize;
  readonly exactSize?: PixelSize;
  readonly adaptations: readonly Adaptation[];
}

/** What the model's name asks for by its suffixes. */
export interface SuffixWishes {
  readonly aspectRatio?: AspectRatio;
  readonly imageSize?: ImageSize;
}

const tierOfQuality: Readonly<Record<string, ImageSize>> = { high: '2K', hd: '2K', xhigh: '4K', max: '4K' };

/**
 * Settles ratio and tier (docs/api.md#ratio-size-and-pixels). `aspect_ratio` and `image_size` are honoured or
 * refused; a `size` that contradicts them is refused; a `size` alone is mapped to the nearest the model draws, and
 * reported when that is not exactly it; `quality` only decides when nothing else does. A suffix of the model's name serves
 * clients that always send some `size`, so it wins over `size` and that is reported.
 */
export function chooseDimensions(
  model: CatalogueModel,
  operation: Operation,
  suffix: SuffixWishes,
  fields: CheckedFields,
): Dimensions {
  const size = sizeWish(fields);
  const ratioField = explicitRatio(model, suffix, fields);
  const tierField = explicitTier(model, suffix, fields);
  const mapped = mapSize(model, size);
  const exactSize = exactWish(size, fields);
  const adaptations: Adaptation[] = [];

  refuseContradiction('aspect_ratio', ratioField, mapped.aspectRatio, suffix.aspectRatio, fields);
  if (exactSize === undefined)
    refuseContradiction('image_size', tierField, mapped.imageSize, suffix.imageSize, fields);

  // An edit without a wish follows its picture; a drawing without one is square, whatever the model would choose.
  const fallbackRatio = operation === 'edit' || size?.kind === 'auto' ? 'auto' : '1:1';
  const aspectRatio = ratioField ?? mapped.aspectRatio ?? fallbackRatio;
  let imageSize = tierField ?? mapped.imageSize;
  if (exactSize !== undefined && tierField === undefined && aspectRatio !== 'auto') {
    imageSize = coveringImageSize(exactSize, aspectRatio, model);
  }
  imageSize ??= tierByQuality(model, fields, adaptations);

  const delivered = aspectRatio === 'auto' ? undefined : model.pixels[imageSize]?.[aspectRatio];
  const from = sizeText(size);
  const to = sizeTextOf(size?.kind, aspectRatio, imageSize, delivered);
  if (exactSize === undefined && from !== to) {
    adaptations.push({ parameter: sizeParameter(fields), action: 'mapped', from, to });
  }
  adaptations.push(
    ...upscaled(exactSize, delivered, fields),
    ...overruledSuffix(suffix, aspectRatio, imageSize),
  );
  return { aspectRatio, imageSize, ...(exactSize !== undefined && { exactSize }), adaptations };
}

/** `fit: exact` past the largest tier: delivered to the pixel, but out of fewer pixels. */
function upscaled(
  exactSize: PixelSize | undefined,
  delivered: PixelSize | undefined,
  fields: CheckedFields,
): Adaptation[] {
  if (exactSize === undefined || delivered === undefined) return [];
  const isCovered = delivered.widthPx >= exactSize.widthPx && delivered.heightPx >= exactSize.heightPx;
  if (isCovered) return [];
  const reason = `upscaled-from-${formatSize(delivered)}`;
  return [{ parameter: sizeParameter(fields), action: 'mapped', reason }];
}

/** A field wins over the suffix of the model's name. */
function overruledSuffix(suffix: SuffixWishes, aspectRatio: string, imageSize: ImageSize): Adaptation[] {
  const overruled = [
    [suffix.aspectRatio, aspectRatio],
    [suffix.imageSize, imageSize],
  ] as const;
  return overruled.flatMap(([wish, chosen]) =>
    wish === undefined || wish === chosen
      ? []
      : [
          {
            parameter: 'model',
            action: 'mapped' as const,
            from: wish,
            to: chosen,
            reason: 'a-field-wins-over-the-suffix',
          },
        ],
  );
}

/** A `size` as text; empty when there is none, or it is `auto`. */
function sizeText(size: SizeWish | undefined): string {
  if (size?.kind === 'pixels') return formatSize(size.size);
  if (size?.kind === 'ratio') return size.aspectRatio;
  return size?.kind === 'tier' ? size.imageSize : '';
}

/** What is done about a `size` of some kind, in the same terms. */
function sizeTextOf(
  kind: SizeWish['kind'] | undefined,
  aspectRatio: string,
  imageSize: ImageSize,
  delivered: PixelSize | undefined,
): string {
  if (kind === 'pixels') return delivered === undefined ? imageSize : formatSize(delivered);
  if (kind === 'ratio') return aspectRatio;
  return kind === 'tier' ? imageSize : '';
}

/** The caller's name for the size; `width` stands for the pair. */
function sizeParameter(fields: CheckedFields): string {
  return fields.pathOf(fields.values.size === undefined ? 'width' : 'size');
}

/** `size`, or `width` and `height` together. */
function sizeWish({ values }: CheckedFields): SizeWish | undefined {
  if (values.size !== undefined) return parseSize(values.size);
  if (values.width === undefined || values.height === undefined) return undefined;
  return { kind: 'pixels', size: { widthPx: values.width, heightPx: values.height } };
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

/** The nearest ratio and tier to `size`. A ratio or tier the model lacks is refused: the caller named it outright. */
function mapSize(
  model: CatalogueModel,
  size: SizeWish | undefined,
): { aspectRatio?: AspectRatio; imageSize?: ImageSize } {
  switch (size?.kind) {
    case 'pixels':
      return {
        aspectRatio: nearestAspectRatio(size.size, model.aspectRatios),
        imageSize: nearestImageSize(size.size, model.imageSizes),
      };
    case 'ratio':
      if (!model.aspectRatios.includes(size.aspectRatio))
        throw unsupported('size', size.aspectRatio, model, model.aspectRatios);
      return { aspectRatio: size.aspectRatio };
    case 'tier':
      if (!model.imageSizes.includes(size.imageSize))
        throw unsupported('size', size.imageSize, model, model.imageSizes);
      return { imageSize: size.imageSize };
    default:
      return {};
  }
}

function exactWish(size: SizeWish | undefined, fields: CheckedFields): PixelSize | undefined {
  if (fields.values.fit !== 'exact') return undefined;
  if (size?.kind === 'pixels') return size.size;
  throw new PlantainError('invalid_value', "fit 'exact' needs a size such as 1200x630.", {
    param: fields.pathOf('fit'),
  });
}

function refuseContradiction(
  name: 'aspect_ratio' | 'image_size',
  explicit: string | undefined,
  mapped: string | undefined,
  suffix: string | undefined,
  fields: CheckedFields,
): void {
  const agrees = explicit === undefined || explicit === 'auto' || mapped === undefined || explicit === mapped;
  // Clients that send width and height send them always, out of their form; an explicit wish wins and that is told.
  if (agrees || explicit === suffix || fields.values.size === undefined) return;
  const message = `size '${fields.values.size}' (nearest: ${mapped}) contradicts ${name} '${explicit}'. Leave one of them out.`;
  throw new PlantainError('invalid_value', message, { param: fields.pathOf('size') });
}

function tierByQuality(model: CatalogueModel, fields: CheckedFields, adaptations: Adaptation[]): ImageSize {
  const quality = fields.values.quality;
  const wish = tierOfQuality[quality ?? ''];
  if (wish === undefined || quality === undefined) return model.defaultImageSize;
  if (model.imageSizes.includes(wish)) return wish;
  const best = model.imageSizes.at(-1) ?? model.defaultImageSize;
  adaptations.push({ parameter: fields.pathOf('quality'), action: 'mapped', from: quality, to: best });
  return best;
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
