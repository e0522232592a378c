import type { PixelSize } from '../../journey/catalogue-model.ts';
import { blendOffThread } from './blend-off-thread.ts';
import { decodeAlpha, decodeDrawnRows, decodePixels, type Pixels } from '../decode-pixels.ts';
import { checkFormatCarries } from '../encode-picture.ts';
import { loadSharp } from '../load-sharp.ts';
import {
  checkMaskHasHole,
  checkMaskHeader,
  checkPictureHasHole,
  checkSameSize,
  editableRows,
} from './mask-rules.ts';
import { bytesOf } from '../headers/byte-reader.ts';
import { decoding } from '../open-picture.ts';
import { abortError } from '../work-gate.ts';

/** The formats that keep every pixel. */
export type LosslessFormat = 'png' | 'webp';

export interface MaskComposite {
  /** The first image of the edit, as the caller sent it. */
  readonly original: Buffer;
  /** Absent: the original's own transparent area is the mask. */
  readonly mask?: Buffer;
  /** What the model drew, of any size. */
  readonly generated: Buffer;
  /** Default png. */
  readonly format?: LosslessFormat;
}

export interface CompositeResult {
  readonly bytes: Buffer;
  readonly mimeType: 'image/png' | 'image/webp';
  /** The original's size, upright. */
  readonly size: PixelSize;
}

/** About 1% of the shorter side: wide enough to hide the seam, narrow enough to keep the edit. */
export function featherPxOf(size: PixelSize): number {
  return Math.min(24, Math.max(2, Math.round(Math.min(size.widthPx, size.heightPx) * 0.01)));
}

/**
 * Lays what the model drew into the original where the mask allows it, and nowhere else: every pixel whose
 * mask alpha is 255 equals the original's 8-bit sRGB decode, alpha included. Mask alpha 0 is edited, what lies
 * between mixes both in proportion, and a soft edge grows inward from the hole's border. With the original's
 * transparency as the mask there is nothing of it inside to fade out: it lies over the drawn picture, and the
 * result is opaque.
 *
 * Memory: 10 bytes for each pixel of the original at most, besides the files; `maxInputPixels` bounds it.
 * Throws `invalid_image_file` for the original and the mask, `conversion_failed` for the drawn picture.
 */
export async function compositeMask(
  parts: MaskComposite,
  maxInputPixels: number,
  signal: AbortSignal,
): Promise<CompositeResult> {
  const format = parts.format ?? 'png';
  const pixels = await decodePixels(parts.original, 'image', maxInputPixels);
  const { size, channels } = pixels;
  checkFormatCarries(format, size);
  const isOver = parts.mask === undefined;
  const alpha = await maskAlpha(parts, size, maxInputPixels);
  const rows = editableRows(alpha, size.widthPx) ?? { top: 0, bottom: 0 };
  // One kept row on each side lets the edge's distance be measured from it.
  const band = { top: Math.max(0, rows.top - 1), bottom: Math.min(size.heightPx, rows.bottom + 1) };
  const drawn = await decodeDrawnRows(
    parts.generated,
    { size, rows: band, channels, opaque: isOver || channels === 3 },
    maxInputPixels,
  );
  if (signal.aborted) throw abortError(signal);
  const blended = await blendOffThread(
    {
      pixels: pixels.data,
      channels,
      drawn,
      alpha,
      widthPx: size.widthPx,
      firstRow: band.top,
      featherPx: isOver ? 0 : featherPxOf(size),
      mode: isOver ? 'over' : 'mix',
    },
    signal,
  );
  const bytes = await encodeLossless({ data: blended, size, channels }, format, isOver);
  return { bytes, mimeType: format === 'png' ? 'image/png' : 'image/webp', size };
}

async function maskAlpha(
  parts: MaskComposite,
  size: PixelSize,
  maxInputPixels: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (parts.mask === undefined) {
    const own = await decodeAlpha(parts.original, 'image', maxInputPixels);
    checkPictureHasHole(own.data);
    return own.data;
  }
  checkMaskHeader(bytesOf(parts.mask), size);
  const mask = await decodeAlpha(parts.mask, 'mask', maxInputPixels);
  checkSameSize(mask.size, size);
  checkMaskHasHole(mask.data);
  return mask.data;
}

async function encodeLossless(pixels: Pixels, format: LosslessFormat, dropAlpha: boolean): Promise<Buffer> {
  const sharp = await loadSharp();
  const raw = { width: pixels.size.widthPx, height: pixels.size.heightPx, channels: pixels.channels };
  const pipeline = sharp(pixels.data, { raw, limitInputPixels: false });
  if (dropAlpha) pipeline.removeAlpha();
  // `exact` keeps the colours that lie under alpha 0.
  const encoded =
    format === 'png'
      ? pipeline.png({ compressionLevel: 6 })
      : pipeline.webp({ lossless: true, exact: true, effort: 0 });
  return decoding('generated', encoded.toBuffer());
}
