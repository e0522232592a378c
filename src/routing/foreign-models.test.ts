import { describe, expect, test } from 'vitest';
import { pixelsOf } from '../journey/catalogue-model.ts';
import foreign from './foreign-models.json' with { type: 'json' };
import { loadCatalogue } from './model-catalogue.ts';

const ids = foreign.models.map(({ id }) => id);
const named = (models: readonly string[] | Readonly<Record<string, string>>, kind = 'openai-compatible') =>
  loadCatalogue({ upstreams: [{ kind, models }] });

describe('models of others are there where an upstream names them', () => {
  test('and nowhere else: without one, the name is a Gemini model’s', () => {
    const plain = loadCatalogue();
    expect(plain.models.map(({ id }) => id)).not.toEqual(expect.arrayContaining(['gpt-image-2']));
    expect(plain.resolve('gpt-image-2').model.id).toBe('gemini-nano-banana-2.1');
    // What a Gemini upstream is said to call by that name is no model of OpenAI's.
    expect(named(['gpt-image-2'], 'gemini').resolve('gpt-image-2').model.foreign).toBeUndefined();
  });

  test('the id wins over the alias, its dated names follow it, all others stay aliases', () => {
    for (const catalogue of [named(['gpt-image-2']), named({ 'gpt-image-2': 'my-deployment' })]) {
      for (const name of ['gpt-image-2', 'GPT-Image-2', 'openai/gpt-image-2'])
        expect(catalogue.resolve(name)).toMatchObject({ model: { id: 'gpt-image-2' }, isAlias: false });
      expect(catalogue.resolve('gpt-image-2-2026-04-21').model.id).toBe('gpt-image-2');
      expect(catalogue.aliases.has('gpt-image-2')).toBe(false);
      for (const name of ['gpt-image-1', 'gpt-image-2.6-flare', 'dall-e-3'])
        expect(catalogue.resolve(name).model.id).toBe('gemini-nano-banana-2.1');
    }
  });

  test('an operator’s own model may start from one that no upstream has', () => {
    const catalogue = loadCatalogue({ models: { flux: { extends: 'diffusion', displayName: 'FLUX' } } });
    expect(catalogue.get('flux')).toMatchObject({
      id: 'flux',
      displayName: 'FLUX',
      foreign: { owner: 'operator' },
    });
    expect(catalogue.get('diffusion')).toBeUndefined();
  });

  test('a successor is one only where it is served', () => {
    expect(named(['gpt-image-1.5']).get('gpt-image-1.5')?.successor).toBeNull();
    const both = named(['gpt-image-1.5', 'gpt-image-2.6-flare']);
    expect(both.get('gpt-image-1.5')?.successor).toBe('gpt-image-2.6-flare');
  });
});

describe('what is known of them', () => {
  const catalogue = named(ids);
  test.each(ids)('%s: pixels for every ratio and size, tokens for every quality and size', (id) => {
    const model = catalogue.get(id);
    if (model?.foreign === undefined) throw new Error(`${id} is not there`);
    const { sizeRule: rule, qualities, qualityTokens = {}, defaultQuality } = model.foreign;
    for (const tier of model.imageSizes) {
      for (const ratio of model.aspectRatios) {
        const { widthPx = 0, heightPx = 0 } = model.pixels[tier]?.[ratio] ?? {};
        const [width = 1, height = 1] = ratio.split(':').map(Number);
        expect(Math.abs(Math.log(widthPx / heightPx / (width / height)))).toBeLessThan(0.06);
        if (rule === undefined) continue;
        expect([widthPx % rule.edgeMultiple, heightPx % rule.edgeMultiple]).toEqual([0, 0]);
        expect(Math.max(widthPx, heightPx)).toBeLessThanOrEqual(rule.maxEdgePx);
        expect(pixelsOf({ widthPx, heightPx })).toBeGreaterThanOrEqual(rule.minPixels);
        expect(pixelsOf({ widthPx, heightPx })).toBeLessThanOrEqual(rule.maxPixels);
      }
      for (const quality of qualities) expect(qualityTokens[quality]?.[tier]).toBeGreaterThan(0);
    }
    if (defaultQuality !== undefined) expect(model.imageTokens).toEqual(qualityTokens[defaultQuality]);
  });

  test('the published sizes of OpenAI are drawn as published', () => {
    const pixels = catalogue.get('gpt-image-2')?.pixels;
    expect(pixels?.['1K']).toMatchObject({
      '1:1': { widthPx: 1024, heightPx: 1024 },
      '3:2': { widthPx: 1536, heightPx: 1024 },
      '2:3': { widthPx: 1024, heightPx: 1536 },
    });
    expect(pixels?.['4K']).toMatchObject({ '16:9': { widthPx: 3840, heightPx: 2160 } });
  });

  test('what is reserved for a picture is no less than OpenAI’s published cost of one', () => {
    const tokens = catalogue.get('gpt-image-2')?.foreign?.qualityTokens;
    // 0.006, 0.053 and 0.211 USD a square picture, at 30 USD a million.
    expect(tokens?.low?.['1K']).toBeGreaterThanOrEqual(200);
    expect(tokens?.medium?.['1K']).toBeGreaterThanOrEqual(1767);
    expect(tokens?.high?.['1K']).toBeGreaterThanOrEqual(7034);
  });
});
