import { formatSize } from '../../journey/catalogue-model.ts';
import type { ImageAnswer } from '../../journey/image-answer.ts';
import type { ImageOrder } from '../../journey/image-order.ts';
import { formatMicroUsd } from '../../kernel/money.ts';
import { adaptedHeader } from './adapted-header.ts';

/** An order as it was understood, undrawn: what it would ask for, what was adapted, and the most it can cost. */
export function writeDryRun(order: ImageOrder, highestPriceMicroUsd: number): ImageAnswer {
  const body = {
    object: 'image.dry_run',
    operation: order.operation,
    model: order.model.id,
    aspect_ratio: order.aspectRatio,
    image_size: order.imageSize,
    size: expectedSize(order),
    n: order.count,
    references: order.references.length,
    advised_references: order.model.advisedReferenceImages,
    has_mask: order.mask !== undefined,
    response_format: order.output.delivery,
    output_format:
      order.output.format ?? (isMasked(order) ? 'png' : order.model.outputMimeType.slice('image/'.length)),
    stream: order.stream,
    adaptations: order.adaptations,
    highest_price_micro_usd: highestPriceMicroUsd,
    highest_price: formatMicroUsd(highestPriceMicroUsd),
  };
  const adapted = adaptedHeader(order.adaptations);
  return {
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(adapted !== undefined && { 'plantain-adapted': adapted }),
    },
    body: { kind: 'whole', pieces: [Buffer.from(JSON.stringify(body))] },
  };
}

/** What will be delivered; null where the model chooses the ratio, and with it the pixels. A masked picture keeps its size. */
function expectedSize(order: ImageOrder): string | null {
  const { output, aspectRatio, imageSize, pixels, model, references } = order;
  const [first] = references;
  const ofTable = aspectRatio === 'auto' ? undefined : model.pixels[imageSize]?.[aspectRatio];
  const drawn = pixels ?? ofTable;
  const size = output.exactSize ?? (isMasked(order) ? first?.size : drawn);
  return size === undefined ? null : formatSize(size);
}

function isMasked({ mask, masksTransparency }: ImageOrder): boolean {
  return mask !== undefined || masksTransparency;
}
