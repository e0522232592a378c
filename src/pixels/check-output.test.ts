import { describe, expect, test } from 'vitest';
import type { OutputFormat } from '../journey/image-order.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { checkOutput, type ExpectedOutput } from './check-output.ts';

const params = { size: 'size', format: 'output_format', image: 'image' };
const px = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });
const jpeg1k: ExpectedOutput['drawn'] = { mimeType: 'image/jpeg', size: px(1024, 1024) };
const maxPixels = 200_000_000;

/** The field at fault; undefined when the output can be made. */
function faultOf(expected: Partial<ExpectedOutput>, limit = maxPixels): string | undefined {
  try {
    checkOutput({ drawn: jpeg1k, wish: {}, params, ...expected }, limit);
    return undefined;
  } catch (error) {
    if (!(error instanceof PlantainError)) throw error;
    expect(error).toMatchObject({ code: 'invalid_value', entry: { status: 400 } });
    return error.param ?? '';
  }
}

describe('an exact size that cannot be made is refused before it is drawn', () => {
  test.each([
    ['99999x99999', px(99_999, 99_999), 'png'],
    ['a WebP longer than 16383', px(16_384, 100), 'webp'],
    ['a WebP higher than 16383', px(100, 16_384), 'webp'],
    ['an AVIF longer than 16384', px(16_385, 100), 'avif'],
    ['a JPEG longer than 65500', px(65_501, 100), 'jpeg'],
    ['a PNG longer than 65535', px(65_536, 100), 'png'],
    ["the model's own JPEG longer than 65500", px(65_501, 100), undefined],
  ] as const)('%s', (_what, exactSize, format) => {
    expect(faultOf({ wish: { exactSize, ...(format && { format }) } })).toBe('size');
  });

  test.each([
    [px(16_383, 100), 'webp'],
    [px(16_384, 100), 'avif'],
    [px(65_500, 100), 'jpeg'],
    [px(65_535, 100), 'png'],
    [px(65_500, 100), undefined],
  ] as const)('%o as %s can be made', (exactSize, format) => {
    expect(faultOf({ wish: { exactSize, ...(format && { format }) } })).toBeUndefined();
  });

  test('the model’s own PNG may be longer than its own JPEG', () => {
    const drawn = { mimeType: 'image/png', size: px(1024, 1024) } as const;
    expect(faultOf({ drawn, wish: { exactSize: px(65_501, 100) } })).toBeUndefined();
  });
});

describe('a drawn picture that is too large to be worked on is refused when it would have to be', () => {
  const drawn = { mimeType: 'image/jpeg', size: px(4096, 4096) } as const;
  const limit = 4_000_000;

  test.each([
    ['another format', { format: 'png' }, 'output_format'],
    ['a compression', { format: 'jpeg', compression: 50 }, 'output_format'],
    ['an exact size', { exactSize: px(1200, 630) }, 'size'],
  ] as const)('by %s', (_what, wish, param) => {
    expect(faultOf({ drawn, wish }, limit)).toBe(param);
  });

  test('by a mask', () => {
    expect(faultOf({ drawn, maskedSize: px(64, 48) }, limit)).toBe('size');
  });

  test.each([
    ['untouched', {}],
    ['in the format it has', { format: 'jpeg' }],
    ['at the best quality', { format: 'jpeg', compression: 100 }],
  ] as const)('and not when it is delivered %s', (_what, wish) => {
    expect(faultOf({ drawn, wish }, limit)).toBeUndefined();
  });

  test('exactly as many pixels as the limit are worked on', () => {
    const wish = { format: 'png' } as const;
    expect(faultOf({ wish }, 1024 * 1024)).toBeUndefined();
    expect(faultOf({ wish }, 1024 * 1024 - 1)).toBe('output_format');
  });
});

describe('a masked picture keeps its size, so that is checked as well', () => {
  test.each<[string, ReturnType<typeof px>, OutputFormat | undefined, string | undefined]>([
    ['longer than a WebP may be', px(17_000, 10), 'webp', 'output_format'],
    ['longer than a JPEG may be', px(65_501, 10), 'jpeg', 'output_format'],
    ['longer than a PNG may be', px(65_536, 10), undefined, 'image'],
    ['more pixels than are worked on', px(20_000, 20_000), undefined, 'image'],
    ['that fits', px(17_000, 10), undefined, undefined],
  ])('%s', (_what, maskedSize, format, param) => {
    expect(faultOf({ maskedSize, wish: { ...(format && { format }) } })).toBe(param);
  });

  test('a WebP of an exact size can be made of an original that is longer than a WebP may be', () => {
    const wish = { format: 'webp', exactSize: px(800, 600) } as const;
    expect(faultOf({ maskedSize: px(17_000, 10), wish })).toBeUndefined();
  });
});
