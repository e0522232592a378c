import type { Sharp } from 'sharp';
import type { PictureTitle } from '../journey/image-order.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { bytesOf } from './headers/byte-reader.ts';
import { inspectPicture } from './headers/inspect-picture.ts';
import { loadSharp } from './load-sharp.ts';
import { type PictureFacts, uprightSize } from './headers/picture-facts.ts';

/** Longest time libvips may work on one picture. */
const maxSeconds = 60;

/** Where a picture came from: it decides whose error it is when it cannot be decoded. */
export type PictureRole = 'image' | 'mask' | 'generated' | PictureTitle;

export interface OpenedPicture {
  /** Turned upright, decoding not begun. */
  readonly pipeline: Sharp;
  readonly facts: PictureFacts;
}

/**
 * Prepares a picture for decoding. Only types known by their first bytes reach libvips, which would read SVG
 * and more as well; pixels are bounded before anything is decoded. HEIC is refused: its decoder is patented
 * and not part of sharp's builds.
 */
export async function openPicture(
  bytes: Buffer,
  role: PictureRole,
  maxPixels: number,
): Promise<OpenedPicture> {
  const facts = inspectPicture(bytesOf(bytes));
  if (facts === undefined) throw pictureError(role, 'is not a picture of a known type, or is cut short');
  if (facts.mimeType === 'image/heic') throw pictureError(role, 'is HEIC, which cannot be edited here');
  const { widthPx, heightPx } = uprightSize(facts);
  if (widthPx * heightPx > maxPixels) {
    throw pictureError(
      role,
      `has ${widthPx}x${heightPx} pixels, more than the ${maxPixels} that can be worked on`,
    );
  }
  const sharp = await loadSharp();
  const pipeline = sharp(bytes, {
    limitInputPixels: maxPixels,
    failOn: 'error',
    autoOrient: true,
  }).timeout({ seconds: maxSeconds });
  return { pipeline, facts };
}

/** Runs a step of decoding or encoding, and names the picture at fault when it fails. */
export async function decoding<Result>(role: PictureRole, step: Promise<Result>): Promise<Result> {
  try {
    return await step;
  } catch (thrown) {
    if (thrown instanceof PlantainError) throw thrown;
    const isTimeout = thrown instanceof Error && /^timeout\b/.test(thrown.message);
    throw pictureError(
      role,
      isTimeout ? `takes longer than ${maxSeconds} seconds to work on` : 'is damaged: it cannot be decoded',
      thrown,
    );
  }
}

function pictureError(role: PictureRole, fault: string, cause?: unknown): PlantainError {
  if (role === 'generated') {
    return new PlantainError(
      'conversion_failed',
      `The picture that the model drew ${fault}. Ask again without output_format and fit.`,
      { cause },
    );
  }
  const name =
    typeof role === 'object' ? `file in ${role.title}` : role === 'mask' ? 'mask' : 'image to edit';
  const param = typeof role === 'object' ? role.param : role;
  const message = `The ${name} ${fault}. Send a PNG, JPEG or WebP.`;
  return new PlantainError('invalid_image_file', message, { param, cause });
}
