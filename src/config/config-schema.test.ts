import { expect, test } from 'vitest';
import models from '../routing/models.json' with { type: 'json' };
import { defaultModelId } from '../journey/catalogue-model.ts';
import { configSchema, configSettings } from './config-schema.ts';
import { heldBytesFor, largest4kPixels } from './derived-defaults.ts';
import { resolveSettings } from './resolve-settings.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

function limitsOf(env: Record<string, string>) {
  const { value, problems } = resolveSettings(configSchema, { flags: {}, env, cwd: '/', file: undefined });
  expect(problems).toEqual([]);
  const { maxHeldBytes, maxEditBodyBytes, maxUpstreamAnswerBytes, maxReferenceBytes } = value.limits;
  return {
    maxHeldBytes,
    maxEditBodyBytes,
    maxUpstreamAnswerBytes,
    maxReferenceBytes,
    maxPixels: value.images.maxPixels,
  };
}

test('held bytes default to a quarter of what the container allows, at most 1 GiB, at least 64 MiB', () => {
  expect(heldBytesFor(64 * gibibyte, 0)).toBe(gibibyte);
  expect(heldBytesFor(64 * gibibyte, 2 * gibibyte)).toBe(gibibyte / 2);
  expect(heldBytesFor(2 * gibibyte, 2 ** 63)).toBe(gibibyte / 2);
  expect(heldBytesFor(64 * gibibyte, gibibyte / 16)).toBe(64 * mebibyte);
});

test('bounds on bodies, answers, references and pixels follow the memory that may be held', () => {
  expect(limitsOf({ PLANTAIN_LIMITS_MAX_HELD_BYTES: '64GiB' })).toEqual({
    maxHeldBytes: 64 * gibibyte,
    maxEditBodyBytes: 850 * mebibyte,
    maxUpstreamAnswerBytes: 256 * mebibyte,
    maxReferenceBytes: 50 * mebibyte,
    maxPixels: largest4kPixels,
  });
  expect(limitsOf({ PLANTAIN_LIMITS_MAX_HELD_BYTES: '128MiB' })).toEqual({
    maxHeldBytes: 128 * mebibyte,
    maxEditBodyBytes: 64 * mebibyte,
    maxUpstreamAnswerBytes: 128 * mebibyte,
    maxReferenceBytes: 50 * mebibyte,
    maxPixels: 8 * mebibyte,
  });
  // The least that can be set still makes a configuration that can be used.
  expect(limitsOf({ PLANTAIN_LIMITS_MAX_HELD_BYTES: '16MiB' })).toEqual({
    maxHeldBytes: 16 * mebibyte,
    maxEditBodyBytes: 8 * mebibyte,
    maxUpstreamAnswerBytes: 16 * mebibyte,
    maxReferenceBytes: 8 * mebibyte,
    maxPixels: mebibyte,
  });
});

test('a default follows the setting it is derived from, not the setting behind that one', () => {
  const env = { PLANTAIN_LIMITS_MAX_HELD_BYTES: '64GiB', PLANTAIN_LIMITS_MAX_EDIT_BODY_BYTES: '10MiB' };
  expect(limitsOf(env)).toMatchObject({ maxEditBodyBytes: 10 * mebibyte, maxReferenceBytes: 10 * mebibyte });
});

test('an explicit bound is kept as given, also past the memory', () => {
  const env = {
    PLANTAIN_LIMITS_MAX_HELD_BYTES: '64MiB',
    PLANTAIN_LIMITS_MAX_EDIT_BODY_BYTES: '2GiB',
    PLANTAIN_LIMITS_MAX_UPSTREAM_ANSWER_BYTES: '1GiB',
    PLANTAIN_LIMITS_MAX_REFERENCE_BYTES: '200MiB',
    PLANTAIN_IMAGES_MAX_PIXELS: '1000000000',
  };
  expect(limitsOf(env)).toEqual({
    maxHeldBytes: 64 * mebibyte,
    maxEditBodyBytes: 2 * gibibyte,
    maxUpstreamAnswerBytes: gibibyte,
    maxReferenceBytes: 200 * mebibyte,
    maxPixels: 1_000_000_000,
  });
});

test('the largest 4K picture is the largest that the model catalogue has', () => {
  const sizes = Object.values(models.pixelTables).flatMap((table) =>
    '4K' in table ? Object.values(table['4K']) : [],
  );
  const pixels = sizes.map((size) => size.split('x').reduce((product, side) => product * Number(side), 1));
  expect(largest4kPixels).toBe(Math.max(...pixels));
});

test('the default model is one of the catalogue', () => {
  expect(models.models.map(({ id }) => id)).toContain(defaultModelId);
});

test('every setting is described, and has words for its default', () => {
  for (const { id, description, defaultText, derive, example, expected } of configSettings) {
    expect(description, id).toMatch(/\.$/);
    expect(defaultText, id).not.toBe('');
    if (derive !== undefined) expect(defaultText, id).not.toMatch(/^\d+$/);
    expect(expected ?? example, id).toBeDefined();
  }
});
