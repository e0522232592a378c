import type { PixelSize } from '../../journey/catalogue-model.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { ByteReader } from '../headers/byte-reader.ts';
import { inspectPicture } from '../headers/inspect-picture.ts';
import { uprightSize } from '../headers/picture-facts.ts';

/**
 * Checks from the header alone that a mask fits the first reference, and throws `invalid_image_file` otherwise.
 * As OpenAI asks (docs/contracts/openai-images.md#masks) it must be a PNG of the first image's dimensions with an
 * alpha channel; WebP, which carries the same, is taken too. `firstReference` is the upright size, as the
 * caller saw the picture when drawing the mask.
 */
export function checkMaskHeader(mask: ByteReader, firstReference: PixelSize): void {
  const facts = inspectPicture(mask);
  if (facts === undefined)
    throw maskError('The mask is not a picture of a known type. Send a PNG with an alpha channel.');
  if (facts.mimeType !== 'image/png' && facts.mimeType !== 'image/webp') {
    throw maskError(
      `The mask is ${facts.mimeType}. Send a PNG, or a WebP, whose transparent pixels mark where to edit.`,
    );
  }
  if (!facts.hasAlpha) {
    throw maskError(
      'The mask has no alpha channel. Its fully transparent pixels (alpha 0) mark where to edit; black and white do not.',
    );
  }
  checkSameSize(uprightSize(facts), firstReference);
}

/** Throws when mask and first image differ in size, both as seen. */
export function checkSameSize(mask: PixelSize, firstReference: PixelSize): void {
  if (mask.widthPx !== firstReference.widthPx || mask.heightPx !== firstReference.heightPx) {
    throw maskError(
      `The mask is ${mask.widthPx}x${mask.heightPx} but the first image is ${firstReference.widthPx}x${firstReference.heightPx}. Both must have the same size.`,
    );
  }
}

/** Throws when no pixel of the mask (one byte of alpha each) is open to editing. */
export function checkMaskHasHole(alpha: Uint8Array): void {
  if (editableRows(alpha, alpha.length) === undefined) {
    throw maskError(
      'The mask is opaque everywhere, so it leaves nothing to edit. Make the pixels to be edited transparent.',
    );
  }
}

/** Throws when no pixel of the picture is transparent, although its transparent area was to be the mask. */
export function checkPictureHasHole(alpha: Uint8Array): void {
  if (editableRows(alpha, alpha.length) === undefined) {
    throw maskError(
      'No mask was sent, and the image has no transparent area to stand for one. Send a mask, or erase what is to be edited.',
    );
  }
}

/** The rows, from `top` up to but not including `bottom`, that hold a pixel whose alpha is below 255. */
export interface Rows {
  readonly top: number;
  readonly bottom: number;
}

/** Undefined when every pixel is opaque. Compares whole rows, which costs next to nothing. */
export function editableRows(alpha: Uint8Array, widthPx: number): Rows | undefined {
  const opaque = Buffer.alloc(widthPx, 255);
  const isOpaque = (row: number) => opaque.equals(alpha.subarray(row * widthPx, (row + 1) * widthPx));
  const rows = alpha.length / widthPx;
  let top = 0;
  while (top < rows && isOpaque(top)) top++;
  if (top === rows) return undefined;
  let bottom = rows;
  while (isOpaque(bottom - 1)) bottom--;
  return { top, bottom };
}

function maskError(text: string): PlantainError {
  return new PlantainError('invalid_image_file', text, { param: 'mask' });
}
