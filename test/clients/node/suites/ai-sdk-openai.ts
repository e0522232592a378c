import assert from 'node:assert/strict';
import { createOpenAI } from '@ai-sdk/openai';
import { APICallError, generateImage } from 'ai';
import * as t from './report.ts';

const provider = createOpenAI({ baseURL: t.baseURL, apiKey: t.apiKey });
const { prompt } = t;
const model = provider.image(t.model);

await t.feature('generate', async () => {
  const { image } = await generateImage({ model, prompt });
  assert.equal(image.mediaType, 'image/png');
  return [t.picture(image.uint8Array)];
});
// This provider drops unknown options, so the ratio rides on the model's name.
await t.feature('ratio', async () => {
  const { image } = await generateImage({ model: provider.image(`${t.model}-16x9`), prompt });
  return [t.picture(image.base64, t.wide)];
});
await t.feature('n', async () => {
  const { images } = await generateImage({ model, prompt, n: 2 });
  assert.equal(images.length, 2);
  return images.map((image) => t.picture(image.uint8Array));
});
await t.feature('edit', async () => {
  const { image } = await generateImage({
    model,
    prompt: { text: 'Add a hat', images: [t.inputBytes('first.png')] },
    size: '1024x1024',
  });
  return [t.picture(image.uint8Array)];
});
await t.feature('edit 2', async () => {
  const images = [t.inputBytes('first.png'), t.inputBytes('second.jpg')];
  const { image } = await generateImage({ model, prompt: { text: 'Both', images }, size: '1024x1024' });
  return [t.picture(image.uint8Array)];
});
await t.feature('mask', async () => {
  const { image } = await generateImage({
    model,
    prompt: {
      text: 'A sunflower',
      images: [t.inputBytes('first.png')],
      mask: t.inputBytes('mask.png'),
    },
  });
  return [t.picture(image.uint8Array, { ...t.square, masked: true })];
});
await t.feature('wrong key', async () => {
  const stranger = createOpenAI({ baseURL: t.baseURL, apiKey: t.wrongKey });
  const error = await t.raised(() => generateImage({ model: stranger.image(t.model), prompt }));
  assert.ok(APICallError.isInstance(error), `raised ${String(error)}`);
  assert.equal(error.statusCode, 401);
  return undefined;
});
await t.feature('refusal', async () => {
  const error = await t.raised(() => generateImage({ model, prompt: t.refusedPrompt }));
  assert.ok(APICallError.isInstance(error), `raised ${String(error)}`);
  assert.equal(error.statusCode, 400);
  assert.match(error.responseBody ?? '', /"code":"moderation_blocked"/);
  return undefined;
});
t.unsupported('url', 'stream', 'edit stream', 'models');
