import { formatSize, pixelsOf, type PixelSize } from '../journey/catalogue-model.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { type ConversionWish, conversionOf, type PictureKind } from './convert-image.ts';
import { mimeTypeOfFormat } from './encode-picture.ts';
import { compositeFormatOf } from './mask/composite-mask.ts';
import { sideFault } from './output-size.ts';

/** What becomes of an order's pictures, as far as it is known before anything is drawn. */
export interface ExpectedOutput {
  /** What the model draws, by the catalogue. */
  readonly drawn: PictureKind;
  /** Upright size of the picture whose mask says where to edit; the result has it too. */
  readonly maskedSize?: PixelSize | undefined;
  readonly wish: ConversionWish;
  /** The caller's names for what asks for the size, for the format, and for the picture. */
  readonly params: { readonly size: string; readonly format: string; readonly image: string };
}

/**
 * Throws `invalid_value` for a picture that could be drawn and paid for, but not be made into what was asked: beyond the
 * pixels that are worked on here, or beyond what the format carries.
 */
export function checkOutput({ drawn, maskedSize, wish, params }: ExpectedOutput, maxPixels: number): void {
  const { exactSize } = wish;
  if (exactSize !== undefined && pixelsOf(exactSize) > maxPixels) {
    const limit = `more than the ${maxPixels} pixels that this server makes. Ask for a smaller size.`;
    throw fault(params.size, `${formatSize(exactSize)} is ${limit}`);
  }
  const format = compositeFormatOf(wish);
  const before = maskedSize === undefined ? drawn : { mimeType: mimeTypeOfFormat[format], size: maskedSize };
  const conversion = conversionOf(before, wish);
  const askedBy = wish.format === undefined ? params.size : params.format;
  if (maskedSize !== undefined) {
    checkWorkable(params.image, 'An image with a mask', maskedSize, maxPixels);
    checkSides(wish.format === undefined ? params.image : params.format, format, maskedSize);
  }
  if (maskedSize !== undefined || conversion !== undefined) {
    const param = maskedSize === undefined ? askedBy : params.size;
    checkWorkable(param, 'To be made into what was asked for, the drawn picture', drawn.size, maxPixels);
  }
  if (conversion !== undefined) {
    const param = exactSize === undefined ? askedBy : params.size;
    checkSides(param, conversion.format, conversion.size ?? before.size);
  }
}

function checkWorkable(param: string, what: string, size: PixelSize, maxPixels: number): void {
  if (pixelsOf(size) <= maxPixels) return;
  const message = `${what} must have at most ${maxPixels} pixels on this server, and this one has ${formatSize(size)}. Ask for a smaller one.`;
  throw fault(param, message);
}

function checkSides(param: string, format: Parameters<typeof sideFault>[0], size: PixelSize): void {
  const found = sideFault(format, size);
  if (found !== undefined) throw fault(param, found);
}

function fault(param: string, text: string): PlantainError {
  return new PlantainError('invalid_value', `Invalid value for '${param}': ${text}`, { param });
}
