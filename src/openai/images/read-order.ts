import type { CatalogueModel } from '../../journey/catalogue-model.ts';
import type { Caller, ImageOrder, Operation } from '../../journey/image-order.ts';
import type { ReadScope } from '../../journey/reference-fetcher.ts';
import type { ImageRequest } from '../../journey/image-request.ts';
import type { SafetySetting } from '../../journey/safety-settings.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { askedModel, type ResolveModel } from './asked-model.ts';
import { chooseDimensions } from './choose-dimensions.ts';
import { drawnQuality } from './drawn-quality.ts';
import { flattenFields } from './flatten-fields.ts';
import { fieldAdaptations, maskedSizeAdaptation } from './order-adaptations.ts';
import { type CheckedFields, readFields } from './read-fields.ts';
import { type OutputTools, readOutput } from './read-output.ts';
import { readReferences, type References, type ReferenceTools } from './read-references.ts';
import { readSafetySettings } from './read-safety-settings.ts';
import { reportDimensions } from './report-dimensions.ts';

export interface ReadOrderTools extends ReferenceTools, OutputTools {
  readonly resolveModel: ResolveModel;
  /** Safety settings that the operator has decided for everybody. */
  readonly pinnedSafetySettings: readonly SafetySetting[];
}

const defaultDeadlineMs = 300_000;

/** Reads a request once into the order everything after works on. Throws catalogue errors that name `param`. */
export async function readOrder(
  tools: ReadOrderTools,
  request: ImageRequest,
  caller: Caller,
  scope: ReadScope,
): Promise<ImageOrder> {
  const body = await request.readBody();
  const references = await readReferences(tools, request.operation, body, scope);
  const { members, pictures } = references;
  const sent = flattenFields(members);
  const fields = readFields(sent, caller.strict);
  const { values } = fields;
  if (values.prompt === undefined) {
    throw new PlantainError('missing_parameter', "Missing required parameter: 'prompt'.", {
      param: 'prompt',
    });
  }
  const asked = askedModel(tools.resolveModel, fields, request.pathModel, caller.strict);
  const requestedModel = asked.name;
  const { model, isAlias, ...suffix } = asked.resolved;
  checkReferences(model, pictures);
  const dimensions = chooseDimensions(model, request.operation, suffix, fields);
  const reported = reportDimensions(model, suffix, fields, dimensions);
  // What a client takes the answer for hangs on the name that it has in its body, whatever draws.
  const knownName = values.model ?? requestedModel;
  const { output, adaptations } = readOutput(tools, fields, knownName, model, dimensions, pictures);
  const safety =
    model.foreign === undefined
      ? readSafetySettings(fields, tools.pinnedSafetySettings)
      : { settings: [], adaptations: [] };
  const { quality, adaptations: bentQuality } = drawnQuality(fields, model);
  const endUser = values.safety_identifier ?? values.user;
  const variation = variationOf(sent.get('seed')?.value, endUser);
  const isStream = values.stream ?? false;
  return {
    id: request.id,
    operation: request.operation,
    caller,
    model,
    requestedModel,
    prompt: values.prompt,
    count: readCount(request.operation, fields),
    ...(readAllImages(fields) && { allImages: true as const }),
    aspectRatio: dimensions.aspectRatio,
    imageSize: dimensions.imageSize,
    ...(dimensions.pixels !== undefined && { pixels: dimensions.pixels }),
    ...(quality !== undefined && { quality }),
    ...(values.moderation === 'low' && model.foreign?.moderation && { moderation: 'low' as const }),
    references: pictures.images,
    ...(pictures.mask !== undefined && { mask: pictures.mask }),
    masksTransparency: readMaskSource(fields, pictures),
    output,
    safetySettings: safety.settings,
    stream: isStream,
    partialImages: isStream ? (values.partial_images ?? 0) : 0,
    ...(endUser !== undefined && { endUser }),
    ...(variation !== undefined && { variation }),
    adaptations: [
      ...asked.adaptations,
      ...(isAlias
        ? [{ parameter: 'model', action: 'mapped' as const, from: requestedModel, to: model.id }]
        : []),
      ...maskedSizeAdaptation(reported, fields, dimensions, pictures, output),
      ...references.adaptations,
      ...bentQuality,
      ...safety.adaptations,
      ...adaptations,
      ...fieldAdaptations(fields, model, dimensions, output, caller.strict),
      ...fields.adaptations,
    ],
    acceptedAtMs: request.acceptedAtMs,
    deadlineMs: model.deadlineMs[dimensions.imageSize] ?? defaultDeadlineMs,
  };
}

/** A seed reproduces nothing at Gemini (docs/contracts/gemini.md#parameters-by-effect), and is reported so. */
function variationOf(seed: unknown, endUser: string | undefined): string | undefined {
  const isSeed = typeof seed === 'number' || (typeof seed === 'string' && seed.length <= 64);
  if (!isSeed) return endUser;
  return `${seed} ${endUser ?? ''}`;
}

/** How many pictures. A zero in an edit is Go's way of not saying (client go-openai); nobody can mean it. */
function readCount(operation: Operation, { values, pathOf }: CheckedFields): number {
  if (values.n !== 0) return values.n ?? 1;
  if (operation === 'edit') return 1;
  throw new PlantainError('invalid_value', `Invalid value for '${pathOf('n')}': 0 must be from 1 to 10.`, {
    param: pathOf('n'),
  });
}

/** Whether all pictures of an answer are wanted: what is one order of several could bring any number. */
function readAllImages({ values, pathOf }: CheckedFields): boolean {
  if (values.all_images !== true) return false;
  if ((values.n ?? 1) <= 1) return true;
  throw new PlantainError(
    'invalid_value',
    `'${pathOf('all_images')}' goes with n 1, not with n ${values.n}.`,
    {
      param: pathOf('all_images'),
    },
  );
}

/** Whether the first reference's own transparency is the mask. */
function readMaskSource({ values, pathOf }: CheckedFields, { images, mask }: References): boolean {
  if (values.mask_source !== 'transparency' || mask !== undefined) return false;
  if (images[0]?.hasAlpha === true) return true;
  throw new PlantainError(
    'invalid_value',
    "mask_source 'transparency' needs a first image with a transparent area.",
    { param: pathOf('mask_source') },
  );
}

function checkReferences(model: CatalogueModel, { images }: References): void {
  if (images.length > model.maxReferenceImages) {
    const message = `${model.id} takes at most ${model.maxReferenceImages} reference images; ${images.length} were sent.`;
    throw new PlantainError('invalid_value', message, { param: 'image' });
  }
}
