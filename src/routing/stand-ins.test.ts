import { describe, expect, test } from 'vitest';
import { PlantainError } from '../kernel/plantain-error.ts';
import { CatalogueError, loadCatalogue } from './model-catalogue.ts';
import { mostTelling } from './most-telling.ts';
import { standInsFor } from './stand-ins.ts';

const pro = 'gemini-3-pro-image';
const flash = 'gemini-3.1-flash-image';
const lite = 'gemini-3.1-flash-lite-image';
const catalogue = loadCatalogue({
  aliases: { 'house-style': pro },
  fallbacks: { [pro]: [flash, lite, pro], 'house-style': [flash] },
});
const order = (fields: object = {}) => ({
  model: catalogue.get(pro) ?? expect.fail(),
  requestedModel: '',
  imageSize: '1K' as const,
  aspectRatio: '1:1' as const,
  references: [],
  ...fields,
});
const ids = (fields: object = {}, allowSuccessors = false): string[] =>
  standInsFor(order(fields), catalogue, allowSuccessors).map(
    ({ model, isForGoneOnly }) => `${model.id}${isForGoneOnly ? ' if gone' : ''}`,
  );

describe('the models that may stand in', () => {
  test('are the operator’s, by the name that was asked for, else by the model’s, and never the model itself', () => {
    expect(ids()).toEqual([flash, lite]);
    expect(ids({ requestedModel: 'House-Style' })).toEqual([flash]);
    expect(ids({ requestedModel: `models/${pro}` })).toEqual([flash, lite]);
    expect(ids({ model: catalogue.get(lite) })).toEqual([]);
  });

  test('can draw the same size, ratio and references', () => {
    expect(ids({ imageSize: '4K' })).toEqual([flash]);
    expect(ids({ references: Array.from({ length: 99 }) })).toEqual([]);
  });

  test('are followed by the successor of a model that is gone, where that is allowed', () => {
    const old =
      catalogue.models.find(
        ({ successor }) => successor !== null && catalogue.get(successor) !== undefined,
      ) ?? expect.fail();
    const size = old.imageSizes[0];
    expect(ids({ model: old, imageSize: '1K' }, true).at(-1)).toBe(`${old.successor ?? ''} if gone`);
    expect(ids({ model: old, imageSize: size }, false).filter((id) => id.endsWith('if gone'))).toEqual([]);
  });

  test('are checked when they are configured', () => {
    expect(() => loadCatalogue({ fallbacks: { nothing: [flash] } })).toThrow(CatalogueError);
    expect(() => loadCatalogue({ fallbacks: { [pro]: ['nothing'] } })).toThrow('nothing');
  });
});

test('of several errors the one is told that says what the caller can do', () => {
  const codes = [
    'upstream_rejected',
    'moderation_blocked',
    'no_image_generated',
    'rate_limit_exceeded',
    'upstream_error',
    'insufficient_quota',
    'model_not_found',
    'upstream_auth_error',
    'upstream_misconfigured',
  ] as const;
  const errors = codes.map((code) => new PlantainError(code, code));
  for (let index = 1; index < errors.length; index++) {
    const [better, worse] = [errors[index - 1] ?? expect.fail(), errors[index] ?? expect.fail()];
    expect(mostTelling([better], worse)).toBe(better);
    expect(mostTelling([worse], better)).toBe(better);
    expect(mostTelling([worse, better], worse)).toBe(better);
  }
  const [early, late] = [
    new PlantainError('upstream_error', '1'),
    new PlantainError('upstream_timeout', '2'),
  ];
  expect(mostTelling([early, late], new PlantainError('upstream_unavailable', '3'))).toBe(late);
  expect(mostTelling([], early)).toBe(early);
});
