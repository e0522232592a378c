import { aspectRatios } from '../journey/catalogue-model.ts';
import { type JsonObject, jsonSchemaOf, schemaRef } from './openapi-schemas.ts';
import { meaninglessFields, requestFields } from './request-schema.ts';

type FieldName = keyof typeof requestFields;

/** Fields whose text is read further than its type says; patterns of what is then understood. */
const readFurther: Readonly<Partial<Record<FieldName, JsonObject>>> = {
  size: {
    pattern: String.raw`^\s*([aA][uU][tT][oO]|[0-9]{1,5}\s*[xX×*]\s*[0-9]{1,5}|[0-9]{1,2}\s*[:/×]\s*[0-9]{1,2}|512([pP][xX]?)?|0\.5[kK]|[124][kK])\s*$`,
    examples: ['1024x1024', '16:9', '2K', 'auto'],
  },
  aspect_ratio: {
    pattern: String.raw`^\s*([aA][uU][tT][oO]|[0-9]{1,2}\s*[:xX×/]\s*[0-9]{1,2})\s*$`,
    examples: [...aspectRatios, 'auto'],
  },
  image_size: {
    pattern: String.raw`^\s*(512([pP][xX]?)?|0\.5[kK]|[124][kK])\s*$`,
    examples: ['1K', '2K', '4K', '512'],
  },
};

const openForMore = {
  description: [
    'Names are also read in camelCase, and inside `image_config`, `extra_body`, `google`, `gemini` and `generation_config`; `resolution` means `image_size`, `num_images` and `number_of_images` mean `n`.',
    'One parameter under two names with different values is refused.',
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
        'A picture: a `data:` URL, bare base64, or (where the operator allows it) an http(s) link; as text or in an object. PNG, JPEG, WebP or HEIC.',
      anyOf: [{ type: 'string', minLength: 1, examples: [examplePicture] }, pictureObject()],
    },
    Pictures: {
      description: 'Up to 16 reference pictures, or one.',
      anyOf: [{ type: 'array', minItems: 1, maxItems: 16, items: picture }, picture],
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
      anyOf: [{ required: ['images'] }, { required: ['image'] }, { required: ['image_url'] }],
      properties: {
        images: schemaRef('Pictures'),
        image: schemaRef('Pictures'),
        image_url: picture,
        mask: {
          description: 'Where to edit: its transparent pixels. As large as the first picture.',
          anyOf: [schemaRef('Picture'), { type: 'null' }],
        },
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
            'Reference pictures, up to 16; also as `image[]` or `image[0]`. Their bytes decide what they are.',
          anyOf: [pictureFile, { type: 'array', minItems: 1, maxItems: 16, items: pictureFile }],
        },
        'image[]': { type: 'array', minItems: 1, maxItems: 16, items: pictureFile },
        mask: { ...pictureFile, description: 'Where to edit: its transparent pixels.' },
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
  if (name === 'prompt') return { description, ...canonical };
  return { description, anyOf: [...forms, schemaRef('NotSent')] };
}

function otherForms(name: FieldName, { type }: JsonObject): JsonObject[] {
  if (type === 'integer')
    return [
      { type: 'string', pattern: String.raw`^\s*-?[0-9]+(\.0+)?\s*$`, description: 'The same as text.' },
    ];
  if (type === 'boolean')
    return [
      { type: 'string', pattern: '^([tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|1|0)$' },
      { type: 'integer', enum: [0, 1] },
    ];
  if (name === 'image_size') return [{ type: 'integer', enum: [512] }];
  return [];
}

function pictureObject(): JsonObject {
  const properties = Object.fromEntries(
    ['image_url', 'url', 'b64_json', 'data'].map((name) => [name, schemaRef('Picture')]),
  );
  return {
    type: 'object',
    properties,
    anyOf: Object.keys(properties).map((name) => ({ required: [name] })),
  };
}

const pictureFile = { type: 'string', contentMediaType: 'application/octet-stream' } as const;
/** A red square of 8 × 8 pixels. */
const examplePicture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAMAAADz0U65AAAAA1BMVEXMMzN0dFbYAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQI12NgoA4AAABIAAH/myMhAAAAAElFTkSuQmCC';
