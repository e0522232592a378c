import { describe, expect, test } from 'vitest';
import { Base64Image } from '../bytes/base64-image.ts';
import type { Dialect } from '../journey/dialect.ts';
import type { Caller, ImageOrder } from '../journey/image-order.ts';
import type { ImageRequest } from '../journey/image-request.ts';
import type { OrderScope } from '../journey/order-scope.ts';
import type { ImageResult } from '../journey/receipt.ts';
import { predictDialect } from './predict-dialect.ts';

/** The Images API's dialect as far as it is used: it keeps what it is given to read. */
const images = {
  read: async (request: ImageRequest) => {
    const { document } = (await request.readBody()) as { document: unknown };
    return {
      read: document,
      pathModel: request.pathModel,
      adaptations: [{ parameter: 'x', action: 'ignored' }],
    };
  },
  writeResult: () => ({ status: 200, headers: { 'content-length': '5', 'x-more': '1' }, body: {} }),
} as unknown as Dialect;
const dialect = predictDialect(images, (name) => (name.startsWith('imagen') ? 'gemini-x' : name));

async function read(document: unknown, pathModel = 'gemini-x') {
  const request = { pathModel, readBody: async () => ({ kind: 'json', document }) };
  const order: unknown = await dialect.read(
    request as unknown as ImageRequest,
    {} as Caller,
    {} as OrderScope,
  );
  return order as ImageOrder & { readonly read: unknown; readonly pathModel: unknown };
}
const predict = (parameters?: object) => ({ instances: [{ prompt: 'a fox' }], parameters });
const plain = {
  model: 'gemini-x',
  prompt: 'a fox',
  n: 1,
  response_format: 'b64_json',
  output_format: 'png',
};

describe('what Imagen was asked', () => {
  test.each<[string, object | undefined, object]>([
    ['no parameters', undefined, {}],
    ['a count', { sampleCount: 4 }, { n: 4 }],
    ['a ratio', { aspectRatio: '16:9' }, { aspect_ratio: '16:9' }],
    ['a size', { sampleImageSize: '2K' }, { image_size: '2K' }],
    ['a size by its other name', { image_size: '2K' }, { image_size: '2K' }],
    ['nothing avoided', { negativePrompt: '' }, {}],
    ['what is null', { sampleCount: null, colour: null }, {}],
    ['what is empty', { colour: '' }, {}],
    ['PNG', { outputOptions: { mimeType: 'image/png', compressionQuality: 5 } }, {}],
    ['JPEG', { output_options: { mime_type: 'image/jpeg' } }, { output_format: 'jpeg' }],
    [
      'JPEG of a quality',
      { outputOptions: { mimeType: 'image/jpeg', compressionQuality: 80 } },
      { output_format: 'jpeg', output_compression: 80 },
    ],
  ])('with %s is an order of the Images API', async (_what, parameters, fields) => {
    const order = await read(predict(parameters));
    expect(order.read).toEqual({ ...plain, ...fields });
    expect(order).toMatchObject({ requestedModel: 'gemini-x', adaptations: [{ parameter: 'x' }] });
    expect(order.pathModel).toBeUndefined();
  });

  test('may be one instance without its list, and may lack a prompt, which the order refuses', async () => {
    expect((await read({ instances: { prompt: 'a fox' } })).read).toEqual(plain);
    const { prompt: _none, ...rest } = plain;
    expect((await read({ instances: [{}] })).read).toEqual(rest);
  });

  test('of a model that is no more is drawn by another, and that is told, as is what is ignored', async () => {
    const order = await read(predict({ seed: 5, add_watermark: true, language: '' }), 'imagen-4');
    expect(order.requestedModel).toBe('imagen-4');
    expect(order.read).toMatchObject({ model: 'gemini-x' });
    expect(order.adaptations).toEqual([
      { parameter: 'x', action: 'ignored' },
      { parameter: 'model', action: 'mapped', from: 'imagen-4', to: 'gemini-x' },
      { parameter: 'addWatermark', action: 'ignored' },
      { parameter: 'seed', action: 'ignored' },
    ]);
    const { adaptations } = await read(predict(), `imagen-${'4'.repeat(200)}`);
    expect(adaptations[1]?.from).toHaveLength(100);
  });

  test.each([
    ['personGeneration', 'dont_allow'],
    ['safetySetting', 'x'],
    ['safetyFilterLevel', 'x'],
    ['addWatermark', true],
    ['enhancePrompt', true],
    ['includeRaiReason', true],
    ['includeSafetyAttributes', true],
    ['guidanceScale', 5],
    ['sampleImageStyle', 'x'],
  ])('with %s is drawn without it, and that is told', async (parameter, value) => {
    const { adaptations } = await read(predict({ [parameter]: value }));
    expect(adaptations.slice(1)).toEqual([{ parameter, action: 'ignored' }]);
  });

  test.each<[string, unknown, string | undefined]>([
    ['no object', [], undefined],
    ['no instance', {}, 'instances'],
    ['two instances', { instances: [{ prompt: 'a' }, { prompt: 'b' }] }, 'instances'],
    ['a text as its instance', { instances: ['a fox'] }, 'instances'],
    ['a picture to edit', { instances: [{ prompt: 'a', image: { x: 1 } }] }, 'instances.image'],
    ['no picture', predict({ sampleCount: 0 }), 'sampleCount'],
    ['too many pictures', predict({ sampleCount: 5 }), 'sampleCount'],
    ['half a picture', predict({ sampleCount: 1.5 }), 'sampleCount'],
    ['a count as a text', predict({ sampleCount: '2' }), 'sampleCount'],
    ['what should not be seen', predict({ negativePrompt: 'dogs' }), 'negativePrompt'],
    ['what nobody knows', predict({ colour: 'red' }), 'parameters.colour'],
    ['a long name', predict({ ['z'.repeat(99)]: 1 }), `parameters.${'z'.repeat(60)}`],
    ['another format', predict({ outputOptions: { mimeType: 'image/webp' } }), 'outputOptions.mimeType'],
  ])('with %s is refused', async (_what, document, param) => {
    const refusal = await read(document).then(
      () => expect.fail('it was read'),
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject(
      param === undefined ? { code: 'invalid_json' } : { code: 'invalid_value', param },
    );
  });
});

test.each([0, 1, 3])('%i pictures are told as predictions, whose length is not the order’s', (count) => {
  const image = { mimeType: 'image/png', base64: new Base64Image([Buffer.from('AA'), Buffer.from('BB')]) };
  const result = { images: Array.from({ length: count }, () => ({ image })) } as unknown as ImageResult;
  const { body, headers, status } = dialect.writeResult(result);
  expect([status, headers]).toEqual([
    200,
    { 'x-more': '1', 'content-type': 'application/json; charset=UTF-8' },
  ]);
  const pieces = body.kind === 'whole' ? body.pieces : [];
  const prediction = { mimeType: 'image/png', bytesBase64Encoded: 'AABB' };
  expect(JSON.parse(Buffer.concat(pieces).toString())).toEqual({
    predictions: Array.from({ length: count }, () => prediction),
  });
  expect(body).toMatchObject({ isLastUse: true });
});
