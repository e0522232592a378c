import { toPlantainError } from '../kernel/plantain-error.ts';
import type { Collected } from './collect-images.ts';
import type { Adaptation, ImageOrder } from './image-order.ts';
import type { GeneratedImage } from './image-result.ts';
import type { DeliveredImage } from './receipt.ts';

/**
 * Finishes an order's pictures side by side, and waits for all of them. Those that fail are told as a partial `n`, and
 * take nothing from the others. None finished: throws the first failure.
 */
export async function deliverImages(
  order: ImageOrder,
  { images, facts }: Collected,
  finish: (image: GeneratedImage) => Promise<DeliveredImage>,
): Promise<{ readonly images: readonly DeliveredImage[]; readonly adaptations: readonly Adaptation[] }> {
  const finished = await Promise.allSettled(images.map(finish));
  const delivered = finished.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failure = finished.find((one) => one.status === 'rejected');
  const unconverted = unconvertedFormat(order, delivered);
  if (failure === undefined)
    return { images: delivered, adaptations: [...facts.adaptations, ...unconverted] };
  const error = toPlantainError(failure.reason);
  if (delivered.length === 0) throw error;
  const others = facts.adaptations.filter(
    ({ parameter, action }) => parameter !== 'n' || action !== 'partial',
  );
  const partial = {
    parameter: 'n',
    action: 'partial',
    from: String(Math.max(order.count, images.length)),
    to: String(delivered.length),
    reason: error.code,
  } as const;
  return { images: delivered, adaptations: [...others, ...unconverted, partial] };
}

/** A format that did not come: told from what goes out. */
function unconvertedFormat({ output }: ImageOrder, delivered: readonly DeliveredImage[]): Adaptation[] {
  const { format } = output;
  const other = delivered.find(({ image }) => format !== undefined && image.mimeType !== `image/${format}`);
  if (format === undefined || other === undefined) return [];
  const to = other.image.mimeType.slice('image/'.length);
  return [{ parameter: 'output_format', action: 'mapped', from: format, to, reason: 'conversion_failed' }];
}
