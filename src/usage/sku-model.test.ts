import { expect, test } from 'vitest';
import { skuModels } from './sku-model.ts';

const modelOf = skuModels([
  { id: 'gemini-3.1-flash-image', names: ['nano-banana-2'] },
  { id: 'gemini-3.1-flash-lite-image', names: [] },
  { id: 'gemini-3-pro-image', names: ['gemini-3-pro-image-preview'] },
  { id: 'imagen-4.0-generate-001', names: [] },
]);

test.each([
  ['Gemini 3.1 Flash Image output image tokens', 'gemini-3.1-flash-image'],
  ['Gemini 3.1 Flash-Lite Image output image tokens', 'gemini-3.1-flash-lite-image'],
  ['Generate_content text input token count for gemini-3-pro-image', 'gemini-3-pro-image'],
  ['Nano Banana 2 pictures', 'gemini-3.1-flash-image'],
  ['Imagen 4 Generation', 'imagen-4.0-generate-001'],
  ['Gemini 3.1 Flash output text tokens', undefined],
  ['Gemini 3 Flash Image output tokens', undefined],
  ['Cloud Storage', undefined],
])('%s is about %s', (sku, model) => {
  expect(modelOf(sku)).toBe(model);
});
