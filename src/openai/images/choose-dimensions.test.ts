import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSize, imageSizes } from '../../journey/catalogue-model.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { loadCatalogue } from '../../routing/model-catalogue.ts';
import { chooseDimensions, type SuffixWishes } from './choose-dimensions.ts';
import { parseSize } from './choose-size.ts';
import { flattenFields } from './flatten-fields.ts';
import { readFields } from './read-fields.ts';
import { reportDimensions } from './report-dimensions.ts';

const catalogue = loadCatalogue();
const { models } = catalogue;
const anyModel = fc.constantFrom(...models);
const edgePx = fc.integer({ min: 1, max: 99_999 });

function choose(
  body: Readonly<Record<string, unknown>>,
  modelName = 'gemini-nano-banana-2.1',
  operation: 'generate' | 'edit' = 'generate',
) {
  const { model, isAlias: _isAlias, ...suffix } = catalogue.resolve(modelName);
  return chooseOf(model, body, suffix, operation);
}

function chooseOf(
  model: (typeof models)[number],
  body: Readonly<Record<string, unknown>>,
  suffix: SuffixWishes = {},
  operation: 'generate' | 'edit' = 'generate',
) {
  const fields = readFields(flattenFields(Object.entries(body)), false);
  const dimensions = chooseDimensions(model, operation, suffix, fields);
  const { aspectRatio, imageSize, exactSize } = dimensions;
  const adaptations = reportDimensions(model, suffix, fields, dimensions);
  return { aspectRatio, imageSize, ...(exactSize && { exactSize }), adaptations };
}

