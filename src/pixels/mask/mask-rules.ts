import type { PixelSize } from '../../journey/catalogue-model.ts';
import type { ReferenceImage } from '../../journey/image-order.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';

/**
 * Checks from what its header says that a mask fits the first reference, and throws `invalid_image_file` otherwise.
 * As OpenAI asks (docs/contracts/openai-images.md#masks) it must be a PNG of the first image's dimensions with an
 * alpha channel; WebP, which carries the same, is taken too. Sizes are upright, as the caller saw the pictures.
 */
export function checkMask(mask: ReferenceImage, firstReference: ReferenceImage): void {
  if (mask.mimeType !== 'image/png' && mask.mimeType !== 'image/webp') {
    throw maskError(
      `The mask is ${mask.mimeType}. Send a PNG, or a WebP, whose transparent pixels mark where to edit.`,
    );
  }
  if (!mask.hasAlpha) {
    throw maskError(
      'The mask has no alpha channel. Its fully transparent pixels (alpha 0) mark where to edit; black and white do not.',
    );
  }
  checkSameSize(mask.size, firstReference.size);
}

/** Throws when mask and first image differ in size, both as seen. */
export function checkSameSize(mask: PixelSize, firstReference: PixelSize): void {
  if (mask.widthPx !== firstReference.widthPx || mask.heightPx !== firstReference.heightPx) {
    throw maskError(
      `The mask is ${mask.widthPx}x${mask.heightPx} but the first image is ${firstReference.widthPx}x${firstReference.heightPx}. Both must have the same size.`,
    );
  }
}

export function maskError(text: string): PlantainError {
  return new PlantainError('invalid_image_file', text, { param: 'mask' });
}
