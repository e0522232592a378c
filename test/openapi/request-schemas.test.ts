import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aspectRatios } from '../../src/journey/catalogue-model.ts';
import { PlantainError } from '../../src/kernel/plantain-error.ts';
import { parseAspectRatio, parseImageSize } from '../../src/openai/images/choose-size.ts';
import { flattenFields } from '../../src/openai/images/flatten-fields.ts';
import { openApiDocument } from '../../src/openai/openapi/openapi-document.ts';
import type { JsonObject } from '../../src/openai/openapi/openapi-schemas.ts';
import { readFields } from '../../src/openai/images/read-fields.ts';
import { requestFields } from '../../src/openai/images/request-schema.ts';
import { documentSchemas } from './document-schemas.ts';

const document = openApiDocument('0.0.0', []);
const compile = documentSchemas(document);
type FieldName = keyof typeof requestFields;
const names = Object.keys(requestFields) as FieldName[];

function documentedField(name: FieldName): JsonObject {
  const { properties } = document.components.schemas['EditRequest'] as {
    properties: Record<string, JsonObject>;
  };
  return properties[name] ?? {};
}

/** Whether the reader takes a value; what it leaves to the model's catalogue is asked here as well. */
function isTaken(name: FieldName, value: unknown): boolean {
  try {
    const { values } = readFields(flattenFields([[name, value]]), false);
    if (values.aspect_ratio !== undefined)
      return (
        values.aspect_ratio.trim().toLowerCase() === 'auto' ||
        parseAspectRatio(values.aspect_ratio) !== undefined
      );
    if (values.image_size !== undefined) return parseImageSize(values.image_size) !== undefined;
    return name !== 'prompt' || values.prompt !== undefined;
  } catch (error) {
    if (error instanceof PlantainError) return false;
    throw error;
  }
}

const words = [
  'auto low medium high xhigh max standard hd 1k 2k 4k 512 512px 0.5K png jpeg jpg webp avif gif b64_json url',
  'opaque transparent native exact mask transparency true false TRUE False yes 8K 1:1 16:9 16x9 16/9 7:5',
  '1024x1024 1024×768 1*1 0x5 100000x1 x -1 1.0 1.5 null',
].flatMap((line) => line.split(' '));
const spacedWords = ['1024 × 768', ' 3 ', '', ' '];
const edge = fc.integer({ min: 1, max: 120_000 });
const values = fc.oneof(
  fc.constantFrom(...words, ...spacedWords),
  fc.constantFrom(null, true, false, [], {}, [1], { n: 1 }),
  fc.integer({ min: -3, max: 120_000 }),
  fc.integer({ min: -3, max: 12 }),
  fc.integer({ min: -3, max: 102 }).map(String),
  fc.double({ noNaN: true, min: -2, max: 20 }),
  fc.constantFrom(...aspectRatios),
  fc.tuple(edge, fc.constantFrom('x', 'X', '×', '*', ' x '), edge).map((parts) => parts.join('')),
  fc
    .tuple(
      fc.integer({ min: 0, max: 30 }),
      fc.constantFrom(':', '/', ' x ', ' : '),
      fc.integer({ min: 0, max: 30 }),
    )
    .map((parts) => parts.join('')),
  fc.string({ maxLength: 12 }),
);
/** Lists that may come as their JSON: a pattern tells the brackets, and no pattern what is JSON. */
const jsonLists: readonly FieldName[] = ['safety_settings', 'tools'];
/** Spellings the document describes in words only: letter case, space, leading zeros, and what stands in brackets. */
const isDescribedInWords = (name: FieldName, value: unknown): boolean =>
  typeof value === 'string' &&
  (((/^\s|\s$/.test(value) || value !== value.toLowerCase()) &&
    !['size', 'aspect_ratio', 'image_size', 'prompt', 'model', 'user', 'safety_identifier'].includes(name)) ||
    /(?:^|\D)0\d/.test(value) ||
    /^\s*-0/.test(value) ||
    (jsonLists.includes(name) && value !== '[]' && /^\s*\[[\s\S]*\]\s*$/.test(value)));

describe('the described types of a field are exactly those that are read', () => {
  test.each(names)('%s', (name) => {
    const validate = compile(documentedField(name));
    fc.assert(
      fc.property(values, (value) => {
        fc.pre(!isDescribedInWords(name, value));
        expect(validate(value), JSON.stringify(value)).toBe(isTaken(name, value));
      }),
      { numRuns: 1500 },
    );
  });

  test.each(jsonLists)('%s may be the JSON of a list, and no other text in brackets', (name) => {
    const validate = compile(documentedField(name));
    expect([validate('[]'), isTaken(name, '[]')]).toEqual([true, true]);
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        // An object that is cut short: never the JSON of a list.
        expect(isTaken(name, `[{${text.replaceAll('}', '')}]`)).toBe(false);
      }),
    );
    for (const text of ['[!]', '[1]', '["a"]', '[null]', '[[]]', '[,]'])
      expect(isTaken(name, text), text).toBe(false);
  });

  test('a prompt of 32,000 characters is described and read, one more is neither', () => {
    const validate = compile(documentedField('prompt'));
    for (const [text, isGood] of [
      ['🦊'.repeat(32_000), true],
      ['🦊'.repeat(32_001), false],
      ['\u3000\ufeff\n', false],
    ] as const) {
      expect(validate(text)).toBe(isGood);
      expect(isTaken('prompt', text)).toBe(isGood);
    }
  });
});
