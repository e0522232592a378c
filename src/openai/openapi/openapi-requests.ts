import { aspectRatios } from '../../journey/catalogue-model.ts';
import { fieldTreatments } from './field-treatments.ts';
import { type JsonObject, jsonSchemaOf, schemaRef } from './openapi-schemas.ts';
import { imageNames, maskNames } from '../images/picture-names.ts';
import { meaninglessFields, requestFields } from '../images/request-schema.ts';

type FieldName = keyof typeof requestFields;

const auto = '[aA][uU][tT][oO]';
const tier = String.raw`[124][kK]|512([pP][xX]?)?|0\.5[kK]`;
const edge = '[1-9][0-9]{0,4}';

/** Fields whose text is read further than its type says: patterns of what is then understood. */
const readFurther: Readonly<Partial<Record<FieldName, JsonObject>>> = {
  size: {
    pattern: whole(String.raw`${auto}|${edge}\s*[xX×*]\s*${edge}|${aspectRatios.join('|')}|${tier}`),
    examples: ['1024x1024', '16:9', '2K', 'auto'],
  },
  aspect_ratio: {
    pattern: whole(
      `${auto}|${aspectRatios.map((ratio) => ratio.replace(':', String.raw`(:|\s*[xX×/]\s*)`)).join('|')}`,
    ),
    examples: [...aspectRatios, 'auto'],
  },
  image_size: { pattern: whole(tier), examples: ['1K', '2K', '4K', '512'] },
};

