import { z } from 'zod';
import { blockThresholds, harmCategories } from '../../journey/safety-settings.ts';
import { parseSize } from './choose-size.ts';

/**
 * The request fields of the Images API, in every type that clients send them: forms send all values as text,
 * and some JSON clients do too (docs/contracts/clients.md#fields-and-spellings). The OpenAPI document is made from this.
 */
const integer = (min: number, max: number, range = `from ${min} to ${max}`) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\s*-?\d+(?:\.0+)?\s*$/.test(value) ? Number(value) : value),
    z.int(`must be a whole number ${range}`).min(min, `must be ${range}`).max(max, `must be ${range}`),
  );

const boolean = z.preprocess((value) => {
  if (value === 1 || (typeof value === 'string' && /^(?:true|1)$/i.test(value))) return true;
  if (value === 0 || (typeof value === 'string' && /^(?:false|0)$/i.test(value))) return false;
  return value;
}, z.boolean('must be true or false'));

const oneOf = <const Values extends readonly [string, ...string[]]>(
  values: Values,
  others: Readonly<Record<string, string>> = {},
) => {
  const spellings = new Map(Object.entries(others));
  return z.preprocess(
    (value) => {
      const plain = typeof value === 'string' ? value.trim().toLowerCase() : value;
      return typeof plain === 'string' ? (spellings.get(plain) ?? plain) : plain;
    },
    z.enum(values, `must be one of: ${values.join(', ')}`).meta({ enum: [...values, ...spellings.keys()] }),
  );
};

/** A number that JSON's readers round, or that may be written in several ways, is not the name that was sent. */
const nameOrNumber = z.preprocess(
  (value) => (Number.isSafeInteger(value) || typeof value === 'boolean' ? String(value) : value),
  z.string('must be text'),
);

/** Forms send lists as JSON. */
const fromJson = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

const upperCase = (value: unknown): unknown =>
  typeof value === 'string' ? value.trim().toUpperCase() : value;

const safetySetting = z.strictObject(
  {
    category: z.preprocess(
      upperCase,
      z.enum(harmCategories, `must name categories out of ${harmCategories.join(', ')}`),
    ),
    threshold: z.preprocess(
      upperCase,
      z.enum(blockThresholds, `must name thresholds out of ${blockThresholds.join(', ')}`),
    ),
  },
  'must be a list of objects that have a category and a threshold, and nothing else',
);

const searchNames = ['google_search', 'googleSearch', 'google_search_retrieval', 'googleSearchRetrieval'];

const label = (maxCharacters: number) =>
  z.string('must be text').max(maxCharacters, `must have at most ${maxCharacters} characters`);
const maxPromptCharacters = 32_000;

