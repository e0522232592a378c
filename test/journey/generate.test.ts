import OpenAI, { AzureOpenAI } from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import { imageAnswer, sendJson, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import { type Gateway, type GatewayOptions, startGateway, upstreamKey } from '../support/start-gateway.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close();
});

async function gatewayTo(answer: Parameters<typeof startFakeGemini>[0], options: GatewayOptions = {}) {
  const upstream = await startFakeGemini(answer);
  open.push(upstream);
  const gateway = await startGateway({ upstreamUrl: upstream.url, ...options });
  open.push(gateway);
  return { upstream, gateway };
}

function post(
  gateway: Gateway,
  body: unknown,
  path = '/v1/images/generations',
  headers: Record<string, string> = {},
) {
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('POST /v1/images/generations', () => {
  test('draws through the official SDK and asks the upstream exactly what the caller asked', async () => {
    const { upstream, gateway } = await gatewayTo((_call, response) => sendJson(response, imageAnswer()));
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key });
    const result = await client.images.generate({
      model: 'gemini-2.5-flash-image',
      prompt: 'A cute baby sea otter',
      response_format: 'b64_json',
      aspect_ratio: '16:9',
    } as never);
    expect(result.data?.[0]?.b64_json).toBe(tinyPng);
    expect(result).toMatchObject({
      size: '1x1',
      output_format: 'png',
      created: expect.any(Number) as number,
    });
    expect(result.usage).toEqual({
      input_tokens: 10,
      input_tokens_details: { image_tokens: 0, text_tokens: 10 },
      output_tokens: 1290,
      output_tokens_details: { image_tokens: 1290, text_tokens: 0 },
      total_tokens: 1300,
    });
    expect(upstream.calls).toHaveLength(1);
    const [call] = upstream.calls;
    expect(call?.url).toBe('/v1beta/models/gemini-2.5-flash-image:generateContent');
    expect(call?.headers['x-goog-api-key']).toBe(upstreamKey);
    expect(call?.headers['accept-encoding']).toBeUndefined();
    expect(call?.body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'A cute baby sea otter' }] }],
      generationConfig: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: '16:9' } },
    });
  });

  test('tells order id, upstream and cost in headers, and the ledger has the row of that id', async () => {
    const { gateway } = await gatewayTo((_call, response) => sendJson(response, imageAnswer()));
    const response = await post(gateway, { model: 'gemini-2.5-flash-image', prompt: 'a fox' });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(response.headers.get('plantain-upstream')).toBe('gemini');
    expect(response.headers.get('plantain-adapted')).toBe(
      'image_size;action=mapped;from="1K";to="1x1";reason=as-drawn',
    );
    // 10 prompt tokens at $0.30 and 1290 image tokens at $30 a million.
    expect(response.headers.get('plantain-cost-micro-usd')).toBe('38703');
  });

  test('draws n pictures in parallel and sums their usage', async () => {
    const { upstream, gateway } = await gatewayTo((_call, response) => sendJson(response, imageAnswer()));
    const response = await post(gateway, { prompt: 'a fox', n: '3' });
    const body = (await response.json()) as OpenAI.ImagesResponse;
    expect(body.data).toHaveLength(3);
    expect(body.usage?.total_tokens).toBe(3900);
    expect(upstream.calls).toHaveLength(3);
  });

  test('delivers what succeeded when some of n fail, and says so', async () => {
    const { gateway } = await gatewayTo((_call, response, index) =>
      index === 0
        ? sendJson(response, { candidates: [{ content: {}, finishReason: 'IMAGE_SAFETY', index: 0 }] })
        : sendJson(response, imageAnswer()),
    );
    const response = await post(gateway, { prompt: 'a fox', n: 3 });
    expect(response.status).toBe(200);
    expect(((await response.json()) as OpenAI.ImagesResponse).data).toHaveLength(2);
    expect(response.headers.get('plantain-adapted')).toContain(
      'n;action=partial;from="3";to="2";reason=moderation_blocked',
    );
  });

  test('takes the last picture that is not a thought', async () => {
    const part = (data: string, thought?: boolean) => ({
      inlineData: { mimeType: 'image/png', data },
      ...(thought && { thought }),
    });
    const answer = imageAnswer();
    const { gateway } = await gatewayTo((_call, response) =>
      sendJson(response, {
        ...answer,
        candidates: [
          {
            content: {
              parts: [
                part(`${tinyPng.slice(0, -4)}AA==`),
                part(tinyPng),
                part(`${tinyPng.slice(0, -4)}BB==`, true),
              ],
            },
            finishReason: 'STOP',
          },
        ],
      }),
    );
    const body = (await (await post(gateway, { prompt: 'a fox' })).json()) as OpenAI.ImagesResponse;
    expect(body.data?.[0]?.b64_json).toBe(tinyPng);
  });

  test('a client that leaves ends the upstream call', async () => {
    const { upstream, gateway } = await gatewayTo(() => undefined);
    const leaving = new AbortController();
    const request = fetch(`${gateway.url}/v1/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: '{"prompt":"a fox"}',
      signal: leaving.signal,
    });
    await expect.poll(() => upstream.calls.length).toBe(1);
    leaving.abort();
    await expect(request).rejects.toThrow();
    await expect.poll(() => upstream.aborted()).toBe(1);
  });
});

describe('bad input', () => {
  const upstreamNotAsked = () => {
    throw new Error('the upstream must not be asked');
  };
  test.each([
    ['broken JSON', '{"prompt":', 400, { code: null, param: null }],
    ['JSON that is no object', '[1]', 400, { code: null }],
    ['no prompt', {}, 400, { code: 'missing_required_parameter', param: 'prompt' }],
    ['an empty prompt', { prompt: '  ' }, 400, { code: 'invalid_value', param: 'prompt' }],
    [
      'a prompt of more than 32,000 characters',
      { prompt: 'x'.repeat(32_001) },
      400,
      { code: 'invalid_value', param: 'prompt' },
    ],
    ['n of 11', { prompt: 'a', n: 11 }, 400, { code: 'invalid_value', param: 'n' }],
    ['n of 1.5', { prompt: 'a', n: 1.5 }, 400, { code: 'invalid_value', param: 'n' }],
    [
      'an unknown model',
      { prompt: 'a', model: 'gemini-9' },
      404,
      { code: 'model_not_found', param: 'model' },
    ],
    [
      'a ratio no model has',
      { prompt: 'a', aspect_ratio: '7:5' },
      400,
      { code: 'invalid_value', param: 'aspect_ratio' },
    ],
    [
      'a ratio this model lacks',
      { prompt: 'a', model: 'gemini-3-pro-image', aspectRatio: '1:4' },
      400,
      { code: 'invalid_value', param: 'aspectRatio' },
    ],
    [
      '2K on a 1K-only model',
      { prompt: 'a', model: 'gemini-2.5-flash-image', image_size: '2K' },
      400,
      { code: 'invalid_value', param: 'image_size' },
    ],
    [
      'an exact size that contradicts the ratio',
      { prompt: 'a', size: '1024x1024', aspect_ratio: '16:9', fit: 'exact' },
      400,
      { code: 'invalid_value', param: 'size' },
    ],
    [
      'a size that cannot be read',
      { prompt: 'a', size: 'large' },
      400,
      { code: 'invalid_value', param: 'size' },
    ],
    [
      'an unknown response_format',
      { prompt: 'a', response_format: 'file' },
      400,
      { code: 'invalid_value', param: 'response_format' },
    ],
    [
      'a transparent background',
      { prompt: 'a', background: 'transparent' },
      400,
      { code: 'invalid_value', param: 'background' },
    ],
  ])('%s is a clear error that costs nothing', async (_name, body, status, error) => {
    const { upstream, gateway } = await gatewayTo(upstreamNotAsked);
    const response = await post(gateway, body);
    expect(response.status).toBe(status);
    const answer = (await response.json()) as { error: Record<string, unknown> };
    expect(answer.error).toMatchObject({ type: 'invalid_request_error', ...error });
    expect(response.statusText).toBe(
      String(answer.error['message']).replaceAll('…', '...').slice(0, 240).trim(),
    );
    expect(upstream.calls).toHaveLength(0);
  });

  test('a supported-values error lists them', async () => {
    const { gateway } = await gatewayTo(upstreamNotAsked);
    const response = await post(gateway, { prompt: 'a', model: 'gemini-2.5-flash-image', image_size: '4K' });
    expect(((await response.json()) as { error: { message: string } }).error.message).toContain(
      'Supported values: 1K.',
    );
  });

  test('other content types, methods, paths and oversize bodies keep OpenAI’s shape and the right status', async () => {
    const { gateway } = await gatewayTo(upstreamNotAsked);
    const cases: [Response, number][] = [
      [
        await post(gateway, 'prompt=a', undefined, { 'content-type': 'application/x-www-form-urlencoded' }),
        415,
      ],
      [await fetch(`${gateway.url}/v1/images/generations`), 405],
      [await fetch(`${gateway.url}/v1/nothing`), 404],
      [await post(gateway, { prompt: 'a', pad: 'x'.repeat(1024 * 1024) }), 413],
      [await post(gateway, {}, '/v1/images/variations'), 404],
    ];
    for (const [response, status] of cases) {
      expect(response.status).toBe(status);
      expect(((await response.json()) as { error: object }).error).toMatchObject({
        message: expect.any(String) as string,
        type: 'invalid_request_error',
      });
    }
  });

  test('missing, unknown and malformed keys are the same 401', async () => {
    const { gateway } = await gatewayTo(upstreamNotAsked);
    for (const authorization of [undefined, 'Bearer nonsense', `Bearer sk-${'x'.repeat(48)}`, 'Basic abc']) {
      const response = await fetch(`${gateway.url}/v1/images/generations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
        body: '{"prompt":"a"}',
      });
      expect(response.status).toBe(401);
      expect(((await response.json()) as { error: object }).error).toMatchObject({
        code: 'invalid_api_key',
        type: 'invalid_request_error',
      });
    }
  });
});

