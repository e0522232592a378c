import type { Sharp } from 'sharp';
import type { OutputFormat } from '../journey/image-order.ts';
import type { ImageMimeType } from '../journey/image-result.ts';

/** Quality when the caller named none: no loss that an eye finds, at a fraction of quality 100's bytes. */
const defaultQuality: Readonly<Record<Exclude<OutputFormat, 'png'>, number>> = {
  jpeg: 95,
  webp: 92,
  avif: 80,
};

export const mimeTypeOfFormat: Readonly<Record<OutputFormat, ImageMimeType>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  avif: 'image/avif',
};

/**
 * Adds the encoder to a pipeline.
 *
 * `compression` is OpenAI's `output_compression`: 100 is the best quality and the largest file, 0 the smallest
 * (encoders count from 1). PNG is lossless, so it has no meaning there. Efforts are low because more of it was
 * measured to cost two to ten times the time for about 5% fewer bytes: a 4K picture takes one core 0.3 s as
 * jpeg, 1 s as png or webp, 4 s as avif.
 */
export function encodeAs(pipeline: Sharp, format: OutputFormat, compression?: number): Sharp {
  if (format === 'png') return pipeline.png({ compressionLevel: 6 });
  const quality = Math.min(100, Math.max(1, Math.round(compression ?? defaultQuality[format])));
  // Halving the colour's resolution shows around lettering; below 90 the caller has asked for size first.
  const chromaSubsampling = quality >= 90 ? '4:4:4' : '4:2:0';
  // JPEG has no transparency: what shows through is white, as on a page.
  if (format === 'jpeg')
    return pipeline.flatten({ background: '#ffffff' }).jpeg({ quality, chromaSubsampling });
  if (format === 'webp') return pipeline.webp({ quality, effort: 2 });
  return pipeline.avif({ quality, chromaSubsampling, effort: 0 });
}
