import { describe, expect, test } from 'vitest';
import type { DrawWish } from '../../journey/upstream.ts';
import type { Profile } from './profile.ts';
import { shapeFields } from './shape-fields.ts';

const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });
const model = {
  defaultImageSize: '1K',
  sendsImageSize: true,
  pixels: {
    '1K': { '1:1': size(1024, 1024), '3:2': size(1536, 1024), '9:16': size(768, 1376) },
    '2K': { '1:1': size(2048, 2048) },
  },
};
type Asked = Parameters<typeof shapeFields>[0];
const asked = (fields: Partial<DrawWish> = {}, more: object = {}): Asked =>
  ({
    model: { ...model, ...more },
    aspectRatio: 'auto',
    imageSize: '1K',
    references: [],
    ...fields,
  }) as unknown as Asked;
const editing = (widthPx: number, heightPx: number): Partial<DrawWish> => ({
  references: [{ size: size(widthPx, heightPx) }] as unknown as DrawWish['references'],
});
const profile = (sizeSyntax: Profile['sizeSyntax'], autoShape?: Profile['autoShape']): Profile =>
  ({ sizeSyntax, ...(autoShape && { autoShape }) }) as unknown as Profile;

describe('a server that takes pixels', () => {
  const plain = profile('wxh');

  test.each<[string, Partial<DrawWish>, string | undefined]>([
    ['a ratio', { aspectRatio: '3:2' }, '1536x1024'],
    ['a ratio and a tier', { aspectRatio: '1:1', imageSize: '2K' }, '2048x2048'],
    ['pixels, whatever else is said', { pixels: size(640, 480), aspectRatio: '3:2' }, '640x480'],
    ['nothing: square', {}, '1024x1024'],
    ['an edit of a wide picture: the ratio nearest to it', editing(1500, 1000), '1536x1024'],
    ['an edit of a tall picture', editing(100, 190), '768x1376'],
    ['an edit of one nearly square', editing(1100, 1000), '1024x1024'],
    [
      'an edit of one as far from square as from 3:2, by the sides’ proportion',
      editing(1230, 1000),
      '1536x1024',
    ],
    ['a ratio that the model has not', { aspectRatio: '4:3' }, undefined],
    ['a tier that the model has not', { imageSize: '4K' }, undefined],
  ])('is asked for %s', (_what, fields, told) => {
    expect(shapeFields(asked(fields), plain)).toEqual(told === undefined ? undefined : { size: told });
  });

  test('or by a star gets one', () => {
    expect(shapeFields(asked({ aspectRatio: '3:2' }), profile('wstarh'))).toEqual({ size: '1536*1024' });
  });

  test('is left the choice by its own word, where the model would draw that tier by itself', () => {
    const own = profile('wxh', { generate: 'auto', edit: 'original' });
    expect(shapeFields(asked(), own)).toEqual({ size: 'auto' });
    expect(shapeFields(asked(editing(10, 10)), own)).toEqual({ size: 'original' });
    expect(shapeFields(asked({ imageSize: '2K' }), own)).toEqual({ size: '2048x2048' });
    expect(shapeFields(asked({ aspectRatio: '1:1' }), own)).toEqual({ size: '1024x1024' });
    expect(shapeFields(asked({ pixels: size(8, 8) }), own)).toEqual({ size: '8x8' });
    expect(shapeFields(asked(), profile('wxh', { edit: 'original' }))).toEqual({ size: '1024x1024' });
  });
});

describe('a server that takes a ratio and a tier', () => {
  const own = profile('ratio_and_tier', { generate: 'auto' });

  test('gets both, its word for its own choice, or none where it has none', () => {
    expect(shapeFields(asked({ aspectRatio: '3:2', imageSize: '2K' }), own)).toEqual({
      aspect_ratio: '3:2',
      image_size: '2K',
    });
    expect(shapeFields(asked(), own)).toEqual({ aspect_ratio: 'auto', image_size: '1K' });
    expect(shapeFields(asked(editing(1, 1)), own)).toEqual({ image_size: '1K' });
  });

  test('gets no tier for a model that takes none, and pixels alone where they were asked for', () => {
    expect(shapeFields(asked({ aspectRatio: '3:2' }, { sendsImageSize: false }), own)).toEqual({
      aspect_ratio: '3:2',
    });
    expect(shapeFields(asked({ aspectRatio: '3:2', pixels: size(640, 480) }), own)).toEqual({
      size: '640x480',
    });
  });
});

describe('a server that takes a ratio and a resolution', () => {
  const own = profile('ratio_and_resolution');

  test('gets both, and has 1k and 2k alone', () => {
    expect(shapeFields(asked({ aspectRatio: '3:2' }), own)).toEqual({
      aspect_ratio: '3:2',
      resolution: '1k',
    });
    expect(shapeFields(asked({ imageSize: '2K' }), own)).toEqual({ resolution: '2k' });
    expect(shapeFields(asked({ imageSize: '4K' }), own)).toBeUndefined();
    expect(shapeFields(asked({ pixels: size(640, 480) }), own)).toBeUndefined();
  });
});
