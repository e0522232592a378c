import { describe, expect, test } from 'vitest';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { findModel } from './find-model.ts';
import { modelJson, pageOf } from './list-models.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

const model = {
  version: '3',
  displayName: 'M',
  description: 'Draws.',
  inputTokenLimit: 100,
  outputTokenLimit: 200,
  thinking: false,
} as unknown as CatalogueModel;

test('a model is told as Google tells it, under the name it was asked for', () => {
  const told = {
    name: 'models/x',
    version: '3',
    displayName: 'M',
    description: 'Draws.',
    inputTokenLimit: 100,
    outputTokenLimit: 200,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
    temperature: 1,
    topP: 0.95,
    topK: 64,
    maxTemperature: 1,
  };
  expect(modelJson('x', model)).toEqual(told);
  expect(modelJson('x', { ...model, thinking: true })).toEqual({ ...told, thinking: true });
});

describe('a list', () => {
  const entries = Array.from({ length: 1200 }, (_, index) => ({ index }));
  const page = (query: string, count = entries.length) => {
    const { all, nextPageToken } = pageOf('all', entries.slice(0, count), new URLSearchParams(query));
    const indices = (all as { index: number }[]).map(({ index }) => index);
    return { first: indices[0], count: indices.length, token: nextPageToken as string | undefined };
  };

  test.each([
    ['', 50],
    ['pageSize=7', 7],
    ['page_size=7', 7],
    ['pageSize=0', 50],
    ['pageSize=-3', 50],
    ['pageSize=1', 1],
    ['pageSize=5000', 1000],
  ])('asked for by "%s" has %i entries', (query, count) => {
    expect(page(query)).toMatchObject({ first: 0, count });
  });

  test('goes on where it ended, until it has ended', () => {
    const { token = '' } = page('pageSize=7', 14);
    expect(page(`pageSize=7&pageToken=${token}`, 14)).toEqual({ first: 7, count: 7, token: undefined });
    expect(page(`page_size=6&page_token=${token}`, 14)).toMatchObject({ first: 7, count: 6 });
    expect(page('pageSize=14', 14).token).toBeUndefined();
    expect(page('', 0)).toEqual({ first: undefined, count: 0, token: undefined });
  });

  test.each([
    ['pageSize=x', 'pageSize'],
    ['pageSize=1.5', 'pageSize'],
    ['pageSize=1234567890', 'pageSize'],
    ['pageSize=7x', 'pageSize'],
    ['pageToken=7', 'pageToken'],
    [`pageToken=${Buffer.from('xfrom:7').toString('base64url')}`, 'pageToken'],
    [`pageToken=${Buffer.from('from:7x').toString('base64url')}`, 'pageToken'],
  ])('asked for by %s is refused', (query, param) => {
    expect(() => page(query)).toThrow(expect.objectContaining({ code: 'invalid_value', param }));
  });
});

describe('a model that is named', () => {
  const failing = (error: Error) => ({
    resolveModel: () => {
      throw error;
    },
  });

  test('is found, or told not to be there in Google’s words', () => {
    const path = { model: 'm', version: 'v1' };
    expect(findModel({ resolveModel: () => ({ model }) }, path)).toBe(model);
    const gone = failing(new PlantainError('model_not_found', 'x'));
    const words = (method: string) =>
      `models/m is not found for API version v1, or is not supported for ${method}.`;
    expect(() => findModel(gone, path)).toThrow(words('generateContent'));
    expect(() => findModel(gone, { ...path, method: 'countTokens' })).toThrow(words('countTokens'));
    expect(() => findModel(gone, { ...path, model: `<b>${'x'.repeat(200)}` })).toThrow(
      `models/b${'x'.repeat(99)} is`,
    );
  });

  test('hides no other error', () => {
    for (const error of [new PlantainError('internal_error', 'x'), new TypeError('ours')])
      expect(() => findModel(failing(error), { model: 'm', version: 'v1' })).toThrow(error);
  });
});
