import type { PixelSize } from '../../journey/catalogue-model.ts';
import type { MaskPlan } from '../../journey/guidance.ts';
import { blendOffThread } from './blend-off-thread.ts';
import { decodeDrawnRows, decodePixels, type Pixels } from '../decode-pixels.ts';
import type { ConversionWish } from '../convert-image.ts';
import { checkFormatCarries } from '../output-size.ts';
import { readMark, type SandboxMark } from '../../kernel/sandbox-mark.ts';
import { bytesOf } from '../headers/byte-reader.ts';
import { inspectPicture } from '../headers/inspect-picture.ts';
import { uprightSize } from '../headers/picture-facts.ts';
import { movedMark, withMark } from '../keep-mark.ts';
import { loadSharp } from '../load-sharp.ts';
import { decoding } from '../open-picture.ts';
import { pngEncoding } from '../png-encoding.ts';

/** The formats that keep every pixel. */
export type LosslessFormat = 'png' | 'webp';

/** The format a picture is laid together in: lossless, so that what lies outside the mask stays as it was; webp only where it need not be made again. */
export function compositeFormatOf({ format, compression, exactSize }: ConversionWish): LosslessFormat {
  return format === 'webp' && compression === undefined && exactSize === undefined ? 'webp' : 'png';
}

export interface MaskComposite {
  /** The first image of the edit, as the caller sent it. */
  readonly original: Buffer;
  readonly plan: MaskPlan;
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
 * Throws `invalid_image_file` for the original, `conversion_failed` for the drawn picture.
 */
export async function compositeMask(
  parts: MaskComposite,
  maxPixels: number,
  signal: AbortSignal,
): Promise<CompositeResult> {
  const { original, generated, plan, format = 'png' } = parts;
  const pixels = await decodePixels(original, 'image', maxPixels);
  const { size, channels } = pixels;
  checkFormatCarries(format, size);
  const isOver = plan.isOwnTransparency;
  // One kept row on each side lets the edge's distance be measured from it.
  const band = { top: Math.max(0, plan.rows.top - 1), bottom: Math.min(size.heightPx, plan.rows.bottom + 1) };
  const drawn = await decodeDrawnRows(
    generated,
    { size, rows: band, channels, opaque: isOver || channels === 3 },
    maxPixels,
  );
  const blended = await blendOffThread(
    {
      pixels: pixels.data,
      channels,
      drawn,
      alpha: plan.alpha,
      widthPx: size.widthPx,
      firstRow: band.top,
      featherPx: isOver ? 0 : featherPxOf(size),
      mode: isOver ? 'over' : 'mix',
    },
    signal,
  );
  const bytes = await encodeLossless(
    { data: blended, size, channels },
    format,
    isOver,
    markIn(generated, size),
  );
  return { bytes, mimeType: format === 'png' ? 'image/png' : 'image/webp', size };
}

/** The mark of a drawing by the sandbox, where it is once the drawing has been laid over the original. */
function markIn(generated: Buffer, size: PixelSize): SandboxMark | undefined {
  const mark = readMark(generated);
  const facts = mark && inspectPicture(bytesOf(generated));
  return facts && movedMark(mark, uprightSize(facts), size);
}

async function encodeLossless(
  pixels: Pixels,
  format: LosslessFormat,
  dropAlpha: boolean,
  mark: SandboxMark | undefined,
): Promise<Buffer> {
  const sharp = await loadSharp();
  const raw = { width: pixels.size.widthPx, height: pixels.size.heightPx, channels: pixels.channels };
  const plain = sharp(pixels.data, { raw, limitInputPixels: false });
  const pipeline = mark === undefined ? plain : withMark(plain, mark);
  if (dropAlpha) pipeline.removeAlpha();
  // `exact` keeps the colours that lie under alpha 0.
  const encoded =
    format === 'png' ? pipeline.png(pngEncoding) : pipeline.webp({ lossless: true, exact: true, effort: 0 });
  return decoding('generated', encoded.toBuffer());
}
