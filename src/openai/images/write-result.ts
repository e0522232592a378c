import { type DrawnQuality, formatSize } from '../../journey/catalogue-model.ts';
import type { ImageAnswer } from '../../journey/image-answer.ts';
import type { ImageOrder } from '../../journey/image-order.ts';
import type { GeneratedImage, TokenUsage } from '../../journey/image-result.ts';
import { chargedFor, type ImageResult } from '../../journey/receipt.ts';
import { adaptedHeader } from './adapted-header.ts';

/**
 * A fulfilled order as OpenAI's ImagesResponse (docs/contracts/openai-images.md#answer), written from buffers: the
 * pictures' base64 goes out in the slices it came in. `size` and `output_format` are read from the pictures.
 */
export function writeResult(result: ImageResult, nowMs: number): ImageAnswer {
  const [first] = result.images;
  const pieces: Buffer[] = [];
  const spent: Buffer[] = [];
  let text = `{"created":${Math.floor(nowMs / 1000)},"data":[`;
  for (const [index, { image, url }] of result.images.entries()) {
    if (index > 0) text += ',';
    if (url !== undefined) {
      text += JSON.stringify({ url });
      spent.push(...image.base64.slices);
      continue;
    }
    pieces.push(Buffer.from(`${text}{"b64_json":"`), ...image.base64.slices);
    text = '"}';
  }
  const facts = first === undefined ? {} : imageFacts(result.order, first.image);
  const rest = JSON.stringify({
    ...facts,
    ...(result.usage !== undefined && { usage: writeUsage(result.usage) }),
  });
  pieces.push(Buffer.from(`${text}],${rest.slice(1)}`));
  const body = { kind: 'whole', pieces, spent, isLastUse: true } as const;
  return { status: 200, headers: resultHeaders(result), body };
}

/** The headers every fulfilled order answers with (docs/contracts/openai-images.md#headers). */
function resultHeaders(result: ImageResult): Record<string, string> {
  const adapted = adaptedHeader(result.adaptations);
  return {
    'content-type': 'application/json; charset=utf-8',
    'plantain-upstream': result.upstream,
    'plantain-attempts': String(result.attempts),
    'plantain-cost-micro-usd': String(chargedFor(result)),
    'openai-processing-ms': String(result.durationMs),
    'openai-version': '2020-10-01',
    ...(adapted !== undefined && { 'plantain-adapted': adapted }),
  };
}

/**
 * What OpenAI says of a picture; every value inside its enums (docs/contracts/clients.md#values-in-answers), unless the
 * upstream drew in a format beyond them.
 */
export function imageFacts(order: ImageOrder, image: GeneratedImage) {
  return {
    background: order.output.background ?? 'opaque',
    output_format: image.mimeType.slice('image/'.length),
    quality: qualityOf(order),
    ...(image.size !== undefined && { size: formatSize(image.size) }),
  };
}

/** Token counts under OpenAI's names, complete. */
export function writeUsage(usage: TokenUsage) {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { image_tokens: usage.inputImageTokens, text_tokens: usage.inputTextTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { image_tokens: usage.outputImageTokens, text_tokens: usage.outputTextTokens },
    total_tokens: usage.totalTokens,
  };
}

/** Of models that know qualities the one that was drawn in; of others the one that stands for the tier. */
function qualityOf({ model, quality, imageSize }: ImageOrder): DrawnQuality {
  const drawn = quality ?? model.foreign?.defaultQuality;
  if (drawn !== undefined) return drawn;
  if (imageSize === '512') return 'low';
  return imageSize === '1K' ? 'medium' : 'high';
}
