/** A picture to draw. */
export interface PictureWish {
  readonly prompt: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mimeType: 'image/png' | 'image/jpeg';
  /** Another seed gives another composition and palette of the same prompt. */
  readonly seed: number;
  /** How fine it is drawn, above 0 and up to 1, the default: a rough draft shows where things will be. */
  readonly detail?: number;
  /** Pictures to edit, as PNG, JPEG or WebP files; empty draws from the prompt alone. */
  readonly references: readonly Buffer[];
}

/** The largest picture any model of the family makes, with room to spare: 12288 x 1536 and 8192 x 2048 fit. */
const MAX_SIDE_PX = 16_384;
const MAX_PIXELS = 40_000_000;

/** Throws a RangeError for sizes that cannot be drawn. */
export function assertDrawable({ widthPx, heightPx }: Pick<PictureWish, 'widthPx' | 'heightPx'>): void {
  for (const side of [widthPx, heightPx]) {
    if (!Number.isInteger(side) || side < 1 || side > MAX_SIDE_PX) {
      throw new RangeError(
        `A picture of ${widthPx}x${heightPx} pixels cannot be drawn: each side has to be a whole number from 1 to ${MAX_SIDE_PX}.`,
      );
    }
  }
  if (widthPx * heightPx > MAX_PIXELS) {
    throw new RangeError(
      `A picture of ${widthPx}x${heightPx} pixels cannot be drawn: ${MAX_PIXELS} pixels are the most.`,
    );
  }
}
