import type { ServerResponse } from 'node:http';
import OpenAI, { toFile } from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type FakeCall,
  type FakeGemini,
  imageAnswer,
  sendJson,
  startFakeGemini,
  tinyPng,
} from '../support/fake-gemini.ts';
import { errorOf, field, file, generate, ledgerRows, postForm } from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { noise } from '../support/test-pictures.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close();
});

async function gatewayTo(
  answer: Parameters<typeof startFakeGemini>[0],
): Promise<{ upstream: FakeGemini; gateway: Gateway }> {
  const upstream = await startFakeGemini(answer);
  open.push(upstream);
  const gateway = await startGateway({ upstreamUrl: upstream.url });
  open.push(gateway);
  return { upstream, gateway };
}

async function sandbox(): Promise<Gateway> {
  // One try is enough to fail: the waits between tries are not the question here.
  const gateway = await startGateway({ env: { PLANTAIN_LIMITS_UPSTREAM_TRIES: '1' } });
  open.push(gateway);
  return gateway;
}

const plain = (_call: FakeCall, response: ServerResponse): void => sendJson(response, imageAnswer());

interface Event {
  readonly name: string;
  readonly data: Record<string, unknown>;
}

/** Reads a stream as strictly as the strictest SDK does, and fails on anything OpenAI does not send. */
function eventsOf(text: string): Event[] {
  expect(text.endsWith('\n\n')).toBe(true);
  expect(text).not.toContain('\r');
  const withoutComments = text
    .split('\n')
    .filter((line) => !line.startsWith(':'))
    .join('\n');
  return withoutComments
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const lines = block.split('\n');
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatch(/^event: /);
      expect(lines[1]).toMatch(/^data: /);
      const data = JSON.parse(lines[1]?.slice('data: '.length) ?? '') as Record<string, unknown>;
      const name = lines[0]?.slice('event: '.length) ?? '';
      expect(data['type']).toBe(name);
      return { name, data };
    });
}

const streamed = { prompt: 'a fox', stream: true };

