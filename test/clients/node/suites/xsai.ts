import assert from 'node:assert/strict';
import { generateImage } from '@xsai/generate-image';
import * as t from './report.ts';

const settings = { baseURL: `${t.baseURL}/`, apiKey: t.apiKey, model: t.model, prompt: t.prompt };
const base64Of = (dataUrl: string): string => dataUrl.slice(dataUrl.indexOf(',') + 1);

await t.feature('generate', async () => {
  const { image } = await generateImage(settings);
  assert.equal(image.mimeType, 'image/png');
  return [t.picture(base64Of(image.base64))];
});
await t.feature('ratio', async () => {
  const { image } = await generateImage({ ...settings, aspectRatio: '16:9' });
  return [t.picture(base64Of(image.base64), t.wide)];
});
await t.feature('n', async () => {
  const { images } = await generateImage({ ...settings, n: 2, responseFormat: 'b64_json' });
  assert.equal(images.length, 2);
  return images.map(({ base64 }) => t.picture(base64Of(base64)));
});
await t.feature('wrong key', async () => {
  const error = await t.raised(() => generateImage({ ...settings, apiKey: t.wrongKey }));
  assert.match(String(error), /401|invalid_api_key/);
  return undefined;
});
await t.feature('refusal', async () => {
  const error = await t.raised(() => generateImage({ ...settings, prompt: t.refusedPrompt }));
  assert.match(String(error), /moderation_blocked/);
  return undefined;
});
// Its url mode reads the link with FileReader, which only browsers have.
t.unsupported('url', 'stream', 'edit', 'edit 2', 'mask', 'edit stream', 'models');
