import {
  type AspectRatio,
  aspectRatios,
  type CatalogueModel,
  type ImageSize,
  type PixelSize,
} from '../journey/catalogue-model.ts';
import { GoogleError } from './google-error.ts';

export interface ChosenPicture {
  readonly aspectRatio: AspectRatio;
  readonly imageSize: ImageSize;
  readonly pixels: PixelSize;
}

/** Spellings the model layer takes for the tiers, in the order its own message lists them. */
const sizeSpellings: ReadonlyMap<string, ImageSize> = new Map([
  ['1K', '1K'],
  ['2K', '2K'],
  ['4K', '4K'],
  ['512', '512'],
  ['512P', '512'],
  ['512PX', '512'],
]);

/** The ratio of a request, checked against the model. Throws the model layer's text; the proto layer has checked the list. */
export function checkAspectRatio(
  model: CatalogueModel,
  requested: string | undefined,
): AspectRatio | undefined {
  if (requested === undefined || requested === '') return undefined;
  const found = model.aspectRatios.find((ratio) => ratio === requested);
  if (found === undefined) {
    throw new GoogleError('INVALID_ARGUMENT', `Aspect ratio ${requested} is not supported for this model`);
  }
  return found;
}

/** The tier of a request. A model that ignores `imageSize` ignores nonsense as well (docs/contracts/gemini.md#validation). */
export function checkImageSize(model: CatalogueModel, requested: string | undefined): ImageSize {
  if (requested === undefined || requested === '' || !model.sendsImageSize) return model.defaultImageSize;
  const tier = sizeSpellings.get(requested);
  if (tier === undefined) {
    const supported = [...sizeSpellings.keys()].join(', ');
    throw new GoogleError(
      'INVALID_ARGUMENT',
      `Unsupported image_size '${requested}'. Supported values are: ${supported}.`,
    );
  }
  if (!model.imageSizes.includes(tier)) {
    throw new GoogleError('INVALID_ARGUMENT', `Image size ${requested} is not supported for this model`);
  }
  return tier;
}

/** Without a ratio an edit keeps the shape of its last picture, and a text alone gives a square. */
export function choosePicture(
  model: CatalogueModel,
  imageSize: ImageSize,
  requested: AspectRatio | undefined,
  lastImage: PixelSize | undefined,
): ChosenPicture {
  const aspectRatio = requested ?? (lastImage === undefined ? '1:1' : nearestRatio(model, lastImage));
  const pixels = model.pixels[imageSize]?.[aspectRatio];
  if (pixels === undefined)
    throw new Error(`the catalogue has no pixels for ${model.id} at ${imageSize} ${aspectRatio}`);
  return { aspectRatio, imageSize, pixels };
}

/** The sizes the live service gave where it departed from its own table (docs/contracts/gemini.md#pixels). */
const measuredDepartures: Readonly<Record<string, PixelSize>> = {
  '1K 16:9': { widthPx: 1408, heightPx: 768 },
  '2K 16:9': { widthPx: 2816, heightPx: 1536 },
  '4K 16:9': { widthPx: 5632, heightPx: 3072 },
  '1K 1:4': { widthPx: 512, heightPx: 2064 },
  '1K 8:1': { widthPx: 2928, heightPx: 352 },
};

/** A size other than the documented one: a measured one where known, else the longer side grown by 32 pixels. */
export function departedPixels({ imageSize, aspectRatio, pixels }: ChosenPicture): PixelSize {
  const measured = measuredDepartures[`${imageSize} ${aspectRatio}`];
  if (measured !== undefined) return measured;
  return pixels.widthPx >= pixels.heightPx
    ? { widthPx: pixels.widthPx + 32, heightPx: pixels.heightPx }
    : { widthPx: pixels.widthPx, heightPx: pixels.heightPx + 32 };
}

function nearestRatio(model: CatalogueModel, { widthPx, heightPx }: PixelSize): AspectRatio {
  const wanted = Math.log(widthPx / heightPx);
  let nearest: AspectRatio = '1:1';
  let nearestDistance = Number.POSITIVE_INFINITY;
  for (const ratio of aspectRatios) {
    if (!model.aspectRatios.includes(ratio)) continue;
    const [width = 1, height = 1] = ratio.split(':').map(Number);
    const distance = Math.abs(Math.log(width / height) - wanted);
    if (distance < nearestDistance) {
      nearest = ratio;
      nearestDistance = distance;
    }
  }
  return nearest;
}
