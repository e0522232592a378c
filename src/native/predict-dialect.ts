import type { Dialect } from '../journey/dialect.ts';
import type { Adaptation } from '../journey/image-order.ts';
import type { ImageResult } from '../journey/receipt.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { camelCase } from '../kernel/snake-case.ts';
import { writeGoogleError } from './error-frame.ts';
import { invalid } from './invalid.ts';
import { dropNulls, field, isEmpty, isMembers, listOf, type Members, membersOf } from './members.ts';

const maxSamples = 4;
/** Parameters of Imagen that mean nothing to the models of today: they are reported as ignored. */
const hints = [
  'personGeneration',
  'safetySetting',
  'safetyFilterLevel',
  'addWatermark',
  'enhancePrompt',
  'includeRaiReason',
  'includeSafetyAttributes',
  'language',
  'guidanceScale',
  'seed',
  'sampleImageStyle',
];
/** Parameters that the picture would be another without. */
const taken = [
  'sampleCount',
  'aspectRatio',
  'sampleImageSize',
  'imageSize',
  'outputOptions',
  'negativePrompt',
];

/**
 * Imagen's `:predict`, for clients of its day (docs/contracts/clients.md#native-clients): the request as an order of the
 * Images API, its pictures as predictions. `modelFor`: the model that a name in a path means; throws `model_not_found`.
 */
export function predictDialect(images: Dialect, modelFor: (name: string) => string): Dialect {
  return {
    ...images,
    read: async (request, caller, scope) => {
      const body = await request.readBody();
      const document = body.kind === 'json' ? body.document : undefined;
      const asked = request.pathModel ?? '';
      const model = modelFor(asked);
      const fields = orderFields(document, model);
      const order = await images.read(
        { ...request, pathModel: undefined, readBody: async () => ({ kind: 'json', document: fields }) },
        caller,
        scope,
      );
      return {
        ...order,
        requestedModel: asked,
        adaptations: [...order.adaptations, ...bent(document, asked, model)],
      };
    },
    writeResult: (result) => {
      const answer = images.writeResult(result);
      const { 'content-length': _length, ...headers } = answer.headers;
      return {
        ...answer,
        headers: { ...headers, 'content-type': 'application/json; charset=UTF-8' },
        body: { kind: 'whole', pieces: [...predictions(result)], isLastUse: true },
      };
    },
    writeError: writeGoogleError,
  };
}

/** The fields of an order of the Images API. */
function orderFields(document: unknown, model: string): Record<string, unknown> {
  if (!isMembers(document)) throw new PlantainError('invalid_json', 'The body must be a JSON object.');
  dropNulls(document);
  const instances = listOf(field(document, 'instances'));
  const [first] = instances;
  if (instances.length !== 1 || !isMembers(first))
    throw invalid('instances', 'Send one instance: {"instances": [{"prompt": "a red fox"}]}.');
  const extra = Object.keys(first).find((name) => name !== 'prompt' && !isEmpty(first[name]));
  if (extra !== undefined)
    throw invalid(
      `instances.${extra.slice(0, 60)}`,
      'Only a prompt is taken here. Edit pictures with generateContent.',
    );
  const parameters = membersOf(field(document, 'parameters'));
  checkNames(parameters);
  const samples = field(parameters, 'sampleCount') ?? 1;
  if (typeof samples !== 'number' || !Number.isInteger(samples) || samples < 1 || samples > maxSamples)
    throw invalid('sampleCount', `sampleCount must be a whole number from 1 to ${maxSamples}.`);
  const avoided = field(parameters, 'negativePrompt');
  if (!isEmpty(avoided))
    throw invalid(
      'negativePrompt',
      'negativePrompt is not supported. Say in the prompt what should not be seen.',
    );
  const prompt = first['prompt'];
  const size = field(parameters, 'sampleImageSize') ?? field(parameters, 'imageSize');
  return {
    model,
    ...(prompt !== undefined && { prompt }),
    n: samples,
    response_format: 'b64_json',
    ...optional('aspect_ratio', field(parameters, 'aspectRatio')),
    ...optional('image_size', size),
    ...outputOf(membersOf(field(parameters, 'outputOptions'))),
  };
}

/** What of a request is not done to the letter. */
function bent(document: unknown, asked: string, model: string): Adaptation[] {
  const parameters = membersOf(field(membersOf(document), 'parameters'));
  const ignored = hints.filter((name) => !isEmpty(field(parameters, name)));
  return [
    ...(asked === model
      ? []
      : [{ parameter: 'model', action: 'mapped', from: asked.slice(0, 100), to: model } as const]),
    ...ignored.map((parameter) => ({ parameter, action: 'ignored' }) as const),
  ];
}

function checkNames(parameters: Members): void {
  for (const name of Object.keys(parameters)) {
    const camel = camelCase(name);
    if (hints.includes(camel) || taken.includes(camel) || isEmpty(parameters[name])) continue;
    throw invalid(
      `parameters.${name.slice(0, 60)}`,
      `The parameter '${name.slice(0, 60)}' is not supported here.`,
    );
  }
}

function outputOf(options: Members): Record<string, unknown> {
  const mimeType = field(options, 'mimeType') ?? 'image/png';
  if (mimeType !== 'image/png' && mimeType !== 'image/jpeg')
    throw invalid('outputOptions.mimeType', 'outputOptions.mimeType must be image/png or image/jpeg.');
  const quality = field(options, 'compressionQuality');
  return {
    output_format: mimeType.slice('image/'.length),
    ...(mimeType === 'image/jpeg' && optional('output_compression', quality)),
  };
}

function optional(name: string, value: unknown): Record<string, unknown> {
  return isEmpty(value) ? {} : { [name]: value };
}

function* predictions({ images }: ImageResult): Generator<Buffer> {
  yield Buffer.from('{"predictions":[');
  for (const [index, { image }] of images.entries()) {
    const separator = index === 0 ? '' : ',';
    const mimeType = JSON.stringify(image.mimeType);
    yield Buffer.from(`${separator}{"mimeType":${mimeType},"bytesBase64Encoded":"`);
    yield* image.base64.slices;
    yield Buffer.from('"}');
  }
  yield Buffer.from(']}');
}
