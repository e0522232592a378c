import { expect, test } from 'vitest';
import { loadTestModels } from '../../test/support/test-models.ts';
import type { CatalogueModel } from './catalogue-model.ts';
import { type ModelWish, successorFor } from './successor.ts';

const models = new Map(loadTestModels().map((model) => [model.id, model]));
const find = (id: string): CatalogueModel | undefined => models.get(id);
const model = (id: string): CatalogueModel => find(id) ?? expect.fail(id);
const wish = (fields: Partial<ModelWish>): ModelWish => ({
  model: model('gemini-3.1-flash-image'),
  imageSize: '1K',
  aspectRatio: '1:1',
  ...fields,
});

test('a successor stands in only where it can draw exactly the same', () => {
  const successor = model('gemini-nano-banana-2.1');
  expect(successorFor(wish({}), find)).toBe(successor);
  expect(successorFor(wish({ aspectRatio: 'auto', imageSize: '4K' }), find)).toBe(successor);
  // The successor draws no 512.
  expect(successorFor(wish({ imageSize: '512' }), find)).toBeUndefined();
  const narrow = { ...successor, aspectRatios: ['1:1'] } as unknown as CatalogueModel;
  expect(successorFor(wish({ aspectRatio: '16:9' }), () => narrow)).toBeUndefined();
  expect(successorFor(wish({ aspectRatio: 'auto' }), () => narrow)).toBe(narrow);
});

test('a model without a successor, or with one that is not served, has none', () => {
  expect(successorFor(wish({ model: model('gemini-3-pro-image') }), find)).toBeUndefined();
  expect(successorFor(wish({}), () => undefined)).toBeUndefined();
});
