import type { ReferenceImage } from './image-order.ts';

/** What is put to the model instead of the order's own references: theirs, and a picture that shows a mask. */
export interface Guidance {
  readonly references: readonly ReferenceImage[];
  /** Goes behind the prompt and says what the added picture means. */
  readonly promptNote: string;
}
