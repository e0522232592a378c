import type { Guidance } from '../../journey/guidance.ts';
import type { ImageOrder } from '../../journey/image-order.ts';
import type { GeneratedImage } from '../../journey/image-result.ts';
import { maskPromptNote } from './guidance-image.ts';
import type { MaskedReference, PixelWorks } from '../pixel-works.ts';

/** Checks an order's mask before money is spent on it, and makes the guidance to send along. Undefined without a mask. */
export async function prepareMask(
  pixels: PixelWorks,
  order: ImageOrder,
  signal: AbortSignal,
): Promise<Guidance | undefined> {
  const masked = maskedReference(order);
  const [first] = order.references;
  if (masked === undefined || first === undefined) return undefined;
  await pixels.checkMask(masked, first.size, signal);
  const guide = await pixels.guidance(masked, signal);
  const references = [...order.references, guide];
  return { references, promptNote: maskPromptNote(references.length) };
}

/** The drawn picture laid into the original where the mask allows; without a mask, the picture itself. */
export async function applyMask(
  pixels: PixelWorks,
  order: ImageOrder,
  image: GeneratedImage,
  signal: AbortSignal,
): Promise<GeneratedImage> {
  const masked = maskedReference(order);
  if (masked === undefined) return image;
  // Lossless, so that what lies outside the mask stays as it was; webp only where it need not be made again.
  const format = order.output.format === 'webp' && order.output.compression === undefined ? 'webp' : 'png';
  return pixels.compositeMask(masked, image, signal, format);
}

function maskedReference({ references, mask, masksTransparency }: ImageOrder): MaskedReference | undefined {
  const [first] = references;
  if (first === undefined || (mask === undefined && !masksTransparency)) return undefined;
  return { original: first.base64, ...(mask !== undefined && { mask: mask.base64 }) };
}
