import { type CatalogueModel, pixelsOf, type PixelSize } from '../../journey/catalogue-model.ts';
import type { Adaptation, Delivery, OutputFormat, OutputWish } from '../../journey/image-order.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { Dimensions } from './choose-dimensions.ts';
import type { CheckedFields } from './read-fields.ts';
import type { References } from './read-references.ts';
import { sizeParameter } from './report-dimensions.ts';
import { maxEventBytes } from './write-stream.ts';

export interface OutputTools {
  /** Refuses, before it is drawn, a picture that cannot be made as it is wished; `pixels/` implements it. */
  readonly checkOutput: (expected: {
    readonly drawn: { readonly mimeType: CatalogueModel['outputMimeType']; readonly size: PixelSize };
    readonly maskedSize: PixelSize | undefined;
    readonly wish: OutputWish;
    readonly params: { readonly size: string; readonly format: string; readonly image: string };
  }) => void;
  /** What models asked for by OpenAI's names answer with when no format is asked for: PNG, as there, or their own. */
  readonly openAiNames: 'png' | 'native';
}

/** How the pictures are to be delivered. */
export interface ReadOutput {
  readonly output: OutputWish;
  readonly adaptations: readonly Adaptation[];
}

/** Reads what is to be done to the drawn pictures. Throws `invalid_value` for what can be known to be impossible. */
export function readOutput(
  tools: OutputTools,
  fields: CheckedFields,
  requestedModel: string,
  model: CatalogueModel,
  dimensions: Dimensions,
  pictures: References,
): ReadOutput {
  const { values, pathOf } = fields;
  checkTransparency(fields, model);
  const maskedSize = isMasked(fields, pictures) ? pictures.images[0]?.size : undefined;
  const params = {
    size: dimensions.exactSize === undefined ? 'image_size' : sizeParameter(fields, dimensions),
    format: pathOf('output_format'),
    image: 'image',
  };
  const read = (format: OutputFormat | undefined): OutputWish => {
    const wish = wishOf(fields, requestedModel, model, dimensions, format);
    const drawn = { mimeType: model.outputMimeType, size: expectedSize(model, dimensions) };
    tools.checkOutput({ drawn, maskedSize, wish, params });
    return wish;
  };
  if (values.output_format !== undefined) return { output: read(values.output_format), adaptations: [] };
  // Programs written for OpenAI's models save as .png without looking (docs/contracts/clients.md#values-in-answers).
  const isPngExpected = tools.openAiNames === 'png' && isOpenAiName(requestedModel);
  return isPngExpected ? expectedPng(read, model) : { output: read(undefined), adaptations: [] };
}

/** Refuses a transparent background that nobody could draw, or that the format could not hold. */
function checkTransparency({ values, pathOf }: CheckedFields, model: CatalogueModel): void {
  if (values.background !== 'transparent') return;
  const who = model.foreign === undefined ? 'Gemini models draw' : `${model.id} draws`;
  const why =
    model.foreign?.transparency !== true
      ? `${who} opaque pictures. Use 'opaque' or leave it out`
      : values.output_format === 'jpeg'
        ? "JPEG has no transparency. Use output_format 'png' or 'webp'"
        : undefined;
  if (why === undefined) return;
  throw new PlantainError('invalid_value', `background 'transparent' cannot be honoured: ${why}.`, {
    param: pathOf('background'),
  });
}

/** A background to ask for: Gemini's models have no choice of it. */
function backgroundOf(
  background: CheckedFields['values']['background'],
  { foreign }: CatalogueModel,
): Pick<OutputWish, 'background'> {
  const isWish = foreign?.transparency === true && background !== undefined && background !== 'auto';
  return isWish ? { background } : {};
}

/** PNG because it is expected, not because it was asked for: where it cannot be made, the model's own format, and that is told. */
function expectedPng(
  read: (format: OutputFormat | undefined) => OutputWish,
  { outputMimeType }: CatalogueModel,
): ReadOutput {
  try {
    return { output: { ...read('png'), isFormatExpected: true }, adaptations: [] };
  } catch (error) {
    if (!(error instanceof PlantainError)) throw error;
    const output = read(undefined);
    const to = outputMimeType.slice('image/'.length);
    const reason = 'too-large-to-convert';
    return {
      output,
      adaptations: [{ parameter: 'output_format', action: 'mapped', from: 'png', to, reason }],
    };
  }
}

function wishOf(
  { values }: CheckedFields,
  requestedModel: string,
  model: CatalogueModel,
  { exactSize }: Dimensions,
  format: OutputFormat | undefined,
): OutputWish {
  // Some clients of the old DALL-E names send no response_format and read only `url` (docs/contracts/clients.md#delivery-of-pictures).
  const delivery: Delivery = values.response_format ?? (isDallEName(requestedModel) ? 'url' : 'b64_json');
  return {
    delivery: values.stream === true ? 'b64_json' : delivery,
    ...(format !== undefined && { format }),
    ...(values.output_compression !== undefined && { compression: values.output_compression }),
    ...(exactSize !== undefined && { exactSize }),
    ...backgroundOf(values.background, model),
    ...(values.stream === true && { maxBase64Bytes: maxEventBytes }),
  };
}

/** Whether only a part of the first picture is to be changed. */
export function isMasked({ values }: CheckedFields, { mask }: References): boolean {
  return mask !== undefined || values.mask_source === 'transparency';
}

/** Pixels of what the model draws, by the catalogue; the most it may be where the model chooses the ratio. */
function expectedSize(model: CatalogueModel, { aspectRatio, imageSize, pixels }: Dimensions): PixelSize {
  if (pixels !== undefined) return pixels;
  const ofTier = model.pixels[imageSize] ?? {};
  const candidates = aspectRatio === 'auto' ? Object.values(ofTier) : [ofTier[aspectRatio]];
  return candidates.reduce<PixelSize>(
    (largest, size) => (size !== undefined && pixelsOf(size) > pixelsOf(largest) ? size : largest),
    { widthPx: 0, heightPx: 0 },
  );
}

/** Whether a model is asked for by a name of OpenAI's, behind whatever prefix (docs/contracts/openai-images.md#model-names). */
function isOpenAiName(requestedModel: string): boolean {
  return /^(?:gpt-image-|chatgpt-image-|dall-e-)/.test(withoutPrefix(requestedModel));
}

/** Whether it is asked for by one of the old names, whose clients expect links. */
function isDallEName(requestedModel: string): boolean {
  return withoutPrefix(requestedModel).startsWith('dall-e');
}

function withoutPrefix(requestedModel: string): string {
  return requestedModel.trim().toLowerCase().split('/').at(-1) ?? '';
}
