import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aspectRatios, imageSizes } from '../journey/catalogue-model.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { loadCatalogue } from './model-catalogue.ts';

const catalogue = loadCatalogue();
const resolved = (name: string) => {
  const { model, isAlias, aspectRatio, imageSize } = catalogue.resolve(name);
  return [model.id, isAlias, aspectRatio, imageSize];
};
function errorOf(work: () => unknown): PlantainError {
  try {
    work();
  } catch (error) {
    if (error instanceof PlantainError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the shipped models', () => {
  test.each(catalogue.models.map((model) => [model.id, model] as const))('%s is complete', (_id, model) => {
    expect(model.imageSizes).toContain(model.defaultImageSize);
    expect(model.imageSizes).toEqual(imageSizes.filter((size) => model.imageSizes.includes(size)));
    expect(model.advisedReferenceImages).toBeLessThanOrEqual(model.maxReferenceImages);
    for (const size of model.imageSizes) {
      expect(model.imageTokens[size]).toBeGreaterThan(0);
      // Issue #3: at least 90 s at 1K, 300 s at 4K.
      expect(model.deadlineMs[size]).toBeGreaterThanOrEqual(size === '4K' ? 300_000 : 90_000);
      for (const ratio of model.aspectRatios) {
        const { widthPx = 0, heightPx = 0 } = model.pixels[size]?.[ratio] ?? {};
        const [width = 1, height = 1] = ratio.split(':').map(Number);
        // Edges are rounded to what the model draws, so the shape is near the ratio and not exactly it.
        expect(Math.abs(Math.log(widthPx / heightPx / (width / height)))).toBeLessThan(0.06);
      }
    }
    if (model.successor !== null) expect(catalogue.get(model.successor)?.state).toBe('current');
  });
});

describe('names', () => {
  test('a prefix of a vendor means nothing, unless the operator gave the whole name a meaning', () => {
    const own = loadCatalogue({ aliases: { 'openai/gpt-image-1': 'gemini-3-pro-image' } });
    expect(own.resolve('OpenAI/gpt-image-1').model.id).toBe('gemini-3-pro-image');
    expect(own.resolve('azure/gpt-image-1').model.id).toBe(own.resolve('gpt-image-1').model.id);
    for (const name of [
      'anthropic/gemini-3-pro-image',
      'openai/',
      'openai',
      'openai/nothing',
      'projects/p/gemini-3-pro-image',
    ])
      expect(() => own.resolve(name)).toThrow(expect.objectContaining({ code: 'model_not_found' }));
  });

  test.each([
    ['gemini-3-pro-image', ['gemini-3-pro-image', false, undefined, undefined]],
    ['models/gemini-3-pro-image', ['gemini-3-pro-image', false, undefined, undefined]],
    ['google/gemini-3-pro-image', ['gemini-3-pro-image', false, undefined, undefined]],
    ['gemini/models/gemini-3-pro-image', ['gemini-3-pro-image', false, undefined, undefined]],
    ['openai/gemini-3-pro-image', ['gemini-3-pro-image', false, undefined, undefined]],
    ['openai/gpt-image-1-mini', ['gemini-3.1-flash-lite-image', true, undefined, undefined]],
    ['azure/dall-e-3', ['gemini-nano-banana-2.1', true, undefined, undefined]],
    ['azure_ai/dall-e-3', ['gemini-nano-banana-2.1', true, undefined, undefined]],
    ['vertex_ai/gemini-3-pro-image-16x9', ['gemini-3-pro-image', false, '16:9', undefined]],
    ['litellm_proxy/OpenAI/gemini-3-pro-image', ['gemini-3-pro-image', false, undefined, undefined]],
    ['openrouter/google/gemini-3-pro-image', ['gemini-3-pro-image', false, undefined, undefined]],
    ['publishers/google/models/gemini-3-pro-image', ['gemini-3-pro-image', false, undefined, undefined]],
    [
      'projects/p-1/locations/us-central1/publishers/google/models/gemini-3-pro-image',
      ['gemini-3-pro-image', false, undefined, undefined],
    ],
    [' Gemini-3-Pro-Image ', ['gemini-3-pro-image', false, undefined, undefined]],
    ['gemini-3-pro-image:image', ['gemini-3-pro-image', false, undefined, undefined]],
    ['nano-banana-pro', ['gemini-3-pro-image', true, undefined, undefined]],
    ['dall-e-3', ['gemini-nano-banana-2.1', true, undefined, undefined]],
    ['dall-e-4', ['gemini-nano-banana-2.1', true, undefined, undefined]],
    ['gpt-image-2.6-sunburst', ['gemini-nano-banana-2.1', true, undefined, undefined]],
    ['gpt-image-1-mini', ['gemini-3.1-flash-lite-image', true, undefined, undefined]],
    ['', ['gemini-nano-banana-2.1', false, undefined, undefined]],
    ['gemini-3-pro-image-16x9', ['gemini-3-pro-image', false, '16:9', undefined]],
    ['gemini-3-pro-image-4k', ['gemini-3-pro-image', false, undefined, '4K']],
    ['gemini-3-pro-image-16x9-4k', ['gemini-3-pro-image', false, '16:9', '4K']],
    ['gemini-3-pro-image-4k-16x9', ['gemini-3-pro-image', false, '16:9', '4K']],
    ['dall-e-3-9x16', ['gemini-nano-banana-2.1', true, '9:16', undefined]],
    ['gpt-image-9-2k', ['gemini-nano-banana-2.1', true, undefined, '2K']],
  ])('%s', (name, expected) => {
    expect(resolved(name)).toEqual(expected);
  });

  test.each([
    ['gemini-3-pro-imag', "Did you mean 'gemini-3-pro-image'?"],
    ['stable-diffusion-xl', 'GET /v1/models lists'],
    ['imagen-4.0-ultra-generate-001', "shut down on 2026-08-17. Use 'gemini-3-pro-image' instead."],
    ['models/imagen-4.0-generate-001', "Use 'gemini-nano-banana-2.1' instead."],
    ['gemini-3-pro-image-7x5', 'does not exist'],
    ['gemini-3-pro-image-16x9-9x16', 'does not exist'],
  ])('%s is a 404 that helps', (name, words) => {
    const error = errorOf(() => catalogue.resolve(name));
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model' });
    expect(error.message).toContain(words);
  });

  test('any model with any suffixes resolves to just that', () => {
    const name = fc.constantFrom(...catalogue.models.map((model) => model.id), ...catalogue.aliases.keys());
    fc.assert(
      fc.property(
        name.filter((text) => !text.endsWith('*')),
        fc.option(fc.constantFrom(...aspectRatios), { nil: undefined }),
        fc.option(fc.constantFrom(...imageSizes), { nil: undefined }),
        fc.boolean(),
        (base, ratio, size, ratioFirst) => {
          const suffixes = [ratio?.replace(':', 'x'), size?.toLowerCase()].filter(
            (part) => part !== undefined,
          );
          if (!ratioFirst) suffixes.reverse();
          const found = catalogue.resolve([base, ...suffixes].join('-'));
          expect(found.model).toBe(catalogue.resolve(base).model);
          expect([found.aspectRatio, found.imageSize]).toEqual([ratio, size]);
        },
      ),
    );
  });

  test('any text at all resolves or is model_not_found, with a bounded message', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        try {
          expect(catalogue.get(catalogue.resolve(text).model.id)).toBeDefined();
        } catch (error) {
          expect(error).toMatchObject({ code: 'model_not_found' });
          expect((error as Error).message.length).toBeLessThan(300);
        }
      }),
    );
  });
});

