import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { flattenFields } from './flatten-fields.ts';
import { readFields } from './read-fields.ts';
import { meaninglessFields, requestFields } from './request-schema.ts';

const read = (body: object, isStrict = false) => readFields(flattenFields(Object.entries(body)), isStrict);

function refusal(body: object, isStrict = false): PlantainError {
  try {
    read(body, isStrict);
  } catch (error) {
    if (error instanceof PlantainError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('values in every type that clients send them', () => {
  test.each([
    [{ n: 3 }, { n: 3 }],
    [{ n: '3' }, { n: 3 }],
    [{ n: ' 3 ' }, { n: 3 }],
    [{ n: '3.0' }, { n: 3 }],
    [{ n: 3.0 }, { n: 3 }],
    [{ stream: 'true' }, { stream: true }],
    [{ stream: 'False' }, { stream: false }],
    [{ stream: 1 }, { stream: true }],
    [{ stream: '0' }, { stream: false }],
    [{ quality: 'HD' }, { quality: 'hd' }],
    [{ quality: '2k' }, { quality: 'high' }],
    [{ output_format: 'JPG' }, { output_format: 'jpeg' }],
    [{ image_size: 512 }, { image_size: '512' }],
    [{ user: 42 }, { user: '42' }],
    [{ user: Number.MAX_SAFE_INTEGER }, { user: '9007199254740991' }],
    [{ prompt: 'a \ud83e\udd8a' }, { prompt: 'a \ud83e\udd8a' }],
    [{ output_compression: '0' }, { output_compression: 0 }],
  ])('%j', (body, values) => {
    expect(read(body)).toMatchObject({ values, adaptations: [] });
  });
});

describe('values that cannot be used are a 400 that tells parameter, value and fix', () => {
  test.each([
    [{ n: 11 }, 'n', "Invalid value for 'n': 11 must be from 1 to 10."],
    [{ n: 2.5 }, 'n', "Invalid value for 'n': 2.5 must be a whole number from 1 to 10."],
    [{ n: 'two' }, 'n', 'Invalid value for \'n\': "two" must be a whole number from 1 to 10.'],
    [
      { num_images: [1] },
      'num_images',
      "Invalid value for 'num_images': [1] must be a whole number from 1 to 10.",
    ],
    [{ stream: 'maybe' }, 'stream', 'must be true or false'],
    [{ fit: 'cover' }, 'fit', 'must be one of: native, exact'],
    [{ size: '10' }, 'size', 'must be auto, WIDTHxHEIGHT, a ratio such as 16:9, or 1K, 2K or 4K'],
    [{ size: 1024 }, 'size', 'must be text such as "1024x1024"'],
    [{ prompt: '   ' }, 'prompt', 'must not be empty'],
    [{ prompt: 'x'.repeat(32_001) }, 'prompt', 'must have at most 32000 characters'],
    [{ user: {} }, 'user', 'must be text'],
    ...[2 ** 53, 1e300, -(2 ** 53), 1.5, Infinity].map((user): [object, string, string] => [
      { user },
      'user',
      'must be text',
    ]),
    [{ safety_identifier: 2 ** 60 }, 'safety_identifier', 'must be text'],
    [{ prompt: 'a fox \ud800' }, 'prompt', 'half of a character'],
    [{ prompt: '\udc00 fox' }, 'prompt', 'half of a character'],
    [{ model: 'x'.repeat(201) }, 'model', 'must have at most 200 characters'],
    [{ image_config: { aspectRatio: 5 } }, 'image_config.aspectRatio', 'must be text such as "16:9"'],
  ])('%j', (body, param, message) => {
    const error = refusal(body);
    expect(error).toMatchObject({ code: 'invalid_value', param });
    expect(error.message).toContain(message);
  });

  test.each([
    ['{"n": 1e400}', "Invalid value for 'n': it must be a whole number from 1 to 10."],
    ['{"n": -1e400}', "Invalid value for 'n': it must be a whole number from 1 to 10."],
    ['{"n": [1e400, 2]}', 'Invalid value for \'n\': ["…",2] must be a whole number from 1 to 10.'],
    ['{"n": 9007199254740993}', "Invalid value for 'n': it must be a whole number from 1 to 10."],
    [
      '{"n": "9007199254740993"}',
      'Invalid value for \'n\': "9007199254740993" must be a whole number from 1 to 10.',
    ],
    ['{"n": 9007199254740991}', "Invalid value for 'n': 9007199254740991 must be from 1 to 10."],
  ])('and never tell another number than was sent: %s', (json, message) => {
    expect(refusal(JSON.parse(json) as object)).toMatchObject({ param: 'n', message });
  });

  test('and never repeat a large one in full', () => {
    expect(refusal({ n: 'x'.repeat(100_000) }).message.length).toBeLessThan(200);
  });
});

describe('fields without meaning', () => {
  test('are reported: those of other image APIs as such, and what nobody knows', () => {
    expect(read({ style: 'vivid', 'svg[model]': 'x', seeed: 1, negativePrompt: 'no' }).adaptations).toEqual([
      { parameter: 'style', action: 'ignored', reason: 'no-effect' },
      { parameter: 'svg[model]', action: 'ignored', reason: 'no-effect' },
      { parameter: 'seeed', action: 'ignored', reason: 'unknown' },
      { parameter: 'negativePrompt', action: 'ignored', reason: 'no-effect' },
    ]);
  });

  test('are refused in strict mode, with the nearest name where one is near', () => {
    const unknown = refusal({ qualty: 'high' }, true);
    expect(unknown).toMatchObject({ code: 'unknown_parameter', param: 'qualty' });
    expect(unknown.message).toBe("Unknown parameter: 'qualty' is not known. Did you mean 'quality'?");
    const meaningless = refusal({ style: 'vivid' }, true);
    expect(meaningless.message).toBe(
      "Unknown parameter: 'style' has no effect on Gemini models and strict mode is on.",
    );
    expect(refusal({ zzzzzzzzzzzz: 1 }, true).message).not.toContain('Did you mean');
  });

  test('not sent are no reason to refuse, in strict mode either', () => {
    expect(read({ style: null, seed: '' }, true)).toMatchObject({ values: {}, adaptations: [] });
  });

  test('of many strange names the first twenty are told, each short and harmless, and the rest counted', () => {
    const names = Array.from({ length: 70 }, (_, index) => `x${index}-${'y'.repeat(30)}`);
    const { adaptations } = read(Object.fromEntries(names.map((name) => [name, 1])));
    expect(adaptations.map(({ parameter }) => parameter)).toEqual([...names.slice(0, 20), '*']);
    expect(adaptations.at(-1)).toEqual({ parameter: '*', action: 'ignored', from: '50', reason: 'unknown' });
    const forms = Object.fromEntries(names.map((name) => [`svg[${name}]`, 1]));
    expect(read({ style: 'vivid', ...forms }).adaptations).toHaveLength(22);

    const odd = [
      'z'.repeat(10_000),
      'a\u0000\u001b[31m\u202eb',
      'sk-proj-Abcdefgh12345678',
      'AIzaSyA1234567890abcdef',
    ];
    for (const name of odd) {
      const [told] = read({ [name]: 1 }).adaptations;
      expect(told?.parameter).toMatch(/^[\x20-\x7e]{1,64}$/);
      expect(told?.parameter).not.toMatch(/sk-proj|AIza/);
      expect(refusal({ [name]: 1 }, true).message.length).toBeLessThan(250);
      expect(refusal({ [name]: 1 }, true).param).toMatch(/^[\x20-\x7e]{1,64}$/);
    }
  });

  test('more fields than any request means are a 400', () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`x${at}`, 1]));
    expect(read(many(256)).adaptations).toHaveLength(21);
    expect(refusal(many(257))).toMatchObject({ code: 'invalid_value', param: 'x256' });
    expect(refusal({ extra_body: many(300) })).toMatchObject({ code: 'invalid_value' });
  });

  test('words of an object’s prototype are values and names like any other', () => {
    for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(refusal({ quality: word }).message).toContain('must be one of');
      const body = JSON.parse(`{"${word}": 1}`) as object;
      expect(read(body).adaptations).toEqual([{ parameter: word, action: 'ignored', reason: 'unknown' }]);
    }
  });

  test('no name is both known and without meaning', () => {
    expect(Object.keys(requestFields).filter((name) => meaninglessFields.has(name))).toEqual([]);
  });
});