const openForMore = {
  description: [
    'Names are also read in camelCase, and inside `image_config`, `extra_body`, `google`, `gemini` and `generation_config`; `resolution` means `image_size`, or `size` when it is in pixels, `num_images` and `number_of_images` mean `n`.',
    'One parameter twice, under one name or two, with different values is refused.',
    'Words are read in any letter case.',
    `Accepted without effect: ${[...meaninglessFields].map((name) => `\`${name}\``).join(', ')}.`,
    'Whatever else is sent has no effect either; `plantain-adapted` reports it. In strict mode both are refused with `unknown_parameter`.',
  ].join(' '),
  additionalProperties: true,
} as const;

/** The components that requests are made of. */
export function requestComponents(): Record<string, JsonObject> {
  const options = Object.fromEntries(
    (Object.keys(requestFields) as FieldName[]).map((name) => [name, fieldSchema(name)]),
  );
  const { mask_source: _editsOnly, ...drawing } = options;
  const picture = { description: 'A reference picture.', ...schemaRef('Picture') };
  return {
    NotSent: { description: 'Null and empty text count as not sent.', enum: [null, ''] },
    Picture: {
      description:
        'A picture: a `data:` URL, bare base64, or (where the operator allows it) an http(s) link; as text or in an object. PNG, JPEG, WebP, HEIC, AVIF, GIF or TIFF.',
      anyOf: [{ type: 'string', minLength: 1, examples: [examplePicture] }, pictureObject()],
    },
    Pictures: {
      description: 'Up to 16 reference pictures, or one.',
      anyOf: [{ type: 'array', minItems: 1, maxItems: 16, items: picture }, picture, schemaRef('NotSent')],
    },
    GenerationRequest: {
      type: 'object',
      ...openForMore,
      required: ['prompt'],
      properties: { ...drawing, n: fieldSchema('n', { minimum: 1 }) },
      examples: [{ prompt: 'a lighthouse at dawn', aspect_ratio: '16:9' }],
    },
    EditRequest: {
      type: 'object',
      ...openForMore,
      required: ['prompt'],
      anyOf: imageNames.map((name) => ({ required: [name] })),
      properties: {
        ...Object.fromEntries(imageNames.map((name) => [name, schemaRef('Pictures')])),
        ...Object.fromEntries(maskNames.map((name) => [name, maskPicture])),
        ...options,
      },
      examples: [{ prompt: 'make it night', images: [{ image_url: examplePicture }] }],
    },
    EditForm: {
      type: 'object',
      ...openForMore,
      required: ['prompt'],
      anyOf: [{ required: ['image'] }, { required: ['image[]'] }],
      properties: {
        image: {
          description:
            'Reference pictures, up to 16; also as `image[]` or `image[0]`. Their bytes decide what they are; an input left empty counts as none, an empty file is refused.',
          anyOf: [pictureFile, { type: 'array', minItems: 1, maxItems: 16, items: pictureFile }],
        },
        'image[]': { type: 'array', minItems: 1, maxItems: 16, items: pictureFile },
        mask: {
          description: 'Where to edit: its transparent pixels. As large as the first picture.',
          ...pictureFile,
        },
        ...options,
      },
    },
  };
}

/** A field with every type it is taken in: forms send all values as text, and so do some JSON clients. */
function fieldSchema(name: FieldName, change: JsonObject = {}): JsonObject {
  const { description, ...canonical } = {
    ...jsonSchemaOf(requestFields[name]),
    ...readFurther[name],
    ...change,
  } as JsonObject;
  const forms = [canonical, ...otherForms(name, canonical)];
  // A prompt must be there; everything else may be left open.
  if (name === 'prompt') return { description, ...fieldTreatments[name], ...canonical };
  return { description, ...fieldTreatments[name], anyOf: [...forms, schemaRef('NotSent')] };
}

function otherForms(name: FieldName, { type, minimum, maximum }: JsonObject): JsonObject[] {
  if (type === 'integer')
    return [{ type: 'string', pattern: digitsBetween(Number(minimum), Number(maximum)) }];
  if (type === 'boolean')
    return [
      { type: 'string', pattern: '^([tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|1|0)$' },
      { type: 'integer', enum: [0, 1] },
    ];
  if (type === 'array')
    return [{ type: 'string', description: 'The list as JSON.', pattern: String.raw`^\s*\[[\s\S]*\]\s*$` }];
  if (name === 'user' || name === 'safety_identifier')
    return [
      {
        type: 'integer',
        minimum: Number.MIN_SAFE_INTEGER,
        maximum: Number.MAX_SAFE_INTEGER,
      },
      { type: 'boolean' },
    ];
  if (name === 'image_size') return [{ type: 'integer', enum: [512] }];
  return [];
}

/** A pattern that a text has to match from end to end, but for space around it. */
function whole(pattern: string): string {
  return String.raw`^\s*(${pattern})\s*$`;
}

/** A pattern of the whole numbers from `min` (0 or 1) to `max` (below ten, a power of ten, or nines alone). */
function digitsBetween(min: number, max: number): string {
  const first = min === 0 ? '[0-9]' : '[1-9]';
  const isPowerOfTen = /^10+$/.test(String(max));
  const more = String(isPowerOfTen ? max - 1 : max).length - 1;
  const upToNines = more === 0 ? `[${min}-${Math.min(max, 9)}]` : `${first}[0-9]{0,${more}}`;
  return whole(String.raw`(${upToNines}${isPowerOfTen ? `|${max}` : ''})(\.0+)?`);
}

function pictureObject(): JsonObject {
  const properties = Object.fromEntries(
    ['image_url', 'url', 'b64_json', 'data'].map((name) => [name, schemaRef('Picture')]),
  );
  return {
    type: 'object',
    properties,
    oneOf: Object.keys(properties).map((name) => ({ required: [name] })),
  };
}

const maskPicture = {
  description:
    'Where to edit: its transparent pixels. As large as the first picture. One of these names is enough.',
  anyOf: [schemaRef('Picture'), schemaRef('NotSent')],
};
const pictureFile = { type: 'string', contentMediaType: 'application/octet-stream' } as const;
/** A red square of 8 × 8 pixels. */
const examplePicture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAMAAADz0U65AAAAA1BMVEXMMzN0dFbYAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQI12NgoA4AAABIAAH/myMhAAAAAElFTkSuQmCC';
