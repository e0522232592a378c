import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AspectRatio,
  aspectRatios,
  formatSize,
  type ImageSize,
  imageSizes,
} from '../../journey/catalogue-model.ts';
import { loadCatalogue } from '../../routing/model-catalogue.ts';
import {
  coveringImageSize,
  nearestAspectRatio,
  nearestImageSize,
  parseAspectRatio,
  parseImageSize,
  parseSize,
} from './choose-size.ts';

const { models } = loadCatalogue();
const edgePx = fc.integer({ min: 1, max: 99_999 });
const anySize = fc.record({ widthPx: edgePx, heightPx: edgePx });
const ratioSets = fc.uniqueArray(fc.constantFrom(...aspectRatios), { minLength: 1 });
const tierSets = fc
  .uniqueArray(fc.constantFrom(...imageSizes), { minLength: 1 })
  .map((tiers) => imageSizes.filter((tier) => tiers.includes(tier)));
const shapeOf = (ratio: AspectRatio): number => {
  const [width = 0, height = 0] = ratio.split(':').map(Number);
  return width / height;
};
const areaOf: Readonly<Record<ImageSize, number>> = {
  '512': 512 ** 2,
  '1K': 1024 ** 2,
  '2K': 2048 ** 2,
  '4K': 4096 ** 2,
};
const logDistance = (left: number, right: number): number => Math.abs(Math.log(left / right));

