import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../routing/model-catalogue.ts';
import { chooseDimensions } from './choose-dimensions.ts';
import { flattenFields } from './flatten-fields.ts';
import { readFields } from './read-fields.ts';
import { idleQualityReason } from './report-dimensions.ts';

const catalogue = loadCatalogue();

function idleReason(body: Readonly<Record<string, unknown>>, modelName = 'gemini-nano-banana-2.1') {
  const { model, isAlias: _isAlias, ...suffix } = catalogue.resolve(modelName);
  const fields = readFields(flattenFields(Object.entries(body)), false);
  return idleQualityReason(fields, chooseDimensions(model, 'generate', suffix, fields));
}

describe('a quality that changes nothing is reported, with what decides instead', () => {
  test.each([
    [{ quality: 'high', size: '1024x1024' }, 'size-decides'],
    [{ quality: 'hd', width: 1024, height: 1024 }, 'size-decides'],
    [{ quality: 'standard', size: '2048x2048' }, 'size-decides'],
    [{ quality: 'max', image_size: '2K' }, 'image_size-decides'],
    [{ quality: 'high', size: '1200x630', fit: 'exact' }, 'size-decides'],
    [{ quality: 'low' }, 'no-effect'],
  ])('%j: %s', (body, reason) => {
    expect(idleReason(body)).toBe(reason);
  });

  test("a suffix of the model's name decides as well", () => {
    expect(idleReason({ quality: 'max' }, 'gemini-nano-banana-2.1-2k')).toBe('suffix-decides');
  });
});

describe('nothing is reported of a quality', () => {
  test.each([
    [{ quality: 'high' }],
    [{ quality: 'max', size: '16:9' }],
    [{ quality: 'auto', size: '2048x2048' }],
    [{ size: '2048x2048' }],
    // What comes is what it stands for, whoever decided.
    [{ quality: 'high', size: '2048x2048' }],
    [{ quality: 'standard', size: '1024x1024' }],
    [{ quality: 'medium' }],
  ])('that is met: %j', (body) => {
    expect(idleReason(body)).toBeUndefined();
  });

  test('that the model cannot reach: its best is reported as mapped instead', () => {
    expect(idleReason({ quality: 'max' }, 'gemini-2.5-flash-image')).toBeUndefined();
  });

  test('low where the smallest tier comes', () => {
    expect(idleReason({ quality: 'low', size: '512x512' }, 'gemini-3.1-flash-image')).toBeUndefined();
  });
});
