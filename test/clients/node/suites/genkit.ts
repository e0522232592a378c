import assert from 'node:assert/strict';
import { openAI } from '@genkit-ai/compat-oai/openai';
import { genkit } from 'genkit';
import * as t from './report.ts';

const ai = genkit({ plugins: [openAI({ apiKey: t.apiKey, baseURL: t.baseURL })] });
const model = openAI.model('dall-e-3');
const square = { size: '1024x1024' };

/** What follows the comma of a `data:` URL. */
const base64Of = (url: string | undefined): string => {
  assert.match(url?.slice(0, 40) ?? '', /^data:image\/\w+;base64,/);
  return url?.slice(url.indexOf(',') + 1) ?? '';
};

await t.feature('generate', async () => {
  const { media } = await ai.generate({ model, prompt: t.prompt });
  return [t.picture(base64Of(media?.url), square)];
});
await t.feature('ratio', async () => {
  const { media } = await ai.generate({ model, prompt: t.prompt, config: { size: '1792x1024' } });
  return [t.picture(base64Of(media?.url), { size: '1376x768' })];
});
await t.feature('n', async () => {
  const { message } = await ai.generate({ model, prompt: t.prompt, config: { n: 2 } });
  const pictures = message?.content.map(({ media }) => t.picture(base64Of(media?.url), square));
  assert.equal(pictures?.length, 2);
  return pictures;
});
await t.feature('url', async () => {
  const { media } = await ai.generate({ model, prompt: t.prompt, config: { response_format: 'url' } });
  return [await t.pictureAt(media?.url, square)];
});
await t.feature('wrong key', async () => {
  const stranger = genkit({ plugins: [openAI({ apiKey: t.wrongKey, baseURL: t.baseURL })] });
  const error = await t.raised(() => stranger.generate({ model, prompt: t.prompt }));
  assert.equal(error['status'], 401);
  return undefined;
});
await t.feature('refusal', async () => {
  const error = await t.raised(() => ai.generate({ model, prompt: t.refusedPrompt }));
  assert.equal(error['code'], 'moderation_blocked');
  return undefined;
});
t.unsupported('stream', 'edit', 'edit 2', 'mask', 'edit stream', 'models');
process.exit(0);