describe('the operator’s changes', () => {
  test('add a model from another, change one in place, and rename', () => {
    const changed = loadCatalogue({
      models: {
        next: { extends: 'gemini-3-pro-image', imageSizes: ['1K'], defaultImageSize: '1K' },
        'gemini-2.5-flash-image': { maxReferenceImages: 3 },
      },
      aliases: { painter: 'next', 'any-*': 'next', 'dall-e-3': 'gemini-3-pro-image' },
      defaultModel: 'painter',
    });
    expect(changed.resolve('').model.id).toBe('next');
    expect(changed.resolve('any-thing').model.id).toBe('next');
    expect(changed.resolve('dall-e-3').model.id).toBe('gemini-3-pro-image');
    expect(Object.keys(changed.get('next')?.pixels ?? {})).toEqual(['1K']);
    expect(changed.get('gemini-2.5-flash-image')?.maxReferenceImages).toBe(3);
    expect(changed.models).toHaveLength(catalogue.models.length + 1);
    // The shipped catalogue is nobody's to change.
    expect(loadCatalogue().get('gemini-2.5-flash-image')?.maxReferenceImages).toBe(14);
  });

  test('give a model a size that its table does not have: its pixels are not known, and no other is lost', () => {
    const { pixels = {} } =
      loadCatalogue({
        models: { next: { extends: 'gemini-2.5-flash-image', imageSizes: ['1K', '4K'] } },
      }).get('next') ?? {};
    expect(pixels['4K']).toEqual({});
    expect(pixels['1K']?.['1:1']).toEqual({ widthPx: 1024, heightPx: 1024 });
  });

  test('name models to draw with instead, by any name of the one asked for', () => {
    const changed = loadCatalogue({
      aliases: { painter: 'gemini-3-pro-image' },
      fallbacks: {
        painter: ['gemini-2.5-flash-image'],
        'gemini-3-pro-image': ['gemini-nano-banana-2.1', 'gemini-2.5-flash-image'],
        'dall-e-3': ['gemini-3-pro-image'],
      },
    });
    const instead = (requested: string): string[] =>
      changed.fallbacksOf(requested, changed.resolve(requested).model).map(({ id }) => id);
    expect(instead(' Painter ')).toEqual(['gemini-2.5-flash-image']);
    expect(instead('google/painter')).toEqual(['gemini-2.5-flash-image']);
    expect(instead('dall-e-3')).toEqual(['gemini-3-pro-image']);
    expect(instead('gemini-3-pro-image')).toEqual(['gemini-nano-banana-2.1', 'gemini-2.5-flash-image']);
    expect(instead('nano-banana-pro')).toEqual(['gemini-nano-banana-2.1', 'gemini-2.5-flash-image']);
    expect(instead('gemini-2.5-flash-image')).toEqual([]);
  });

  test.each([
    [{ fallbacks: { nothing: [] } }, 'fallbacks names "nothing"'],
    [
      { fallbacks: { 'gemini-3-pro-image': ['nothing'] } },
      'fallbacks.gemini-3-pro-image names "nothing", which is not in the model catalogue.',
    ],
    [{ aliases: { a: 'x' }, defaultModel: 'y' }, 'aliases.a names "x"'],
    [{ aliases: { a: 'x' }, defaultModel: 'y' }, 'defaultModel names "y"'],
  ])('that name what is not there are told all their faults: %j', (changes, message) => {
    expect(() => loadCatalogue(changes)).toThrow(message);
  });

  test.each([
    [{ models: { next: {} } }, 'models.next is a new model and needs `extends: <a known model>`.'],
    [
      { models: { next: { extends: 'nothing' } } },
      'models.next.extends names "nothing", which is not in the model catalogue.',
    ],
    [
      { aliases: { painter: 'nothing' } },
      'aliases.painter names "nothing", which is not in the model catalogue.',
    ],
    [{ defaultModel: 'nothing' }, 'defaultModel names "nothing", which is not in the model catalogue.'],
    [
      { models: { 'gemini-3-pro-image': { pixelTable: 'x' } } },
      'models.gemini-3-pro-image.pixelTable names "x", which is no pixel table.',
    ],
  ])('that make no sense are a plain sentence: %j', (changes, message) => {
    expect(() => loadCatalogue(changes)).toThrow(message);
  });
});