export const requestFields = {
  model: label(200).describe(
    'A Gemini image model or one of its aliases; absent, the configured default. Suffixes -16x9, -4k and -16x9-4k choose ratio and size.',
  ),
  prompt: z
    .string('must be text')
    .refine((text) => text.trim() !== '', 'must not be empty')
    // A client that cut its text may send one; no text on the wire can hold it, and another character would be drawn.
    .refine((text) => text.isWellFormed(), 'has half of a character in it: one of a pair of surrogates alone')
    .refine(
      (text) => text.length <= maxPromptCharacters || [...text].length <= maxPromptCharacters,
      `must have at most ${maxPromptCharacters} characters`,
    )
    .describe('What to draw.')
    .meta({ minLength: 1, maxLength: maxPromptCharacters, pattern: String.raw`\S` }),
  // Zero is settled by the operation, see read-order.ts.
  n: integer(0, 10, 'from 1 to 10').describe(
    'How many pictures, 1 to 10. Each is one upstream call; they run in parallel.',
  ),
  all_images: boolean.describe(
    'With n 1: where a model answers with several pictures, deliver all of them (the last ten) instead of the last. Drafts that a model does not mark as such are among them.',
  ),
  aspect_ratio: z
    .string('must be text such as "16:9"')
    .describe('One of the ratios of the model, such as 16:9, or auto.'),
  image_size: z
    .preprocess(
      (value) => (typeof value === 'number' ? String(value) : value),
      z.string('must be text such as "2K"'),
    )
    .describe('1K, 2K or 4K (512 on some models).'),
  size: z
    .string('must be text such as "1024x1024"')
    .refine(
      (text) => parseSize(text) !== undefined,
      'must be auto, WIDTHxHEIGHT, a ratio such as 16:9, or 1K, 2K or 4K',
    )
    .describe(
      'auto, WIDTHxHEIGHT, a ratio or a tier. Mapped to the nearest ratio and tier; aspect_ratio and image_size win over it. The answer names the real size.',
    ),
  width: integer(1, 99_999).describe(
    'Together with height: the same as size. Alone, or beside another size, a 400.',
  ),
  height: integer(1, 99_999).describe(
    'Together with width: the same as size. Alone, or beside another size, a 400.',
  ),
  fit: oneOf(['native', 'exact']).describe('exact: deliver exactly the WIDTHxHEIGHT of size.'),
  quality: oneOf(['auto', 'low', 'medium', 'high', 'xhigh', 'max', 'standard', 'hd'], {
    '1k': 'medium',
    '2k': 'high',
    '4k': 'max',
  }).describe(
    'Chooses the tier when nothing else does: high and hd 2K, xhigh and max 4K, else 1K. Reported when it changes nothing.',
  ),
  response_format: oneOf(['b64_json', 'url']).describe(
    'Base64 in the answer, or a link. Default b64_json; url for models starting with dall-e.',
  ),
  output_format: oneOf(['png', 'jpeg', 'webp', 'avif'], { jpg: 'jpeg' }).describe(
    "Convert the picture. Absent: the bytes of the model, untouched; PNG for models asked for by a name of OpenAI's.",
  ),
  output_compression: integer(0, 100).describe('Quality of jpeg, webp and avif, 100 the best.'),
  background: oneOf(['auto', 'opaque', 'transparent']).describe(
    'Gemini models draw opaque pictures; transparent is refused.',
  ),
  mask_source: oneOf(['mask', 'transparency']).describe(
    'Edits: transparency takes the transparent area of the first image as the mask, when none is sent.',
  ),
  stream: boolean.describe('Answer as server-sent events.'),
  partial_images: integer(0, 3).describe('Drafts to send while streaming, where the model makes them.'),
  user: nameOrNumber.describe('Your own name for the end user; kept in the usage ledger.'),
  safety_identifier: nameOrNumber.describe('Wins over user when both are sent.'),
  moderation: oneOf(['auto', 'low']).describe('Accepted and reported as without effect.'),
  safety_settings: z
    .preprocess(
      fromJson,
      z
        .array(safetySetting, 'must be a list of objects that have a category and a threshold')
        .refine(
          (list) => new Set(list.map(({ category }) => category)).size === list.length,
          'must name each category once',
        ),
    )
    .describe(
      "How strict Gemini's own filter is, passed on: a list of {category, threshold}. What the operator pins wins and is reported.",
    ),
  tools: z
    .preprocess(
      fromJson,
      z
        .array(z.looseObject({}, 'must be a list of objects'), 'must be a list')
        .refine(
          (list) => !list.some((tool) => searchNames.some((name) => Object.hasOwn(tool, name))),
          'asks for grounding in a search, which is charged by the query and which no key of this server allows',
        ),
    )
    .describe(
      'google_search is refused: it is charged by the query, and no key allows it. Other tools mean nothing to image models and are reported as ignored.',
    ),
} as const;

/**
 * Fields of OpenAI's or other image APIs that have no meaning for Gemini: accepted, and reported as ignored
 * (docs/contracts/openai-images.md#generation-fields).
 */
export const meaninglessFields: ReadonlySet<string> = new Set([
  'style',
  'markup',
  'input_fidelity',
  'complexity',
  'frame_count',
  'frame_duration_ms',
  'svg',
  'seed',
  'steps',
  'negative_prompt',
  'strength',
  'cfg',
  'guidance_scale',
  'metadata',
]);

/** The same of a picture's object: a picture of OpenAI's messages has it, and Gemini looks at all of every one. */
export const meaninglessPictureMembers: ReadonlySet<string> = new Set(['detail']);

type Fields = typeof requestFields;
export type ReadFields = { readonly [Name in keyof Fields]?: z.output<Fields[Name]> };
