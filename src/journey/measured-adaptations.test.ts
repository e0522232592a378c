import { describe, expect, test } from 'vitest';
import { Base64Image } from '../bytes/base64-image.ts';
import { loadCatalogue } from '../routing/model-catalogue.ts';
import type { PixelSize } from './catalogue-model.ts';
import type { ReferenceImage } from './image-order.ts';
import type { GeneratedImage } from './image-result.ts';
import { measuredAdaptations, type OrderedShape } from './measured-adaptations.ts';

const model = loadCatalogue().get('gemini-3-pro-image');
if (model === undefined) throw new Error('no such model');
const sizeOf = (text: string): PixelSize => {
  const [widthPx = 0, heightPx = 0] = text.split('x').map(Number);
  return { widthPx, heightPx };
};
const drawn = (size: string): GeneratedImage => ({
  base64: new Base64Image([]),
  mimeType: 'image/png',
  size: sizeOf(size),
});
const told = (order: Partial<OrderedShape>, ...sizes: readonly string[]) =>
  measuredAdaptations(
    {
      model,
      aspectRatio: '1:1',
      imageSize: '1K',
      masksTransparency: false,
      output: { delivery: 'b64_json' },
      adaptations: [],
      ...order,
    },
    sizes.map(drawn),
  );
const asDrawn = (parameter: string, from: string, to: string) => ({
  parameter,
  action: 'mapped',
  from,
  to,
  reason: 'as-drawn',
});

describe('ru4ls/ComfyUI_Nano_Banana#16: a picture that is not the one ordered is told, measured', () => {
  test.each([
    ['smaller', '16:9', '4K', '1376x768', [asDrawn('image_size', '4K', '1376x768')]],
    ['larger', '1:1', '1K', '2048x2048', [asDrawn('image_size', '1K', '2048x2048')]],
    ['of another ratio', '9:16', '1K', '1024x1024', [asDrawn('aspect_ratio', '9:16', '1024x1024')]],
    ['turned', '9:16', '1K', '1376x768', [asDrawn('aspect_ratio', '9:16', '1376x768')]],
    [
      'of another ratio and smaller',
      '16:9',
      '2K',
      '1024x1024',
      [asDrawn('aspect_ratio', '16:9', '1024x1024'), asDrawn('image_size', '2K', '1024x1024')],
    ],
    ['of the next ratio', '3:4', '1K', '928x1152', [asDrawn('aspect_ratio', '3:4', '928x1152')]],
    ['smaller, whatever its ratio', 'auto', '2K', '1376x768', [asDrawn('image_size', '2K', '1376x768')]],
  ] as const)('%s than ordered: %s at %s came as %s', (_name, aspectRatio, imageSize, size, expected) => {
    expect(told({ aspectRatio, imageSize }, size)).toEqual(expected);
  });

  test.each([
    ['1:1', '1K', '1024x1024'],
    // What the live service draws beside its own table.
    ['16:9', '1K', '1408x768'],
    ['16:9', '2K', '2816x1536'],
    ['16:9', '4K', '5632x3072'],
    ['8:1', '1K', '2928x352'],
    ['21:9', '1K', '1584x672'],
    ['auto', '1K', '848x1264'],
  ] as const)('not told is what was ordered: %s at %s came as %s', (aspectRatio, imageSize, size) => {
    expect(told({ aspectRatio, imageSize }, size)).toEqual([]);
  });

  test('what the table of every model promises is what was ordered', () => {
    for (const each of loadCatalogue().models)
      for (const [imageSize, row] of Object.entries(each.pixels))
        for (const [aspectRatio, { widthPx, heightPx }] of Object.entries(row))
          expect(
            told(
              { model: each, imageSize, aspectRatio } as unknown as OrderedShape,
              `${widthPx}x${heightPx}`,
            ),
          ).toEqual([]);
  });

  test('nothing is held against a table that is not there', () => {
    expect(told({ model: { ...model, pixels: {} }, imageSize: '4K' }, '64x64')).toEqual([]);
  });
});

describe('pixels that were promised for a size', () => {
  const size = { parameter: 'size', action: 'mapped', from: '1792x1024', to: '1376x768' } as const;
  const other = { parameter: 'style', action: 'ignored', reason: 'no-effect' } as const;
  const order = { aspectRatio: '16:9', adaptations: [size, other] } as const;

  test('are told as they came, once a size, and beside nothing that says it again', () => {
    expect(told(order, '1024x1024')).toEqual([{ ...size, to: '1024x1024' }, other]);
    expect(told(order, '1376x768')).toEqual([size, other]);
    expect(told(order, '1376x768', '1408x768')).toEqual([size, { ...size, to: '1408x768' }, other]);
  });

  test('are no adaptation when just what was asked for came', () => {
    expect(told(order, '1792x1024')).toEqual([other]);
  });

  test('stay as they are when nothing measured came', () => {
    expect(told(order)).toEqual([size, other]);
  });
});

describe('what is finished after it was drawn', () => {
  const output = { delivery: 'b64_json', exactSize: sizeOf('2000x2000') } as const;
  const promised = { parameter: 'size', action: 'mapped', reason: 'upscaled-from-1024x1024' } as const;

  test('is upscaled from what was drawn, or not at all', () => {
    expect(told({ output, adaptations: [promised] }, '900x900')).toEqual([
      { ...promised, reason: 'upscaled-from-900x900' },
    ]);
    expect(told({ output, adaptations: [promised] }, '2048x2048')).toEqual([]);
    expect(told({ output, imageSize: '2K' }, '1024x2048')).toEqual([
      { parameter: 'size', action: 'mapped', reason: 'upscaled-from-1024x2048' },
    ]);
    expect(told({ output, adaptations: [{ ...promised, parameter: 'width' }] }, '900x900')).toEqual([
      { parameter: 'width', action: 'mapped', reason: 'upscaled-from-900x900' },
    ]);
  });

  test('by a mask has the size of its original', () => {
    const kept = { parameter: 'size', action: 'mapped', to: '64x48' } as const;
    expect(told({ masksTransparency: true, adaptations: [kept] }, '640x64')).toEqual([kept]);
    expect(told({ mask: {} as ReferenceImage, adaptations: [kept] }, '640x64')).toEqual([kept]);
  });
});

test('a picture of a type that is not known is delivered as it came, and what was wished of it is told', () => {
  const image: GeneratedImage = { base64: new Base64Image([]), mimeType: 'image/jxl' };
  const order = {
    model,
    aspectRatio: '1:1',
    imageSize: '1K',
    masksTransparency: false,
    adaptations: [],
  } as const;
  const output = { delivery: 'b64_json' } as const;
  expect(measuredAdaptations({ ...order, output }, [image])).toEqual([]);
  const wished = { ...output, format: 'png', exactSize: sizeOf('64x48') } as const;
  expect(measuredAdaptations({ ...order, output: wished }, [image])).toEqual([
    { parameter: 'output_format', action: 'ignored', from: 'png', to: 'image/jxl', reason: 'unknown-type' },
    { parameter: 'size', action: 'ignored', from: '64x48', to: 'image/jxl', reason: 'unknown-type' },
  ]);
});
