import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  errorOf,
  field,
  file,
  generate,
  imagesOf,
  ledgerRows,
  onlyPicture,
  postForm,
  type Server,
} from '../support/http.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { maskWithHole, noise } from '../support/test-pictures.ts';

/** A Plantain whose only upstream is another one, which draws in its sandbox. */
interface Pair {
  readonly inner: Gateway;
  readonly outer: Gateway;
  close(): Promise<void>;
}

async function startPair(): Promise<Pair> {
  const inner = await startGateway();
  const directory = await mkdtemp(join(tmpdir(), 'plantain-outer-'));
  const entry = {
    name: 'inner',
    kind: 'openai-compatible',
    profile: 'plantain',
    base_url: inner.url,
    api_key: inner.key,
  };
  await writeFile(join(directory, 'plantain.yaml'), JSON.stringify({ upstreams: [entry] }));
  const outer = await startGateway({ dataDir: directory });
  return {
    inner,
    outer,
    async close() {
      await outer.close();
      await inner.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

let pair: Pair;
let inner: Gateway;
let outer: Gateway;

beforeAll(async () => {
  pair = await startPair();
  ({ inner, outer } = pair);
});
afterAll(() => pair.close());

/** The same question to both. */
async function both(ask: (server: Server) => Promise<Response>): Promise<[Response, Response]> {
  return [await ask(inner), await ask(outer)];
}

describe('a Plantain behind a Plantain', () => {
  test.each([
    ['the page example', { aspect_ratio: '1:1' }],
    ['a ratio and a tier', { aspect_ratio: '16:9', image_size: '2K' }],
    ['a size', { size: '1536x1024' }],
    ['an automatic size', { size: 'auto' }],
    ["a name of OpenAI's", { model: 'gpt-image-1', size: '1024x1536' }],
    ['another format', { output_format: 'webp', output_compression: 50 }],
  ])('answers with the very bytes of the inner one: %s', async (_what, fields) => {
    const ask = (server: Server) =>
      generate(server, { model: 'gemini-2.5-flash-image', prompt: 'A cute baby sea otter', ...fields });
    const [alone, behind] = await both((server) =>
      'image_size' in fields
        ? generate(server, { model: 'gemini-3-pro-image', prompt: 'A cute baby sea otter', ...fields })
        : ask(server),
    );
    expect(behind.headers.get('plantain-upstream')).toBe('inner');
    expect((await onlyPicture(behind)).equals(await onlyPicture(alone))).toBe(true);
  });

  test('the usage of the inner one is that of the outer one, and so is the price', async () => {
    const [alone, behind] = await both((server) =>
      generate(server, { prompt: 'a fox', model: 'gemini-2.5-flash-image' }),
    );
    const usageOf = async (answer: Response) => ((await answer.json()) as { usage: unknown }).usage;
    expect(await usageOf(behind)).toEqual(await usageOf(alone));
    const [row] = ledgerRows(outer.dataDir).slice(-1);
    expect(row).toMatchObject({ status: 'succeeded' });
  });

  test('several pictures of one order differ', async () => {
    const answer = await imagesOf(await generate(outer, { prompt: 'a fox', n: 3 }));
    expect(new Set(answer.data.map(({ b64_json: picture }) => picture)).size).toBe(3);
  });

  test('edits, with and without a mask, come byte for byte', async () => {
    const [png, second] = await Promise.all([noise(64, 48, 'png'), noise(30, 40, 'jpeg')]);
    const mask = await maskWithHole(64, 48, { left: 8, top: 8, width: 20, height: 16 });
    for (const more of [[], [file('image[]', second, 'b.jpg', 'image/jpeg')], [file('mask', mask)]]) {
      const [alone, behind] = await both((server) =>
        postForm(server, [
          file('image[]', png),
          ...more,
          field('prompt', 'make it red'),
          field('model', 'gemini-3-pro-image'),
        ]),
      );
      expect((await onlyPicture(behind)).equals(await onlyPicture(alone))).toBe(true);
    }
  });

  test('all pictures of an answer come, the earlier ones too', async () => {
    const picturesOf = async (server: Server) => {
      const prompt = 'a fox [scenario: several-images 3]';
      const { data } = await imagesOf(
        await generate(server, { model: 'gemini-3-pro-image', prompt, all_images: true }),
      );
      return data.map(({ b64_json: picture }) => picture);
    };
    const alone = await picturesOf(inner);
    expect(new Set(alone).size).toBe(3);
    expect(await picturesOf(outer)).toEqual(alone);
  });

  test('links of the outer one lead to the same bytes', async () => {
    const [alone, behind] = await both((server) =>
      generate(server, { prompt: 'a fox', response_format: 'url', model: 'gemini-2.5-flash-image' }),
    );
    const bytesOf = async (answer: Response) => {
      const { data } = await imagesOf(answer);
      return Buffer.from(await (await fetch(data[0]?.url ?? '')).arrayBuffer());
    };
    const picture = await bytesOf(behind);
    expect(picture.length).toBeGreaterThan(1000);
    expect(picture.equals(await bytesOf(alone))).toBe(true);
  });

  test('a stream with drafts brings drafts and the picture', async () => {
    const client = (server: Server) =>
      new OpenAI({ apiKey: server.key, baseURL: `${server.url}/v1`, maxRetries: 0 });
    const eventsOf = async (server: Server) => {
      const stream = await client(server).images.generate({
        model: 'gemini-3-pro-image',
        prompt: 'a fox with drafts',
        stream: true,
        partial_images: 2,
      });
      const events: string[] = [];
      for await (const event of stream) events.push(`${event.type} ${event.b64_json}`);
      return events;
    };
    expect(await eventsOf(outer)).toEqual(await eventsOf(inner));
  });

  test.each([
    ['image-safety', 400, 'moderation_blocked'],
    ['prompt-blocked', 400, 'moderation_blocked'],
    ['no-image', 400, 'no_image_generated'],
    ['invalid-argument', 400, 'upstream_rejected'],
    ['model-not-found', 404, 'model_not_found'],
    // Longer than what is waited for.
    ['rate-limit 300', 429, 'rate_limit_exceeded'],
    ['rate-limit-daily', 429, 'insufficient_quota'],
    ['credits-depleted', 429, 'insufficient_quota'],
    ['bad-key', 502, 'upstream_auth_error'],
    ['location-unsupported', 502, 'upstream_misconfigured'],
    ['internal-error', 502, 'upstream_error'],
    ['unavailable', 503, 'upstream_unavailable'],
    ['deadline-exceeded', 504, 'upstream_timeout'],
  ] as const)(
    'what goes wrong at the innermost upstream is told alike: %s',
    async (scenario, status, code) => {
      // What an upstream is known to lack outlives an order, so each has a pair of its own.
      const own = await startPair();
      try {
        const ask = (server: Server) =>
          generate(server, { prompt: `a fox [scenario: ${scenario}]`, model: 'gemini-2.5-flash-image' });
        const behind = await ask(own.outer);
        expect([behind.status, (await errorOf(behind)).code]).toEqual([status, code]);
        const pause = Number(behind.headers.get('retry-after'));
        if (scenario.startsWith('rate-limit')) expect(pause).toBeGreaterThan(1);
        else expect(pause).toBe(0);
      } finally {
        await own.close();
      }
    },
  );
});
