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
