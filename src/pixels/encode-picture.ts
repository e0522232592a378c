import type { Sharp } from 'sharp';
import type { OutputFormat } from '../journey/image-order.ts';
import type { ImageMimeType } from '../journey/image-result.ts';
import { pngEncoding } from './png-encoding.ts';

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
 * (encoders count from 1). PNG is lossless, so it has no meaning there. Efforts stand at the knee of a measured table
 * (docs/performance.md, "Conversions"): the next step costs twice to three times the time for a tenth of the bytes or less.
 */
export function encodeAs(pipeline: Sharp, format: OutputFormat, compression?: number): Sharp {
  if (format === 'png') return pipeline.png(pngEncoding);
  const quality = Math.min(100, Math.max(1, Math.round(compression ?? defaultQuality[format])));
  // Halving the colour's resolution shows around lettering; below 90 the caller has asked for size first.
  const chromaSubsampling = quality >= 90 ? '4:4:4' : '4:2:0';
  // JPEG has no transparency: what shows through is white, as on a page.
  if (format === 'jpeg')
    return pipeline
      .flatten({ background: '#ffffff' })
      .jpeg({ quality, chromaSubsampling, optimiseCoding: false });
  if (format === 'webp') return pipeline.webp({ quality, effort: 2 });
  return pipeline.avif({ quality, chromaSubsampling, effort: 0 });
}
