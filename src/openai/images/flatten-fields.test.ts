import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { flattenFields } from './flatten-fields.ts';

const flat = (body: object): Record<string, unknown> =>
  Object.fromEntries([...flattenFields(Object.entries(body))].map(([name, { value }]) => [name, value]));
const paths = (body: object): Record<string, string> =>
  Object.fromEntries([...flattenFields(Object.entries(body))].map(([name, { path }]) => [name, path]));

describe('one name a field', () => {
  test.each([
    [
      'camelCase',
      { aspectRatio: '16:9', responseFormat: 'url' },
      { aspect_ratio: '16:9', response_format: 'url' },
    ],
    ['PascalCase', { AspectRatio: '16:9' }, { aspect_ratio: '16:9' }],
    ['synonyms', { resolution: '2K', num_images: 2 }, { image_size: '2K', n: 2 }],
    ['a resolution in pixels', { resolution: '1024x768' }, { size: '1024x768' }],
    ['image_config', { image_config: { aspect_ratio: '1:1' } }, { aspect_ratio: '1:1' }],
    [
      "the literal extra_body of Google's compatibility layer",
      { extra_body: { google: { imageConfig: { aspectRatio: '16:9', imageSize: '4K' } } } },
      { aspect_ratio: '16:9', image_size: '4K' },
    ],
    ['generationConfig', { generationConfig: { imageConfig: { imageSize: '2K' } } }, { image_size: '2K' }],
  ])('%s', (_name, body, fields) => {
    expect(flat(body)).toEqual(fields);
  });

  test("keeps the caller's own spelling for messages", () => {
    expect(paths({ extra_body: { google: { imageConfig: { aspectRatio: '16:9' } } }, numImages: 2 })).toEqual(
      {
        aspect_ratio: 'extra_body.google.imageConfig.aspectRatio',
        n: 'numImages',
      },
    );
  });

  test('leaves objects that are no wrappers alone', () => {
    expect(flat({ svg: { model: 'x' }, image_config: '16:9' })).toEqual({
      svg: { model: 'x' },
      image_config: '16:9',
    });
  });
});

test('null, undefined and empty text count as not sent, false and 0 do not', () => {
  expect(flat({ size: null, quality: '', n: undefined, stream: false, seed: 0, user: ' ' })).toEqual({
    stream: false,
    seed: 0,
    user: ' ',
  });
});

describe('the same field twice', () => {
  test('with one value is one field, with two is a 400 that names both', () => {
    expect(flat({ aspect_ratio: '1:1', aspectRatio: '1:1', image_config: { aspect_ratio: '1:1' } })).toEqual({
      aspect_ratio: '1:1',
    });
    expect(flat({ metadata: { a: [1] }, Metadata: { a: [1] } })).toEqual({ metadata: { a: [1] } });
    const run = () => flat({ image_size: '1K', extra_body: { resolution: '2K' } });
    expect(run).toThrow(PlantainError);
    expect(run).toThrow("'extra_body.resolution' and 'image_size' are the same parameter");
  });

  test('one of them not sent is no contradiction', () => {
    expect(flat({ image_size: null, resolution: '2K' })).toEqual({ image_size: '2K' });
  });
});

test('names that objects have of their own are names like others', () => {
  const body: unknown = JSON.parse(
    '{"__proto__": {"n": 3}, "constructor": 1, "toString": 2, "hasOwnProperty": 3}',
  );
  const fields = flattenFields(Object.entries(body as object));
  expect([...fields.keys()]).toEqual(['__proto__', 'constructor', 'to_string', 'has_own_property']);
});

test('wrappers that never end are left alone after four', () => {
  let body: Record<string, unknown> = { n: 2 };
  for (let depth = 0; depth < 200; depth++) body = { google: body };
  const [field] = flattenFields(Object.entries(body)).values();
  expect(field?.path).toBe('google.google.google.google.google');
});

test('takes any JSON object: what comes out is text to value, or a 400', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
      try {
        for (const [name, { path, value }] of flattenFields(Object.entries(body))) {
          expect(typeof name).toBe('string');
          expect(typeof path).toBe('string');
          expect([null, undefined, '']).not.toContain(value);
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_value' });
      }
    }),
  );
});
