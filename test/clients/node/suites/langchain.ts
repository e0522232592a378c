import assert from 'node:assert/strict';
import { DallEAPIWrapper } from '@langchain/openai';
import * as t from './report.ts';

const settings = { apiKey: t.apiKey, baseUrl: t.baseURL, model: t.model };

await t.feature('generate', async () => {
  const tool = new DallEAPIWrapper({ ...settings, dallEResponseFormat: 'b64_json' });
  return [t.picture((await tool.invoke(t.prompt)) as string)];
});
await t.feature('ratio', async () => {
  const tool = new DallEAPIWrapper({
    ...settings,
    model: `${t.model}-16x9`,
    dallEResponseFormat: 'b64_json',
    size: '1792x1024',
  });
  return [t.picture((await tool.invoke(t.prompt)) as string, t.wide)];
});
await t.feature('n', async () => {
  const tool = new DallEAPIWrapper({ ...settings, n: 2 });
  const parts = (await tool.invoke(t.prompt)) as unknown as { image_url: string }[];
  assert.equal(parts.length, 2);
  return Promise.all(parts.map(({ image_url }) => t.pictureAt(image_url)));
});
await t.feature('url', async () => {
  // As it comes: dall-e-3, `url`, style, quality and size.
  const tool = new DallEAPIWrapper({ apiKey: t.apiKey, baseUrl: t.baseURL });
  return [await t.pictureAt((await tool.invoke(t.prompt)) as string, { size: '1024x1024' })];
});
await t.feature('wrong key', async () => {
  const error = await t.raised(() =>
    new DallEAPIWrapper({ ...settings, apiKey: t.wrongKey }).invoke(t.prompt),
  );
  assert.equal(error['status'], 401);
  return undefined;
});
await t.feature('refusal', async () => {
  const error = await t.raised(() => new DallEAPIWrapper(settings).invoke(t.refusedPrompt));
  assert.equal(error['code'], 'moderation_blocked');
  return undefined;
});
t.unsupported('stream', 'edit', 'edit 2', 'mask', 'edit stream', 'models');