describe('paths and models', () => {
  test('every spelling of the path that clients use reaches the same place', async () => {
    const { upstream, gateway } = await gatewayTo((_call, response) => sendJson(response, imageAnswer()));
    for (const path of [
      '/images/generations',
      '/v1/v1/images/generations',
      '/v1v1/images/generations',
      '/openai/images/generations',
      '/openai/v1/images/generations',
      '/v1beta/openai/images/generations',
      '/v1/images/generations/',
      '/v1/images/generations?api-version=2024-02-01',
    ]) {
      expect((await post(gateway, { prompt: 'a' }, path)).status).toBe(200);
    }
    const azure = await fetch(
      `${gateway.url}/openai/deployments/gemini-3-pro-image/images/generations?api-version=2024-02-01`,
      {
        method: 'POST',
        headers: { 'api-key': gateway.key, 'content-type': 'application/json' },
        body: '{"prompt":"a"}',
      },
    );
    expect(azure.status).toBe(200);
    expect(upstream.calls.at(-1)?.url).toContain('/gemini-3-pro-image:generateContent');
  });

  test("Azure's SDK draws, with a deployment and without, and finds its models", async () => {
    const { upstream, gateway } = await gatewayTo((_call, response) => sendJson(response, imageAnswer()));
    const options = { apiKey: gateway.key, apiVersion: '2025-04-01-preview', maxRetries: 0 };
    for (const client of [
      new AzureOpenAI({ ...options, endpoint: gateway.url }),
      new AzureOpenAI({ ...options, endpoint: gateway.url, deployment: 'gemini-3-pro-image' }),
      new AzureOpenAI({ ...options, baseURL: `${gateway.url}/v1` }),
    ]) {
      await client.images.generate({ model: 'gemini-3-pro-image', prompt: 'a fox' });
      expect(upstream.calls.at(-1)?.url).toContain('/gemini-3-pro-image:generateContent');
    }
    // A client reads the answer as that of the name it knows, though the deployment draws.
    const known = new AzureOpenAI({ ...options, endpoint: gateway.url, deployment: 'gemini-3-pro-image' });
    const linked = await known.images.generate({ model: 'dall-e-3', prompt: 'a fox' });
    expect(linked.data?.map((item) => Object.keys(item))).toEqual([['url']]);
    expect(upstream.calls.at(-1)?.url).toContain('/gemini-3-pro-image:generateContent');
    const first = new AzureOpenAI({ ...options, endpoint: gateway.url });
    expect((await first.models.list()).data.length).toBeGreaterThan(5);
    expect((await first.models.retrieve('openai/gpt-image-1')).id).toBe('openai/gpt-image-1');
    // An error of the API, as the SDK knows it.
    await expect(first.models.delete('gpt-image-1')).rejects.toMatchObject({
      status: 405,
      code: 'method_not_allowed',
      type: 'invalid_request_error',
    });
  });

  test('models are listed with their aliases, and found by encoded ids', async () => {
    const { gateway } = await gatewayTo((_call, response) => sendJson(response, imageAnswer()));
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key });
    const ids = (await client.models.list()).data.map((model) => model.id);
    expect(ids).toEqual(
      expect.arrayContaining([
        'gemini-nano-banana-2.1',
        'gemini-2.5-flash-image',
        'dall-e-3',
        'nano-banana-pro',
      ]),
    );
    expect(await client.models.retrieve('models/gemini-3-pro-image')).toMatchObject({
      id: 'models/gemini-3-pro-image',
      object: 'model',
      owned_by: 'google',
    });
    await expect(client.models.retrieve('nothing')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });
});