describe('the event stream', () => {
  test('is byte for byte what OpenAI documents: comments, then one completed event', async () => {
    const { gateway } = await gatewayTo(plain);
    const response = await generate(gateway, { ...streamed, model: 'gemini-2.5-flash-image' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    const text = await response.text();
    // Openai-go v1 takes an empty line for an event's end, so a comment is a single line.
    expect(text).toMatch(/^(?:: keep-alive\n)+event: image_generation\.completed\ndata: \{.*\}\n\n$/);
    const created = /"created_at":(\d+)/.exec(text)?.[1] ?? '';
    expect(Math.abs(Number(created) - Date.now() / 1000)).toBeLessThan(60);
    expect(text.slice(text.indexOf('event:'))).toBe(
      `event: image_generation.completed\ndata: ${JSON.stringify({
        type: 'image_generation.completed',
        b64_json: tinyPng,
        created_at: Number(created),
        background: 'opaque',
        output_format: 'png',
        quality: 'medium',
        size: '1x1',
        usage: {
          input_tokens: 10,
          input_tokens_details: { image_tokens: 0, text_tokens: 10 },
          output_tokens: 1290,
          output_tokens_details: { image_tokens: 1290, text_tokens: 0 },
          total_tokens: 1300,
        },
      })}\n\n`,
    );
  });

  test('says something at once, before there is a picture', async () => {
    let answer: (() => void) | undefined;
    const { gateway } = await gatewayTo((_call, response) => {
      answer = () => sendJson(response, imageAnswer());
    });
    const response = await generate(gateway, streamed);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe(': keep-alive\n');
    await expect.poll(() => answer).toBeDefined();
    answer?.();
    await reader?.cancel();
  });

  test('carries one completed event for each of n, and usage that sums up', async () => {
    const { gateway } = await gatewayTo(plain);
    const events = eventsOf(await (await generate(gateway, { ...streamed, n: 3 })).text());
    expect(events.map((event) => event.name)).toEqual(
      Array.from({ length: 3 }, () => 'image_generation.completed'),
    );
    const totals = events.map((event) => (event.data['usage'] as { total_tokens: number }).total_tokens);
    expect(totals.reduce((sum, total) => sum + total, 0)).toBe(3900);
  });

  test('always holds usage, also when the upstream counted nothing', async () => {
    const { usageMetadata: _, ...uncounted } = imageAnswer();
    const { gateway } = await gatewayTo((_call, response) => sendJson(response, uncounted));
    const [event] = eventsOf(await (await generate(gateway, streamed)).text());
    expect(event?.data['usage']).toMatchObject({
      total_tokens: expect.any(Number) as number,
      input_tokens_details: { image_tokens: 0, text_tokens: expect.any(Number) as number },
    });
  });

  test('is base64 whatever response_format says, and that is reported', async () => {
    const { gateway } = await gatewayTo(plain);
    const response = await generate(gateway, { ...streamed, response_format: 'url' });
    expect(response.headers.get('plantain-adapted')).toContain('response_format;action=ignored');
    const [event] = eventsOf(await response.text());
    expect(event?.data['b64_json']).toBe(tinyPng);
    expect(event?.data).not.toHaveProperty('url');
  });

  test('converts where that is asked for', async () => {
    const picture = (await noise(32, 24)).toString('base64');
    const { gateway } = await gatewayTo((_call, response) => sendJson(response, imageAnswer(picture)));
    const [event] = eventsOf(await (await generate(gateway, { ...streamed, output_format: 'webp' })).text());
    expect(event?.data).toMatchObject({ output_format: 'webp', size: '32x24' });
    expect(Buffer.from(String(event?.data['b64_json']), 'base64').toString('latin1', 8, 12)).toBe('WEBP');
  });

  test('of an edit has the events of edits', async () => {
    const { gateway } = await gatewayTo(plain);
    const response = await postForm(gateway, [
      file('image', await noise(8, 8)),
      field('prompt', 'add a hat'),
      field('stream', 'true'),
    ]);
    const [event] = eventsOf(await response.text());
    expect(event?.name).toBe('image_edit.completed');
    expect(event?.data).toMatchObject({ b64_json: tinyPng, size: '1x1', output_format: 'png' });
  });
});

describe('drafts', () => {
  /** Two drafts and the final picture, as the upstream streams them. */
  const drafting = (call: FakeCall, response: ServerResponse): void => {
    const part = (data: string, thought: boolean) => ({
      inlineData: { mimeType: 'image/png', data },
      ...(thought && { thought: true }),
    });
    const chunk = (parts: unknown[], more: object = {}) => ({
      candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
    });
    if (!call.url.includes('streamGenerateContent?alt=sse')) {
      const { usageMetadata } = imageAnswer();
      const parts = [part(draft, true), part(draft, true), part(tinyPng, false)];
      sendJson(response, { ...chunk(parts, { finishReason: 'STOP' }), usageMetadata });
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const document of [
      chunk([part(draft, true)]),
      chunk([part(draft, true)]),
      chunk([part(tinyPng, false)], { finishReason: 'STOP' }),
      { usageMetadata: imageAnswer().usageMetadata },
    ])
      response.write(`data: ${JSON.stringify(document)}\r\n\r\n`);
    response.end();
  };
  let draft = '';
  const makeDraft = async (): Promise<void> => {
    draft = (await noise(5, 7)).toString('base64');
  };

  test.each([
    [0, [], false],
    [1, [0], true],
    [3, [0, 1], true],
  ])('with partial_images %i are told as %j', async (partial_images, indexes, isStreamed) => {
    await makeDraft();
    const { gateway, upstream } = await gatewayTo(drafting);
    const response = await generate(gateway, { ...streamed, model: 'gemini-3-pro-image', partial_images });
    const events = eventsOf(await response.text());
    const partials = events.slice(0, -1);
    expect(partials.map((event) => event.data['partial_image_index'])).toEqual(indexes);
    for (const event of partials) {
      expect(event.name).toBe('image_generation.partial_image');
      expect(event.data).toMatchObject({
        b64_json: draft,
        size: '5x7',
        output_format: 'png',
        background: 'opaque',
        quality: 'medium',
        created_at: expect.any(Number) as number,
      });
      expect(event.data).not.toHaveProperty('usage');
    }
    expect(events.at(-1)?.name).toBe('image_generation.completed');
    expect(events.at(-1)?.data['b64_json']).toBe(tinyPng);
    expect(upstream.calls[0]?.url.includes('streamGenerateContent')).toBe(isStreamed);
  });

  test('without stream are never in the answer', async () => {
    await makeDraft();
    const { gateway } = await gatewayTo(drafting);
    const response = await generate(gateway, {
      prompt: 'a fox',
      model: 'gemini-3-pro-image',
      partial_images: 2,
    });
    expect(response.headers.get('plantain-adapted')).toContain(
      'partial_images;action=ignored;reason=needs-stream',
    );
    expect(((await response.json()) as { data: unknown }).data).toEqual([{ b64_json: tinyPng }]);
  });

  test('arrive while the final picture is still being drawn', async () => {
    await makeDraft();
    let finish: (() => void) | undefined;
    const { gateway } = await gatewayTo((_call, response) => {
      const candidates = (data: string, more: object) => [
        {
          content: {
            parts: [
              {
                inlineData: { mimeType: 'image/png', data },
                ...('finishReason' in more ? {} : { thought: true }),
              },
            ],
          },
          ...more,
        },
      ];
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify({ candidates: candidates(draft, {}) })}\r\n\r\n`);
      finish = () =>
        response.end(
          `data: ${JSON.stringify({ candidates: candidates(tinyPng, { finishReason: 'STOP' }) })}\r\n\r\n`,
        );
    });
    const response = await generate(gateway, { ...streamed, partial_images: 2 });
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes('partial_image_index') && finish !== undefined) {
        expect(text).not.toContain('image_generation.completed');
        finish();
        finish = undefined;
      }
    }
    expect(eventsOf(text).map((event) => event.name)).toEqual([
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
  });
});

describe('errors', () => {
  test('before the stream starts are plain 4xx JSON', async () => {
    const { gateway, upstream } = await gatewayTo(plain);
    for (const [body, status, param] of [
      [{ stream: true }, 400, 'prompt'],
      [{ ...streamed, n: 11 }, 400, 'n'],
      [{ ...streamed, partial_images: 4 }, 400, 'partial_images'],
      [{ ...streamed, model: 'nothing' }, 404, 'model'],
    ] as const) {
      const response = await generate(gateway, body);
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect((await errorOf(response)).param).toBe(param);
    }
    expect(upstream.calls).toHaveLength(0);
  });

  test.each([
    ['[scenario: image-safety]', 'image_generation_user_error', 'moderation_blocked'],
    ['[scenario: no-image]', 'image_generation_user_error', 'no_image_generated'],
    ['[scenario: credits-depleted]', 'insufficient_quota', 'insufficient_quota'],
    ['[scenario: overloaded]', 'server_error', 'upstream_unavailable'],
    ['[scenario: cut-body]', 'server_error', 'upstream_error'],
  ])(
    'after that (%s) are one nested error event, which the official SDK raises',
    async (words, type, code) => {
      const gateway = await sandbox();
      const response = await generate(gateway, { ...streamed, prompt: `a fox ${words}` });
      expect(response.status).toBe(200);
      const events = eventsOf(await response.text());
      expect(events).toHaveLength(1);
      expect(events[0]?.data).toEqual({
        type: 'error',
        error: { message: expect.any(String) as string, type, param: null, code },
      });
      const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
      const read = async (): Promise<void> => {
        const stream = await client.images.generate({ prompt: `a fox ${words}`, stream: true });
        for await (const _ of stream);
      };
      await expect(read()).rejects.toMatchObject({ code, type });
    },
  );
});

describe('a client that leaves in mid-stream', () => {
  test('ends the upstream call, and the order is settled as canceled, once', async () => {
    const { gateway, upstream } = await gatewayTo(() => undefined);
    const leaving = new AbortController();
    const response = await generate(gateway, streamed, { signal: leaving.signal });
    await expect.poll(() => upstream.calls.length).toBe(1);
    leaving.abort();
    await expect(response.text()).rejects.toThrow();
    await expect.poll(() => upstream.aborted()).toBe(1);
    await expect
      .poll(() =>
        ledgerRows(gateway.dataDir).map((row) => [row.status, row.error_code, row.images_delivered]),
      )
      .toEqual([['canceled', 'client_closed', 0]]);
  });
});

describe('the official SDK', () => {
  test('streams a generation with drafts', async () => {
    const gateway = await sandbox();
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
    const stream = await client.images.generate({
      model: 'gemini-3-pro-image',
      prompt: 'a lighthouse [scenario: thought-image]',
      stream: true,
      partial_images: 2,
    });
    const types: string[] = [];
    for await (const event of stream) {
      types.push(event.type);
      expect(Buffer.from(event.b64_json, 'base64').length).toBeGreaterThan(1000);
    }
    expect(types.at(-1)).toBe('image_generation.completed');
    expect(types.filter((type) => type === 'image_generation.partial_image').length).toBeGreaterThan(0);
  });

  test('streams an edit', async () => {
    const gateway = await sandbox();
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
    const stream = await client.images.edit({
      model: 'gemini-2.5-flash-image',
      image: await toFile(await noise(64, 64), 'x.png', { type: 'image/png' }),
      prompt: 'add a hat',
      stream: true,
    });
    const types: string[] = [];
    for await (const event of stream) types.push(event.type);
    expect(types).toEqual(['image_edit.completed']);
  });
});
