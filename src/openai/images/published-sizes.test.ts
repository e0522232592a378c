import { expect, test } from 'vitest';
import { loadCatalogue } from '../../routing/model-catalogue.ts';
import { chooseDimensions } from './choose-dimensions.ts';
import { flattenFields } from './flatten-fields.ts';
import { readFields } from './read-fields.ts';

const catalogue = loadCatalogue();

function shapeOf(size: string, modelName: string): string {
  const { model } = catalogue.resolve(modelName);
  const fields = readFields(flattenFields([['size', size]]), false);
  const { aspectRatio, imageSize } = chooseDimensions(model, 'generate', {}, fields);
  return `${aspectRatio} ${imageSize}`;
}

test.each([
  ['1024x1024', '1:1 1K'],
  ['1536x1024', '3:2 1K'],
  ['1024x1536', '2:3 1K'],
  ['1792x1024', '16:9 1K'],
  ['1024x1792', '9:16 1K'],
  ['2048x2048', '1:1 2K'],
  ['2048x1152', '16:9 2K'],
  ['1152x2048', '9:16 2K'],
  ['2560x1440', '16:9 2K'],
  ['1440x2560', '9:16 2K'],
  ['3840x2160', '16:9 4K'],
  ['2160x3840', '9:16 4K'],
])('%s, as OpenAI publishes it, is %s wherever a model draws that', (size, shape) => {
  for (const model of ['gemini-nano-banana-2.1', 'gemini-3-pro-image', 'gemini-3.1-flash-image'])
    expect(shapeOf(size, model)).toBe(shape);
});

test('792x168, as Google prints it for 21:9 at 512, is that', () => {
  expect(shapeOf('792x168', 'gemini-3.1-flash-image')).toBe('21:9 512');
});

test('a model without the published tier draws the nearest it has', () => {
  expect(shapeOf('3840x2160', 'gemini-2.5-flash-image')).toBe('16:9 1K');
  expect(shapeOf('792x168', 'gemini-nano-banana-2.1')).toBe('21:9 1K');
});

test('a size that nobody publishes is not drawn into the table', () => {
  expect(shapeOf('3800x2160', 'gemini-nano-banana-2.1')).toBe('16:9 2K');
});
