import type { PixelSize } from '../journey/catalogue-model.ts';
import type { OutputFormat } from '../journey/image-order.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

/** The longest side each format can carry (libjpeg, libwebp, AVIF as libheif writes it). */
const maxSidePx: Readonly<Record<OutputFormat, number>> = {
  png: 65_535,
  jpeg: 65_500,
  webp: 16_383,
  avif: 16_384,
};

/** Throws `conversion_failed` when the format cannot carry a drawn picture's longest side. */
export function checkFormatCarries(format: OutputFormat, size: PixelSize): void {
  const fault = sideFault(format, size);
  if (fault !== undefined) throw new PlantainError('conversion_failed', fault);
}

/** What is wrong with a picture whose longest side its format cannot carry. */
export function sideFault(format: OutputFormat, { widthPx, heightPx }: PixelSize): string | undefined {
  if (Math.max(widthPx, heightPx) <= maxSidePx[format]) return undefined;
  const advice = format === 'png' ? 'Ask for a smaller one.' : 'Ask for png, or for a smaller one.';
  return `a ${format} picture cannot be longer than ${maxSidePx[format]} pixels, and this one has ${widthPx}x${heightPx}. ${advice}`;
}
