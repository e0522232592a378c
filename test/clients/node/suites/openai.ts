import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import OpenAI, { toFile } from 'openai';
import * as t from './report.ts';

const client = new OpenAI({ baseURL: t.baseURL, apiKey: t.apiKey });
const { model, prompt } = t;

await t.feature('generate', async () => {
  const result = await client.images.generate({ model, prompt, response_format: 'b64_json' });
  assert.ok(Number.isInteger(result.created));
  assert.equal(
    result.usage?.total_tokens,
    (result.usage?.input_tokens ?? 0) + (result.usage?.output_tokens ?? 0),
  );
  assert.equal(result.output_format, 'png');
  return [t.picture(result.data?.[0]?.b64_json)];
});
await t.feature('ratio', async () => {
  const extra = { model, prompt, aspect_ratio: '16:9' } as OpenAI.ImageGenerateParamsNonStreaming;
  const result = await client.images.generate(extra);
  return [t.picture(result.data?.[0]?.b64_json, t.wide)];
});
await t.feature('n', async () => {
  const result = await client.images.generate({ model, prompt, n: 2 });
  assert.equal(result.data?.length, 2);
  return result.data?.map(({ b64_json }) => t.picture(b64_json));
});
await t.feature('url', async () => {
  const result = await client.images.generate({ model, prompt, response_format: 'url' });
  assert.equal(result.data?.[0]?.b64_json, undefined);
  return [await t.pictureAt(result.data?.[0]?.url)];
});
await t.feature('stream', async () => {
  const stream = await client.images.generate({ model, prompt, stream: true, partial_images: 1 });
  let last: OpenAI.ImageGenStreamEvent | undefined;
  for await (const event of stream) last = event;
  assert.equal(last?.type, 'image_generation.completed');
  assert.ok('usage' in last && last.usage.total_tokens > 0);
  return [t.picture(last.b64_json)];
});
await t.feature('edit', async () => {
  const image = createReadStream(t.inputFile('first.png'));
  const result = await client.images.edit({ model, image, prompt: 'Add a hat', size: '1024x1024' });
  return [t.picture(result.data?.[0]?.b64_json)];
});
await t.feature('edit 2', async () => {
  const image = await Promise.all(
    (['first.png', 'second.jpg'] as const).map((name) => toFile(t.inputBytes(name), name)),
  );
  const result = await client.images.edit({ model, image, prompt: 'Both together', size: '1024x1024', n: 1 });
  return [t.picture(result.data?.[0]?.b64_json)];
});
await t.feature('mask', async () => {
  const result = await client.images.edit({
    model,
    image: await toFile(t.inputBytes('first.png'), 'first.png', { type: 'image/png' }),
    mask: await toFile(t.inputBytes('mask.png'), 'mask.png', { type: 'image/png' }),
    prompt: 'A sunflower in the gap',
  });
  return [t.picture(result.data?.[0]?.b64_json, { ...t.square, masked: true })];
});
await t.feature('edit stream', async () => {
  const image = await toFile(t.inputBytes('first.png'), 'first.png', { type: 'image/png' });
  const stream = await client.images.edit({
    model,
    image,
    prompt: 'At night',
    size: '1024x1024',
    stream: true,
  });
  let last: OpenAI.ImageEditStreamEvent | undefined;
  for await (const event of stream) last = event;
  assert.equal(last?.type, 'image_edit.completed');
  return [t.picture(last.b64_json)];
});
await t.feature('models', async () => {
  const names: string[] = [];
  for await (const listed of client.models.list()) names.push(listed.id);
  t.checkModelNames(names);
  assert.equal((await client.models.retrieve(model)).id, model);
  return undefined;
});
await t.feature('wrong key', async () => {
  const stranger = new OpenAI({ baseURL: t.baseURL, apiKey: t.wrongKey });
  const error = await t.raised(() => stranger.images.generate({ model, prompt }));
  assert.ok(error instanceof OpenAI.AuthenticationError, `raised ${String(error)}`);
  assert.equal(error.code, 'invalid_api_key');
  return undefined;
});
await t.feature('refusal', async () => {
  const error = await t.raised(() => client.images.generate({ model, prompt: t.refusedPrompt }));
  assert.ok(error instanceof OpenAI.BadRequestError, `raised ${String(error)}`);
  assert.equal(error.code, 'moderation_blocked');
  const stream = await client.images.generate({ model, prompt: t.refusedPrompt, stream: true });
  const inStream = await t.raised(async () => {
    for await (const event of stream) void event;
  });
  assert.equal(inStream['code'], 'moderation_blocked');
  return undefined;
});
