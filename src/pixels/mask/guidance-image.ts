import { loadSharp } from '../load-sharp.ts';
import { decoding, openPicture } from '../open-picture.ts';
import { pngEncoding } from '../png-encoding.ts';
import type { PixelSize } from '../../journey/catalogue-model.ts';
import type { MaskPlan } from '../../journey/guidance.ts';

/** Longest side of the guidance. It shows a place, so more pixels would only be more bytes to send. */
const maxSidePx = 1024;
const magenta = { r: 255, g: 0, b: 255 };

export interface GuidanceImage {
  /** PNG. */
  readonly bytes: Buffer;
  readonly size: PixelSize;
}

/**
 * Gemini takes no mask, but it reads pictures: this one is the original with the area to edit painted over, and
 * is sent behind the caller's references together with `maskPromptNote`. Throws `invalid_image_file`.
 */
export async function guidanceImage(
  original: Buffer,
  { alpha, size, isOwnTransparency }: MaskPlan,
  maxPixels: number,
): Promise<GuidanceImage> {
  const sharp = await loadSharp();
  const scale = Math.min(1, maxSidePx / Math.max(size.widthPx, size.heightPx));
  const width = Math.max(1, Math.round(size.widthPx * scale));
  const height = Math.max(1, Math.round(size.heightPx * scale));
  const plane = { width: size.widthPx, height: size.heightPx, channels: 1 as const };
  const coverage = await sharp(Buffer.from(alpha.buffer), { raw: plane, limitInputPixels: false })
    .negate()
    .resize(width, height, { fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const paint = await sharp({ create: { width, height, channels: 3, background: magenta } })
    .joinChannel(coverage, { raw: { width, height, channels: 1 } })
    .raw()
    .toBuffer();
  const { pipeline } = await openPicture(original, 'image', maxPixels);
  const painted = pipeline
    .resize(width, height, { fit: 'fill' })
    .toColourspace('srgb')
    .flatten({ background: isOwnTransparency ? magenta : '#ffffff' })
    .composite([{ input: paint, raw: { width, height, channels: 4 } }])
    .png(pngEncoding);
  return { bytes: await decoding('image', painted.toBuffer()), size: { widthPx: width, heightPx: height } };
}