function refusal(run: () => unknown): PlantainError {
  try {
    run();
  } catch (error) {
    if (error instanceof PlantainError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('a size in pixels', () => {
  test('always gives a ratio and a tier that the model draws', () => {
    fc.assert(
      fc.property(anyModel, edgePx, edgePx, (model, width, height) => {
        const { aspectRatio, imageSize } = chooseOf(model, { size: `${width}x${height}` });
        expect(model.aspectRatios).toContain(aspectRatio);
        expect(model.imageSizes).toContain(imageSize);
      }),
      { numRuns: 1000 },
    );
  });

  test('of the nominal kind is drawn to the pixel wherever a model does so, and nothing is reported then', () => {
    for (const model of models) {
      for (const tier of model.imageSizes) {
        for (const ratio of model.aspectRatios) {
          const pixels = model.pixels[tier]?.[ratio];
          if (pixels === undefined) continue;
          expect(chooseOf(model, { size: formatSize(pixels) })).toEqual({
            aspectRatio: ratio,
            imageSize: tier,
            adaptations: [],
          });
        }
      }
    }
  });

  test('is reported, with the pixels that come instead, exactly when others come', () => {
    fc.assert(
      fc.property(anyModel, edgePx, edgePx, (model, width, height) => {
        const { aspectRatio, imageSize, adaptations } = chooseOf(model, { size: `${width}x${height}` });
        const pixels = aspectRatio === 'auto' ? undefined : model.pixels[imageSize]?.[aspectRatio];
        const isExact = pixels?.widthPx === width && pixels.heightPx === height;
        const to = pixels === undefined ? imageSize : formatSize(pixels);
        expect(adaptations).toEqual(
          isExact ? [] : [{ parameter: 'size', action: 'mapped', from: `${width}x${height}`, to }],
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('means the same as width and height, which are reported under their own name', () => {
    const { adaptations, ...chosen } = choose({ width: 1000, height: '500' });
    const { adaptations: ofSize, ...sameChosen } = choose({ size: '1000x500' });
    expect(chosen).toEqual(sameChosen);
    expect(adaptations).toEqual(ofSize.map((adaptation) => ({ ...adaptation, parameter: 'width' })));
    expect(choose({ width: 1000, height: 500, size: '1000 X 500' }).adaptations).toEqual(ofSize);
  });

  test('in width and height counts beside a size of auto, which asks for nothing', () => {
    for (const rest of [{}, { fit: 'exact' }, { aspect_ratio: '16:9', fit: 'exact' }]) {
      const pixels = { width: 1536, height: 640, ...rest };
      expect(choose({ ...pixels, size: 'auto' })).toEqual(choose(pixels));
    }
  });
});

describe('aspect_ratio and image_size', () => {
  test('are honoured to the letter or refused with what the model has', () => {
    for (const model of models) {
      for (const ratio of ['1:1', '16:9', '1:8', '21:9'] as const) {
        for (const tier of imageSizes) {
          const isSupported = model.aspectRatios.includes(ratio) && model.imageSizes.includes(tier);
          const run = () => chooseOf(model, { aspectRatio: ratio, resolution: tier });
          if (isSupported) expect(run()).toEqual({ aspectRatio: ratio, imageSize: tier, adaptations: [] });
          else {
            const error = refusal(run);
            const isRatio = !model.aspectRatios.includes(ratio);
            expect(error.code).toBe('invalid_value');
            expect(error.param).toBe(isRatio ? 'aspectRatio' : 'resolution');
            expect(error.message).toContain((isRatio ? model.aspectRatios : model.imageSizes).join(', '));
          }
        }
      }
    }
  });

  test.each([
    [{ aspect_ratio: '7:5' }, 'aspect_ratio'],
    [{ image_size: '8K' }, 'image_size'],
    [{ size: '1:8' }, 'size'],
    [{ size: '512' }, 'size'],
  ])('%j is refused', (body, param) => {
    expect(refusal(() => choose(body, 'gemini-2.5-flash-image')).param).toBe(param);
  });

  test.each([
    [{ size: '1024x1024', aspect_ratio: '16:9' }, '16:9 1K', '1376x768', 'aspect_ratio-decides'],
    [{ size: '512x512', aspectRatio: '9:16' }, '9:16 1K', '768x1376', 'aspect_ratio-decides'],
    [{ size: '1024x1024', image_size: '4K' }, '1:1 4K', '4096x4096', 'image_size-decides'],
    [{ size: '16:9', aspect_ratio: '9:16' }, '9:16 1K', '9:16', 'aspect_ratio-decides'],
    [{ size: '2K', image_size: '1K' }, '1:1 1K', '1K', 'image_size-decides'],
    [{ size: '1024x1024', aspect_ratio: 'auto' }, 'auto 1K', '1K', 'aspect_ratio-decides'],
  ])(
    'win over the size that Open WebUI and others send always: %j draws %s, and the header says so',
    (body, chosen, to, reason) => {
      const { aspectRatio, imageSize, adaptations } = choose(body);
      expect(`${aspectRatio} ${imageSize}`).toBe(chosen);
      expect(adaptations).toEqual([{ parameter: 'size', action: 'mapped', from: body.size, to, reason }]);
    },
  );

  test('win even over a size that the model could not draw', () => {
    const chosen = choose({ size: '4K', image_size: '1K' }, 'gemini-2.5-flash-image');
    expect(chosen.adaptations).toEqual([
      { parameter: 'size', action: 'mapped', from: '4K', to: '1K', reason: 'image_size-decides' },
    ]);
    expect(choose({ size: '1:8', aspect_ratio: '1:1' }, 'gemini-2.5-flash-image').aspectRatio).toBe('1:1');
  });

  test('cannot stand beside exact pixels of another shape: a 400 names both', () => {
    const error = refusal(() => choose({ size: '1200x630', fit: 'exact', aspect_ratio: '1:1' }));
    expect(error).toMatchObject({ code: 'invalid_value', param: 'size' });
    expect(error.message).toContain("size '1200x630' (nearest: 16:9) contradicts aspect_ratio '1:1'");
  });

  test('win over a size that agrees with them, and over width and height, which clients send always', () => {
    expect(choose({ size: '1376x768', aspect_ratio: '16:9', image_size: '1K' }).adaptations).toEqual([]);
    expect(choose({ size: '1:1', image_size: '4K' })).toMatchObject({ aspectRatio: '1:1', imageSize: '4K' });
    expect(choose({ width: 512, height: 512, aspect_ratio: '16:9', image_size: '2K' })).toEqual({
      aspectRatio: '16:9',
      imageSize: '2K',
      adaptations: [
        {
          parameter: 'width',
          action: 'mapped',
          from: '512x512',
          to: '2752x1536',
          reason: 'aspect_ratio-decides',
        },
      ],
    });
  });

  test('auto leaves the ratio to the model', () => {
    expect(choose({ aspect_ratio: 'auto' }).aspectRatio).toBe('auto');
    expect(choose({ size: 'auto' })).toEqual({ aspectRatio: 'auto', imageSize: '1K', adaptations: [] });
  });
});

test('without a wish a drawing is square and an edit follows its picture', () => {
  expect(choose({})).toEqual({ aspectRatio: '1:1', imageSize: '1K', adaptations: [] });
  expect(choose({}, undefined, 'edit')).toEqual({ aspectRatio: 'auto', imageSize: '1K', adaptations: [] });
});

describe("suffixes of the model's name", () => {
  test('a field wins over a suffix that says otherwise, and that is told', () => {
    const chosen = choose({ aspect_ratio: '3:2' }, 'gemini-3-pro-image-16x9-2k');
    expect(chosen).toMatchObject({ aspectRatio: '3:2', imageSize: '2K' });
    expect(chosen.adaptations).toEqual([
      {
        parameter: 'model',
        action: 'mapped',
        from: '16:9',
        to: '3:2',
        reason: 'a-field-wins-over-the-suffix',
      },
    ]);
  });

  test('win over size, and that is told', () => {
    expect(choose({ size: '1024x1024' }, 'gemini-nano-banana-2.1-16x9-4k')).toEqual({
      aspectRatio: '16:9',
      imageSize: '4K',
      adaptations: [
        {
          parameter: 'size',
          action: 'mapped',
          from: '1024x1024',
          to: '5504x3072',
          reason: 'suffix-decides',
        },
      ],
    });
  });

  test('alone are taken as they are', () => {
    expect(choose({}, 'gemini-nano-banana-2.1-9x16')).toEqual({
      aspectRatio: '9:16',
      imageSize: '1K',
      adaptations: [],
    });
  });

  test('that the model lacks are refused', () => {
    expect(refusal(() => choose({}, 'gemini-2.5-flash-image-4k')).message).toContain('Supported values: 1K');
  });
});

describe('quality', () => {
  test.each([
    ['low', '1K'],
    ['standard', '1K'],
    ['high', '2K'],
    ['hd', '2K'],
    ['2k', '2K'],
    ['xhigh', '4K'],
    ['max', '4K'],
  ])('%s means %s when nothing else decides', (quality, imageSize) => {
    expect(choose({ quality })).toEqual({ aspectRatio: '1:1', imageSize, adaptations: [] });
  });

  test('decides nothing beside a size, a tier or a suffix', () => {
    expect(choose({ quality: 'max', size: '1024x1024' }).imageSize).toBe('1K');
    expect(choose({ quality: 'max', image_size: '2K' }).imageSize).toBe('2K');
    expect(choose({ quality: 'max' }, 'gemini-nano-banana-2.1-2k').imageSize).toBe('2K');
    expect(choose({ quality: 'max', size: '16:9' }).imageSize).toBe('4K');
  });

  test('beyond the model gives its best, and that is told', () => {
    expect(choose({ quality: 'max' }, 'gemini-2.5-flash-image')).toEqual({
      aspectRatio: '1:1',
      imageSize: '1K',
      adaptations: [{ parameter: 'quality', action: 'mapped', from: 'max', to: '1K' }],
    });
  });
});

describe('fit exact', () => {
  test('takes the smallest tier that covers the size; past the largest it says that it enlarges', () => {
    fc.assert(
      fc.property(anyModel, edgePx, edgePx, (model, width, height) => {
        const chosen = chooseOf(model, { size: `${width}x${height}`, fit: 'exact' });
        expect(chosen.exactSize).toEqual({ widthPx: width, heightPx: height });
        const ratio = chosen.aspectRatio === 'auto' ? '1:1' : chosen.aspectRatio;
        const covers = model.imageSizes.filter((tier) => {
          const pixels = model.pixels[tier]?.[ratio];
          return pixels !== undefined && pixels.widthPx >= width && pixels.heightPx >= height;
        });
        expect(chosen.imageSize).toBe(covers[0] ?? model.imageSizes.at(-1));
        const told = chosen.adaptations.map(({ parameter, reason }) => [
          parameter,
          reason?.startsWith('upscaled-from-'),
        ]);
        expect(told).toEqual(covers.length > 0 ? [] : [['size', true]]);
      }),
      { numRuns: 1000 },
    );
    expect(choose({ size: '1200x630', fit: 'exact' })).toMatchObject({
      aspectRatio: '16:9',
      imageSize: '1K',
    });
    expect(choose({ size: '1920x1080', fit: 'exact' }).imageSize).toBe('2K');
  });

  test('keeps a tier that was asked for', () => {
    expect(choose({ size: '640x360', fit: 'exact', image_size: '4K' }).imageSize).toBe('4K');
  });

  test.each([[{}], [{ size: '16:9' }], [{ size: 'auto' }], [{ size: '2K' }]])(
    'with %j is refused: there is no size to fit',
    (body) => {
      expect(refusal(() => choose({ ...body, fit: 'exact' }))).toMatchObject({
        code: 'invalid_value',
        param: 'fit',
      });
    },
  );
});

test('every wish is answered by a choice within the model or by a 400 that names a parameter', () => {
  const wish = fc.record(
    {
      size: fc.oneof(
        fc.constantFrom('auto', '2K', '16:9', '1:8', '512'),
        fc.tuple(edgePx, edgePx).map(([width, height]) => `${width}x${height}`),
      ),
      aspect_ratio: fc.constantFrom('auto', '1:1', '16:9', '1:8', '7:5'),
      image_size: fc.constantFrom('512', '1K', '4K', '8K'),
      quality: fc.constantFrom('auto', 'high', 'max'),
      fit: fc.constantFrom('native', 'exact'),
      width: edgePx,
      height: edgePx,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      anyModel,
      wish,
      fc.constantFrom('generate' as const, 'edit' as const),
      (model, body, operation) => {
        try {
          const { aspectRatio, imageSize, exactSize } = chooseOf(model, body, {}, operation);
          expect(aspectRatio === 'auto' || model.aspectRatios.includes(aspectRatio)).toBe(true);
          expect(model.imageSizes).toContain(imageSize);
          expect(exactSize !== undefined).toBe(body.fit === 'exact');
          // What was named outright is what comes.
          if (body.aspect_ratio !== undefined) expect(aspectRatio).toBe(body.aspect_ratio);
          if (body.image_size !== undefined) expect(imageSize).toBe(body.image_size);
          const size = parseSize(body.size ?? '');
          if (size?.kind === 'ratio' && body.aspect_ratio === undefined)
            expect(aspectRatio).toBe(size.aspectRatio);
        } catch (error) {
          if (!(error instanceof PlantainError)) throw error;
          expect(error.entry.status).toBe(400);
          const twins = ['width', 'height'];
          expect([...Object.keys(body), ...(error.code === 'missing_parameter' ? twins : [])]).toContain(
            error.param,
          );
        }
      },
    ),
    { numRuns: 2000 },
  );
});