test('pathOf tells how the caller spelled a field, and its own name when it was not sent', () => {
  const { pathOf } = read({ image_config: { aspectRatio: '1:1' } });
  expect([pathOf('aspect_ratio'), pathOf('size')]).toEqual(['image_config.aspectRatio', 'size']);
});

test('any JSON object is read, or refused with a 4xx that names one of its fields', () => {
  const names = fc.oneof(fc.constantFrom(...Object.keys(requestFields), ...meaninglessFields), fc.string());
  fc.assert(
    fc.property(fc.dictionary(names, fc.jsonValue(), { maxKeys: 6 }), fc.boolean(), (body, isStrict) => {
      try {
        const { values } = read(body, isStrict);
        expect(Object.keys(values).every((name) => Object.hasOwn(requestFields, name))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(PlantainError);
        expect((error as PlantainError).entry.status).toBe(400);
        expect((error as PlantainError).param).toBeDefined();
      }
    }),
    { numRuns: 1000 },
  );
});

test('a picture where none is read is refused by its name, never dropped', () => {
  const picture = `data:image/png;base64,${'A'.repeat(100)}`;
  for (const isStrict of [false, true])
    expect(refusal({ prompt: 'a fox', picture_b64: picture }, isStrict)).toMatchObject({
      code: 'invalid_value',
      param: 'picture_b64',
      message: expect.stringContaining("There is a picture in 'picture_b64', which is not read") as string,
    });
});
