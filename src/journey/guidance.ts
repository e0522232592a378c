import type { PixelSize } from './catalogue-model.ts';
import type { ReferenceImage } from './image-order.ts';

/** What is put to the model instead of the order's own references: theirs, in types it reads, and a picture that shows a mask. */
export interface Guidance {
  readonly references: readonly ReferenceImage[];
  readonly mask?: MaskGuidance;
}

/** How an order's mask is explained to the model, and what is done with it when the model has drawn. */
export interface MaskGuidance {
  /** Goes behind the prompt and says what the added picture means. */
  readonly promptNote: string;
  readonly plan: MaskPlan;
}

/**
 * What to tell the model about the guidance picture. It goes behind the caller's prompt; `position` is the
 * guidance's place among the pictures of the request, counted from 1.
 */
export function maskPromptNote(position: number): string {
  return [
    `Picture ${position} is a guide, not a picture to use: it is a copy of picture 1 in which the area to change is painted flat magenta (#FF00FF).`,
    'Edit picture 1 in that area only, and draw the whole of picture 1 again with the same framing, size and position,',
    'so that everything outside the area stays as it is and the change joins its surroundings without a seam.',
    'Never draw the magenta itself.',
  ].join(' ');
}

/** A prompt without the note behind it, for a painter that knows a guidance picture when it sees one. */
export function withoutMaskNote(prompt: string): string {
  return prompt.replace(/\n\nPicture \d{1,4} is a guide, not a picture to use:[^]*$/, '');
}

/** A mask, decoded and checked once for all pictures of an order. */
export interface MaskPlan {
  /** One byte a pixel: 255 keeps the original, 0 is open to editing. Shared with the threads that blend. */
  readonly alpha: Uint8Array<SharedArrayBuffer>;
  /** The original's size, upright; also the mask's. */
  readonly size: PixelSize;
  /** The rows, from `top` up to but not including `bottom`, that hold something to edit. */
  readonly rows: { readonly top: number; readonly bottom: number };
  /** Whether the original's own transparency is the mask. */
  readonly isOwnTransparency: boolean;
}
