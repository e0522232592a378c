import type { PixelSize } from '../../journey/catalogue-model.ts';
import type { MaskPlan } from '../../journey/guidance.ts';
import { decodeAlpha } from '../decode-pixels.ts';
import { checkSameSize, maskError } from './mask-rules.ts';

/**
 * Decodes a mask, once for all pictures of an order, and checks that it leaves something to edit. Without a `mask` the
 * original's own transparency is one. `size` is the original's, upright. Throws `invalid_image_file`.
 */
export async function planMask(
  original: Buffer,
  mask: Buffer | undefined,
  size: PixelSize,
  maxPixels: number,
): Promise<MaskPlan> {
  const isOwnTransparency = mask === undefined;
  const alpha = await decodeAlpha(mask ?? original, isOwnTransparency ? 'image' : 'mask', maxPixels);
  checkSameSize(alpha.size, size);
  const rows = editableRows(alpha.data, size.widthPx);
  if (rows === undefined) {
    throw maskError(
      isOwnTransparency
        ? 'No mask was sent, and the image has no transparent area to stand for one. Send a mask, or erase what is to be edited.'
        : 'The mask is opaque everywhere, so it leaves nothing to edit. Make the pixels to be edited transparent.',
    );
  }
  return { alpha: alpha.data, size, rows, isOwnTransparency };
}

/**
 * The rows of an alpha plane, from `top` up to but not including `bottom`, that hold a pixel whose alpha is below 255;
 * undefined when every pixel is opaque. Compares whole rows, which costs next to nothing.
 */
export function editableRows(
  alpha: Uint8Array,
  widthPx: number,
): { readonly top: number; readonly bottom: number } | undefined {
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
