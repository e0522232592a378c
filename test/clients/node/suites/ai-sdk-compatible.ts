import assert from 'node:assert/strict';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateImage } from 'ai';
import * as t from './report.ts';

const provider = createOpenAICompatible({ name: 'plantain', baseURL: t.baseURL, apiKey: t.apiKey });
const { prompt } = t;
const model = provider.imageModel(t.model);

await t.feature('generate', async () => {
  const { image } = await generateImage({ model, prompt });
  return [t.picture(image.uint8Array)];
});
await t.feature('ratio', async () => {
  const { image } = await generateImage({
    model,
    prompt,
    providerOptions: { plantain: { aspect_ratio: '16:9' } },
  });
  return [t.picture(image.base64, t.wide)];
});
await t.feature('n', async () => {
  const { images } = await generateImage({ model, prompt, n: 2 });
  assert.equal(images.length, 2);
  return images.map((image) => t.picture(image.uint8Array));
});
await t.feature('url', async () => {
  // The client fetches the link itself, and only because it stands on the API's own origin.
  const { image } = await generateImage({
    model,
    prompt,
    providerOptions: { plantain: { response_format: 'url' } },
  });
  return [t.picture(image.uint8Array)];
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
  const stranger = createOpenAICompatible({ name: 'plantain', baseURL: t.baseURL, apiKey: t.wrongKey });
  const error = await t.raised(() => generateImage({ model: stranger.imageModel(t.model), prompt }));
  assert.ok(APICallError.isInstance(error), `raised ${String(error)}`);
  assert.equal(error.statusCode, 401);
  return undefined;
});
await t.feature('refusal', async () => {
  const error = await t.raised(() => generateImage({ model, prompt: t.refusedPrompt }));
  assert.ok(APICallError.isInstance(error), `raised ${String(error)}`);
  assert.equal(error.statusCode, 400);
  assert.match(error.message, /^(?!Bad Request$)./);
  return undefined;
});
t.unsupported('stream', 'edit stream', 'models');
