import { expect, test } from 'vitest';
import type { CatalogueModel } from '../../journey/catalogue-model.ts';
import { freeShape } from './free-pixels.ts';

const pixel = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });
const model = {
  aspectRatios: ['1:1', '16:9', '9:16'],
  imageSizes: ['1K', '2K', '4K'],
  pixels: {
    '1K': { '1:1': pixel(1024, 1024), '16:9': pixel(1536, 864) },
    '2K': { '1:1': pixel(2048, 2048) },
    '4K': { '1:1': pixel(2880, 2880) },
  },
  foreign: {
    sizeRule: { edgeMultiple: 16, maxEdgePx: 3840, maxRatio: 3, minPixels: 655_360, maxPixels: 8_294_400 },
  },
} as unknown as CatalogueModel;

test.each([
  [1280, 720, { aspectRatio: '16:9', imageSize: '1K' }],
  [720, 1280, { aspectRatio: '9:16', imageSize: '1K' }],
  // One row of blocks more than any picture of 1K has: it costs what 2K costs.
  [1536, 880, { aspectRatio: '16:9', imageSize: '2K' }],
  [3840, 2160, { aspectRatio: '16:9', imageSize: '4K' }],
  // The ends of the rule.
  [1024, 640, { aspectRatio: '16:9', imageSize: '1K' }],
  [1024, 624, undefined],
  [1000, 1000, undefined],
  [1024, 1032, undefined],
  [3856, 1600, undefined],
  [2880, 2896, undefined],
  [1536, 512, { aspectRatio: '16:9', imageSize: '1K' }],
  [1552, 512, undefined],
])('%ix%i', (widthPx, heightPx, shape) => {
  expect(freeShape(pixel(widthPx, heightPx), model)).toEqual(shape);
});

test('a model without a rule draws what its table has', () => {
  expect(freeShape(pixel(1024, 1024), { ...model, foreign: undefined })).toBeUndefined();
});