describe('parseSize', () => {
  test.each([
    ['auto', { kind: 'auto' }],
    [' AUTO ', { kind: 'auto' }],
    ['2K', { kind: 'tier', imageSize: '2K' }],
    ['0.5k', { kind: 'tier', imageSize: '512' }],
    ['16:9', { kind: 'ratio', aspectRatio: '16:9' }],
    ['1024x768', { kind: 'pixels', size: { widthPx: 1024, heightPx: 768 } }],
    ['1024 X 768', { kind: 'pixels', size: { widthPx: 1024, heightPx: 768 } }],
    ['1024×768', { kind: 'pixels', size: { widthPx: 1024, heightPx: 768 } }],
    // With an x, two numbers are pixels, however much they look like a ratio.
    ['16x9', { kind: 'pixels', size: { widthPx: 16, heightPx: 9 } }],
  ])('reads %j', (text, wish) => {
    expect(parseSize(text)).toEqual(wish);
  });

  test.each([
    '',
    'x',
    '0x5',
    '5x0',
    '1024',
    '1024x',
    '100000x1',
    '7:5',
    '-1x1',
    '1.5x2',
    '8K',
    '1024x1024x1',
  ])('does not make a size of %j', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  test('reads back every size it writes, and never throws', () => {
    fc.assert(
      fc.property(anySize, (size) => {
        expect(parseSize(formatSize(size))).toEqual({ kind: 'pixels', size });
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void parseSize(text)));
  });
});

test('the fourteen ratios and four tiers are read in every spelling of theirs, and nothing else is', () => {
  for (const ratio of aspectRatios) {
    for (const sign of [':', 'x', 'X', '/', ' x ', '×'])
      expect(parseAspectRatio(ratio.replace(':', sign))).toBe(ratio);
  }
  for (const text of ['7:5', '16:9:1', '32:18', '', '16', 'auto'])
    expect(parseAspectRatio(text)).toBeUndefined();
  expect(['1k', ' 2K ', '4k', '512', '512px', '512P', '0.5K'].map(parseImageSize)).toEqual([
    '1K',
    '2K',
    '4K',
    '512',
    '512',
    '512',
    '512',
  ]);
  for (const text of ['8K', '1', '1024', '', 'K', 'auto']) expect(parseImageSize(text)).toBeUndefined();
});

describe('the nearest ratio', () => {
  test('is one of those supported, and none is nearer by the logarithm of the shape', () => {
    fc.assert(
      fc.property(anySize, ratioSets, (size, supported) => {
        const chosen = nearestAspectRatio(size, supported);
        expect(supported).toContain(chosen);
        const shape = size.widthPx / size.heightPx;
        const best = Math.min(...supported.map((ratio) => logDistance(shapeOf(ratio), shape)));
        expect(logDistance(shapeOf(chosen), shape)).toBeLessThanOrEqual(best + 1e-9);
      }),
      { numRuns: 2000 },
    );
  });

  test('never gets narrower when the picture gets wider', () => {
    fc.assert(
      fc.property(anySize, edgePx, ratioSets, (size, otherWidthPx, supported) => {
        const [narrow = 0, wide = 0] = [size.widthPx, otherWidthPx].toSorted((left, right) => left - right);
        const chosenFor = (widthPx: number) => shapeOf(nearestAspectRatio({ ...size, widthPx }, supported));
        expect(chosenFor(narrow)).toBeLessThanOrEqual(chosenFor(wide));
      }),
      { numRuns: 2000 },
    );
  });

  test('of a picture turned on its side is the ratio turned on its side, where there is one', () => {
    // 21:9 alone has no counterpart.
    const pairs = aspectRatios.filter((ratio) => ratio !== '21:9');
    fc.assert(
      fc.property(anySize, ({ widthPx, heightPx }) => {
        const chosen = shapeOf(nearestAspectRatio({ widthPx, heightPx }, pairs));
        const turned = shapeOf(nearestAspectRatio({ widthPx: heightPx, heightPx: widthPx }, pairs));
        const isTie =
          logDistance(turned, heightPx / widthPx) - logDistance(chosen, widthPx / heightPx) < 1e-9;
        expect(isTie || Math.abs(turned * chosen - 1) < 1e-9).toBe(true);
      }),
    );
  });
});

describe('the nearest tier', () => {
  test('is one of those supported, and none is nearer by the logarithm of the area', () => {
    fc.assert(
      fc.property(anySize, tierSets, (size, supported) => {
        const chosen = nearestImageSize(size, supported);
        expect(supported).toContain(chosen);
        const area = size.widthPx * size.heightPx;
        const best = Math.min(...supported.map((tier) => logDistance(areaOf[tier], area)));
        expect(logDistance(areaOf[chosen], area)).toBeLessThanOrEqual(best + 1e-9);
      }),
      { numRuns: 2000 },
    );
  });

  test('never gets smaller when both edges grow', () => {
    fc.assert(
      fc.property(
        anySize,
        fc.double({ min: 1, max: 50, noNaN: true }),
        tierSets,
        (size, factor, supported) => {
          const grown = {
            widthPx: Math.round(size.widthPx * factor),
            heightPx: Math.round(size.heightPx * factor),
          };
          expect(areaOf[nearestImageSize(size, supported)]).toBeLessThanOrEqual(
            areaOf[nearestImageSize(grown, supported)],
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('of two that are equally near is the smaller, since it costs less', () => {
    expect(nearestImageSize({ widthPx: 1024, heightPx: 2 * 1024 }, ['512', '1K', '2K', '4K'])).toBe('1K');
    expect(nearestImageSize({ widthPx: 2048, heightPx: 4096 }, ['1K', '2K', '4K'])).toBe('2K');
  });
});

test('the covering tier is the smallest whose picture covers both edges, or the largest there is', () => {
  for (const model of models) {
    fc.assert(
      fc.property(anySize, fc.constantFrom(...model.aspectRatios), (size, ratio) => {
        const covers = (tier: ImageSize): boolean => {
          const pixels = model.pixels[tier]?.[ratio];
          return pixels !== undefined && pixels.widthPx >= size.widthPx && pixels.heightPx >= size.heightPx;
        };
        const chosen = coveringImageSize(size, ratio, model);
        const index = model.imageSizes.indexOf(chosen);
        expect(index).toBeGreaterThanOrEqual(0);
        expect(model.imageSizes.slice(0, index).filter(covers)).toEqual([]);
        expect(covers(chosen) || index === model.imageSizes.length - 1).toBe(true);
      }),
    );
  }
});
