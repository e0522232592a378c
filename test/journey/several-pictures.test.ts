import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeGemini, sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import { errorOf, generate, imagesOf, ledgerRows, postJson } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { noise } from '../support/test-pictures.ts';

const pictures = await Promise.all([10, 20, 30].map((side) => noise(side, side, 'png')));
const base64 = pictures.map((picture) => picture.toString('base64'));
let upstream: FakeGemini;
let gateway: Gateway;

beforeAll(async () => {
  const part = (data: string | undefined, more: object = {}) => ({
    inlineData: { mimeType: 'image/png', data },
    ...more,
  });
  const parts = [
    { text: 'Step 1' },
    part(base64[0]),
    part(base64[1], { thought: true }),
    { text: 'Step 2' },
    part(base64[2]),
  ];
  upstream = await startFakeGemini((_call, response) =>
    sendJson(response, {
      candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }],
      usageMetadata: {
        promptTokenCount: 10,
        candidatesTokenCount: 3360,
        totalTokenCount: 3370,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 10 }],
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 3360 }],
      },
    }),
  );
  gateway = await startGateway({ upstreamUrl: upstream.url });
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

const model = 'gemini-nano-banana-2.1';
/** 10 tokens in at 1.50, 3360 of pictures out at 30 dollars a million. */
const priceMicroUsd = '100815';

describe('an answer with several final pictures', () => {
  test('delivers the last, and tells of the others, which were charged', async () => {
    const response = await generate(gateway, { prompt: 'a recipe', model });
    expect((await imagesOf(response.clone())).data).toEqual([{ b64_json: base64[2] }]);
    expect(response.headers.get('plantain-adapted')).toContain(
      'all_images;action=partial;from="2";to="1";reason=the-last-of-an-answer-is-delivered',
    );
    expect(response.headers.get('plantain-cost-micro-usd')).toBe(priceMicroUsd);
  });

  test('delivers all, thoughts apart, to who asks for all, at the price of what the upstream counted', async () => {
    const response = await generate(gateway, { prompt: 'a recipe', model, n: 1, all_images: true });
    expect((await imagesOf(response.clone())).data).toEqual([
      { b64_json: base64[0] },
      { b64_json: base64[2] },
    ]);
    expect(response.headers.get('plantain-adapted')).not.toContain('all_images');
    expect(response.headers.get('plantain-cost-micro-usd')).toBe(priceMicroUsd);
    expect(ledgerRows(gateway.dataDir).at(-1)).toMatchObject({
      status: 'succeeded',
      images_requested: 1,
      images_delivered: 2,
    });
    const dry = await postJson(gateway, '/v1/images/generations?dry_run=true', {
      prompt: 'a recipe',
      model,
      all_images: true,
    });
    const { highest_price_micro_usd: reserved } = (await dry.json()) as { highest_price_micro_usd: number };
    expect(reserved).toBeGreaterThanOrEqual(Number(priceMicroUsd));
  });

  test('streams all as finished pictures, with the counts in the last', async () => {
    const response = await generate(gateway, { prompt: 'a recipe', model, all_images: 'true', stream: true });
    const events = (await response.text())
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map(
        (line) =>
          JSON.parse(line.slice(6)) as { type: string; b64_json: string; usage: { total_tokens: number } },
      );
    expect(events.map(({ type, b64_json, usage }) => [type, b64_json, usage.total_tokens])).toEqual([
      ['image_generation.completed', base64[0], 0],
      ['image_generation.completed', base64[2], 3370],
    ]);
  });

  test('all of several orders at once could be any number, so that is refused at no cost', async () => {
    const before = upstream.calls.length;
    const response = await postJson(gateway, '/v1/images/generations', {
      prompt: 'a recipe',
      allImages: true,
      n: 2,
    });
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ code: 'invalid_value', param: 'allImages' });
    expect(upstream.calls).toHaveLength(before);
  });
});
