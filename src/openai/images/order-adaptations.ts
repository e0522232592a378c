import { type CatalogueModel, formatSize } from '../../journey/catalogue-model.ts';
import type { Adaptation, OutputWish } from '../../journey/image-order.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { Dimensions } from './choose-dimensions.ts';
import type { CheckedFields } from './read-fields.ts';
import { knowsQualities } from './drawn-quality.ts';
import { isMasked } from './read-output.ts';
import type { References } from './read-references.ts';
import { idleQualityReason, sizeParameter } from './report-dimensions.ts';

/** Known fields whose value asks for something that does not happen; a strict caller is refused instead. */
export function fieldAdaptations(
  fields: CheckedFields,
  model: CatalogueModel,
  dimensions: Dimensions,
  output: OutputWish,
  isStrict: boolean,
): readonly Adaptation[] {
  const { values, pathOf } = fields;
  const adaptations: Adaptation[] = [];
  const ignored = (name: Parameters<typeof pathOf>[0], reason: string): void => {
    const parameter = pathOf(name);
    if (isStrict) {
      const message = `'${parameter}' has no effect here (${reason}) and strict mode is on. Leave it out.`;
      throw new PlantainError('unknown_parameter', message, { param: parameter });
    }
    adaptations.push({ parameter, action: 'ignored', reason });
  };
  const isStream = values.stream === true;
  const idleQuality = knowsQualities(model) ? undefined : idleQualityReason(fields, dimensions);
  if (idleQuality !== undefined) ignored('quality', idleQuality);
  if (values.moderation === 'low' && model.foreign?.moderation !== true) ignored('moderation', 'no-effect');
  if (model.foreign !== undefined && (values.safety_settings ?? []).length > 0)
    ignored('safety_settings', 'of-gemini-models-only');
  if ((values.tools ?? []).length > 0) ignored('tools', 'image-models-take-none');
  if (!isStream && (values.partial_images ?? 0) > 0) ignored('partial_images', 'needs-stream');
  if (isStream && values.response_format === 'url') ignored('response_format', 'streams-carry-base64');
  if (output.compression !== undefined && (output.format === undefined || output.format === 'png')) {
    ignored('output_compression', output.format === 'png' ? 'png-is-lossless' : 'needs-output-format');
  }
  // Go's way of not saying how many, in edits; see readCount.
  if (values.n === 0) adaptations.push({ parameter: pathOf('n'), action: 'mapped', from: '0', to: '1' });
  return adaptations;
}

/** A masked edit keeps its picture's size, whatever `size` says: outside the mask nothing may change. */
export function maskedSizeAdaptation(
  reported: readonly Adaptation[],
  fields: CheckedFields,
  chosen: Pick<Dimensions, 'sent'>,
  pictures: References,
  output: OutputWish,
): readonly Adaptation[] {
  const { values, pathOf } = fields;
  const [first] = pictures.images;
  if (!isMasked(fields, pictures) || first === undefined || output.exactSize !== undefined) return reported;
  const to = formatSize(first.size);
  const ofSize = sizeParameter(fields, chosen);
  const wishes = [
    [ofSize, chosen.sent?.text],
    [pathOf('aspect_ratio'), values.aspect_ratio],
    [pathOf('image_size'), values.image_size],
  ] as const;
  return [
    ...reported.filter(({ parameter }) => parameter !== ofSize),
    ...wishes.flatMap(([parameter, from]) =>
      from === undefined || from === to || from === 'auto'
        ? []
        : [{ parameter, action: 'mapped' as const, from, to, reason: 'masked-edits-keep-their-size' }],
    ),
  ];
}
