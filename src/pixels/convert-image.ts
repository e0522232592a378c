import type { PixelSize } from '../journey/catalogue-model.ts';
import type { OutputFormat, OutputWish } from '../journey/image-order.ts';
import type { ImageMimeType, MeasuredImage } from '../journey/image-result.ts';
import { decodeBase64InTurns } from '../bytes/decode-base64.ts';
import { readMark } from '../kernel/sandbox-mark.ts';
import { encodeAs, mimeTypeOfFormat } from './encode-picture.ts';
import { decoding, openPicture } from './open-picture.ts';
import { keepMark } from './keep-mark.ts';
import { checkFormatCarries } from './output-size.ts';
import { toImage } from './to-image.ts';

export type ConversionWish = Pick<OutputWish, 'format' | 'compression' | 'exactSize'>;

/** What is known of a picture without its bytes. */
export type PictureKind = Pick<MeasuredImage, 'mimeType' | 'size'>;

/** What has to be done to a picture. */
interface Conversion {
  readonly format: OutputFormat;
  readonly compression?: number;
  readonly size?: PixelSize;
}

const formatOfMimeType: Readonly<Record<ImageMimeType, OutputFormat>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/gif': 'png',
};

/**
 * What the wish asks to be done; undefined when the picture is already what was wished for. Every re-encoding
 * loses the upstream's provenance record (C2PA), so a picture of the right format and size stays as it is
 * unless a compression below 100, which is the best quality there is, asks for fewer bytes.
 */
export function conversionOf(image: PictureKind, wish: ConversionWish): Conversion | undefined {
  const format = wish.format ?? formatOfMimeType[image.mimeType];
  const isFormat = wish.format === undefined || mimeTypeOfFormat[format] === image.mimeType;
  const isSize =
    wish.exactSize === undefined ||
    (wish.exactSize.widthPx === image.size.widthPx && wish.exactSize.heightPx === image.size.heightPx);
  const isSmallEnough = format === 'png' || wish.compression === undefined || wish.compression >= 100;
  if (isFormat && isSize && isSmallEnough) return undefined;
  return {
    format,
    ...(wish.compression === undefined ? {} : { compression: wish.compression }),
    ...(isSize || wish.exactSize === undefined ? {} : { size: wish.exactSize }),
  };
}

/**
 * Makes the picture into another format or size.
 *
 * An exact size is reached by scaling until the picture covers it, then cutting equally from both ends of the
 * longer side: never stretched, and what is lost is at most the difference between the two ratios. Colours are
 * brought to sRGB, EXIF orientation is applied, metadata is left behind; only
 * what marks a picture of the sandbox stays.
 */
export async function convertImage(
  image: MeasuredImage,
  conversion: Conversion,
  maxPixels: number,
): Promise<MeasuredImage> {
  const bytes = await decodeBase64InTurns(image.base64);
  const { pipeline } = await openPicture(bytes, 'generated', maxPixels);
  checkFormatCarries(conversion.format, conversion.size ?? image.size);
  const mark = readMark(bytes);
  const whole = pipeline.clone();
  const sized =
    conversion.size === undefined
      ? pipeline
      : pipeline.resize(conversion.size.widthPx, conversion.size.heightPx, {
          fit: 'cover',
          position: 'centre',
        });
  const size = conversion.size ?? image.size;
  const marked =
    mark === undefined ? sized : await decoding('generated', keepMark(sized, whole, mark, image.size, size));
  const encoded = encodeAs(marked.toColourspace('srgb'), conversion.format, conversion.compression);
  const { data, info } = await decoding('generated', encoded.toBuffer({ resolveWithObject: true }));
  return toImage(data, {
    mimeType: mimeTypeOfFormat[conversion.format],
    size: { widthPx: info.width, heightPx: info.height },
  });
}
