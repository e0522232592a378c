import assert from 'node:assert/strict';
import { generateImage } from '@tanstack/ai';
import { createOpenaiImage } from '@tanstack/ai-openai';
import * as t from './report.ts';

// Its types know OpenAI's names only, and one of them decides how many references it lets through.
const adapter = createOpenaiImage('gpt-image-2', t.apiKey, { baseURL: t.baseURL });
const plain = createOpenaiImage(t.model as 'gpt-image-2', t.apiKey, { baseURL: t.baseURL });

type Part = {
  type: 'image';
  source: { type: 'data'; value: string; mimeType: string };
  metadata?: { role: 'mask' };
};
function part(name: Parameters<typeof t.inputBytes>[0], role?: 'mask'): Part {
  const value = Buffer.from(t.inputBytes(name)).toString('base64');
  const mimeType = name.endsWith('.jpg') ? 'image/jpeg' : 'image/png';
  return { type: 'image', source: { type: 'data', value, mimeType }, ...(role && { metadata: { role } }) };
}
const text = (content: string) => ({ type: 'text' as const, content });

await t.feature('generate', async () => {
  const { images } = await generateImage({ adapter: plain, prompt: t.prompt });
  return [t.picture(images[0]?.b64Json)];
});
await t.feature('ratio', async () => {
  const modelOptions = { aspect_ratio: '16:9' } as object;
  const { images } = await generateImage({ adapter: plain, prompt: t.prompt, modelOptions });
  return [t.picture(images[0]?.b64Json, t.wide)];
});
await t.feature('n', async () => {
  const { images } = await generateImage({ adapter: plain, prompt: t.prompt, numberOfImages: 2 });
  assert.equal(images.length, 2);
  return images.map((image) => t.picture(image.b64Json));
});
await t.feature('url', async () => {
  const modelOptions = { response_format: 'url' } as object;
  const { images } = await generateImage({ adapter: plain, prompt: t.prompt, modelOptions });
  return [await t.pictureAt(images[0]?.url)];
});
await t.feature('edit', async () => {
  const prompt = [text('Add a hat'), part('first.png')];
  const { images } = await generateImage({ adapter, prompt, size: '1024x1024' });
  return [t.picture(images[0]?.b64Json, { size: '1024x1024' })];
});
await t.feature('edit 2', async () => {
  const prompt = [text('Both together'), part('first.png'), part('second.jpg')];
  const { images } = await generateImage({ adapter, prompt, size: '1024x1024' });
  return [t.picture(images[0]?.b64Json, { size: '1024x1024' })];
});
await t.feature('mask', async () => {
  const prompt = [text('A sunflower'), part('first.png'), part('mask.png', 'mask')];
  const { images } = await generateImage({ adapter, prompt });
  return [t.picture(images[0]?.b64Json, { ...t.square, masked: true })];
});
await t.feature('wrong key', async () => {
  const stranger = createOpenaiImage('gpt-image-2', t.wrongKey, { baseURL: t.baseURL });
  const error = await t.raised(() => generateImage({ adapter: stranger, prompt: t.prompt }));
  assert.equal(error['status'], 401);
  return undefined;
});
await t.feature('refusal', async () => {
  const error = await t.raised(() => generateImage({ adapter: plain, prompt: t.refusedPrompt }));
  assert.equal(error['code'], 'moderation_blocked');
  return undefined;
});
t.unsupported('stream', 'edit stream', 'models');
