import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import {
  errorOf,
  field,
  file,
  generate,
  imagesOf,
  ledgerRows,
  onlyPicture,
  postForm,
  postJson,
  type Server,
} from '../support/http.ts';
import {
  type LookAlikeKind,
  type LookAlikeOptions,
  lookAlikeKey,
  type OpenAiLookAlike,
  startOpenAiLookAlike,
} from '../support/openai-look-alike.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';
import { maskWithHole, noise, pixelsOf } from '../support/test-pictures.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Setting {
  readonly kind: LookAlikeKind;
  readonly models: readonly string[] | Readonly<Record<string, string>>;
  readonly options?: LookAlikeOptions;
  readonly entry?: Readonly<Record<string, unknown>>;
  /** Upstreams before it. */
  readonly beside?: readonly object[];
  /** More of the file. */
  readonly file?: Readonly<Record<string, unknown>>;
}

/** A gateway whose only upstream is a look-alike of that kind. */
async function start({
  kind,
  models,
  options,
  entry,
  beside = [],
  file: more,
}: Setting): Promise<{ upstream: OpenAiLookAlike; gateway: Gateway }> {
  const upstream = await startOpenAiLookAlike(kind, options);
  closers.push(() => upstream.close());
  const directory = await mkdtemp(join(tmpdir(), 'plantain-openai-'));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  const one = {
    name: 'other',
    kind: 'openai-compatible',
    profile: kind,
    base_url: upstream.url,
    api_key: lookAlikeKey,
    models,
    ...entry,
  };
  await writeFile(join(directory, 'plantain.yaml'), JSON.stringify({ upstreams: [...beside, one], ...more }));
  const gateway = await startGateway({ dataDir: directory });
  closers.push(() => gateway.close());
  return { upstream, gateway };
}

const adapted = (answer: Response): string => answer.headers.get('plantain-adapted') ?? '';
const sizeOfPicture = async (bytes: Buffer) => {
  const { width, height } = await sharp(bytes).metadata();
  return `${width}x${height}`;
};

describe('OpenAI through the gateway', () => {
  test('an id that an upstream names is OpenAI’s own model, not the alias; the list says so once', async () => {
    const { upstream, gateway } = await start({ kind: 'openai', models: ['gpt-image-2'] });
    const answer = await generate(gateway, { model: 'gpt-image-2', prompt: 'a fox', size: '1536x1024' });
    expect(answer.status).toBe(200);
    expect(adapted(answer)).toBe('');
    expect(upstream.requests.at(-1)?.fields).toEqual({
      model: 'gpt-image-2',
      prompt: 'a fox',
      size: '1536x1024',
      quality: 'medium',
      output_format: 'png',
    });
    expect(await sizeOfPicture(await onlyPicture(answer))).toBe('1536x1024');
    const list = await fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${gateway.key}` },
    });
    const { data } = (await list.json()) as { data: { id: string; owned_by: string }[] };
    expect(data.filter(({ id }) => id === 'gpt-image-2')).toMatchObject([{ owned_by: 'openai' }]);
    expect(data.map(({ id }) => id)).not.toContain('gpt-image-2.6-flare');
  });

  test('it is asked of that upstream alone, and Gemini’s models of those that have them', async () => {
    const { upstream, gateway } = await start({
      kind: 'openai',
      models: ['gpt-image-2'],
      // An upstream that names no models has all of Gemini's, and comes first.
      beside: [{ name: 'sandbox', kind: 'sandbox', priority: 5 }],
    });
    const askedOf = async (model: string) => {
      const answer = await generate(gateway, { model, prompt: 'a fox' });
      return [answer.status, answer.headers.get('plantain-upstream')];
    };
    expect(await askedOf('gpt-image-2')).toEqual([200, 'other']);
    expect(await askedOf('gemini-2.5-flash-image')).toEqual([200, 'sandbox']);
    expect(upstream.requests).toHaveLength(1);
  });

  test('without such an upstream the name stays an alias of a Gemini model', async () => {
    const gateway = await startGateway();
    closers.push(() => gateway.close());
    const answer = await generate(gateway, { model: 'gpt-image-2', prompt: 'a fox' });
    expect(answer.headers.get('plantain-upstream')).toBe('sandbox');
    expect(adapted(answer)).toContain('gemini-nano-banana-2.1');
  });

  test('usage and cost are OpenAI’s: text in, pictures in and pictures out at their own prices', async () => {
    const { gateway } = await start({ kind: 'openai', models: ['gpt-image-2'] });
    const drawn = await generate(gateway, { model: 'gpt-image-2', prompt: 'a fox', n: 2 });
    const { data, usage } = (await drawn.json()) as { data: unknown[]; usage: { output_tokens: number } };
    expect(data).toHaveLength(2);
    expect(usage.output_tokens).toBe(2 * 1757);
    // 2 × (10 tokens of text at 5 USD a million + 1757 of picture at 30).
    expect(drawn.headers.get('plantain-cost-micro-usd')).toBe('105520');
    const png = await noise(64, 48, 'png');
    const edited = await postForm(gateway, [
      file('image', png),
      field('prompt', 'red'),
      field('model', 'gpt-image-2'),
    ]);
    expect(edited.status).toBe(200);
    // 10 × 5 + 300 tokens of a picture that was sent × 8 + 1757 × 30.
    expect(edited.headers.get('plantain-cost-micro-usd')).toBe('55160');
    expect(
      ledgerRows(gateway.dataDir).map((row) => [
        row.model,
        row.upstream,
        row.cost_micro_usd,
        row.usage_source,
      ]),
    ).toEqual([
      ['gpt-image-2', 'other', 105_520, 'upstream'],
      ['gpt-image-2', 'other', 55_160, 'upstream'],
    ]);
  });

  test('any size that OpenAI draws is drawn to the pixel, any other is the nearest and told', async () => {
    const { upstream, gateway } = await start({ kind: 'openai', models: ['gpt-image-2'] });
    const free = await generate(gateway, { model: 'gpt-image-2', prompt: 'a fox', size: '1280x720' });
    expect([adapted(free), (await imagesOf(free)).size]).toEqual(['', '1280x720']);
    const odd = await generate(gateway, { model: 'gpt-image-2', prompt: 'a fox', size: '1000x1000' });
    expect(adapted(odd)).toContain('1024x1024');
    const ratio = await generate(gateway, {
      model: 'gpt-image-2',
      prompt: 'a fox',
      aspect_ratio: '16:9',
      image_size: '4K',
    });
    expect((await imagesOf(ratio)).size).toBe('3840x2160');
    expect(upstream.requests.map(({ fields }) => fields['size'])).toEqual([
      '1280x720',
      '1024x1024',
      '3840x2160',
    ]);
    const none = await generate(gateway, { model: 'gpt-image-2', prompt: 'a fox', aspect_ratio: '1:8' });
    expect([none.status, (await errorOf(none)).param]).toEqual([400, 'aspect_ratio']);
  });

  test('quality, moderation and background mean what they mean at OpenAI', async () => {
    const { upstream, gateway } = await start({
      kind: 'openai',
      models: ['gpt-image-2', 'gpt-image-2.5-flare'],
    });
    const ask = (fields: object) =>
      generate(gateway, { model: 'gpt-image-2.5-flare', prompt: 'a fox', ...fields });
    const finest = await ask({ quality: 'max', moderation: 'low', background: 'transparent' });
    expect(adapted(finest)).toBe('');
    expect(upstream.requests.at(-1)?.fields).toMatchObject({
      quality: 'max',
      moderation: 'low',
      background: 'transparent',
    });
    expect(await finest.json()).toMatchObject({ quality: 'max', background: 'transparent' });
    const beyond = await ask({ model: 'gpt-image-2', quality: 'max' });
    expect(adapted(beyond)).toMatch(/quality.*max.*high/);
    const refused = await ask({ model: 'gpt-image-2', background: 'transparent' });
    expect([refused.status, (await errorOf(refused)).param]).toEqual([400, 'background']);
    const jpeg = await ask({ background: 'transparent', output_format: 'jpeg' });
    expect([jpeg.status, (await errorOf(jpeg)).param]).toEqual([400, 'background']);
    expect(upstream.requests).toHaveLength(2);
  });

  test('a masked edit goes with its mask, and outside of it every pixel is the original’s', async () => {
    const { upstream, gateway } = await start({ kind: 'openai', models: ['gpt-image-2'] });
    const png = await noise(64, 48, 'png');
    const mask = await maskWithHole(64, 48, { left: 8, top: 8, width: 20, height: 16 });
    const client = new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
    const answer = await client.images.edit({
      model: 'gpt-image-2',
      image: await toFile(png, 'a.png', { type: 'image/png' }),
      mask: await toFile(mask, 'm.png', { type: 'image/png' }),
      prompt: 'red',
    });
    const sent = upstream.requests.at(-1);
    expect(sent?.fields['prompt']).toBe('red');
    expect(sent?.files.map(({ name }) => name)).toEqual(['image', 'mask']);
    expect(sent?.files[0]?.bytes.equals(png)).toBe(true);
    expect(sent?.files[1]?.bytes.equals(mask)).toBe(true);
    const [before, after] = await Promise.all([
      pixelsOf(png),
      pixelsOf(Buffer.from(answer.data?.[0]?.b64_json ?? '', 'base64')),
    ]);
    expect([after.width, after.height]).toEqual([64, 48]);
    expect(after.data.subarray(0, 64 * 4 * 4).equals(before.data.subarray(0, 64 * 4 * 4))).toBe(true);
    expect(after.data.equals(before.data)).toBe(false);
  });

  test('a refusal is the caller’s 400, one call, and costs nothing', async () => {
    const { upstream, gateway } = await start({
      kind: 'openai',
      models: ['gpt-image-2'],
      options: {
        answer: (_seen, response) => {
          const error = {
            message: 'Rejected by the safety system.',
            type: 'image_generation_user_error',
            code: 'moderation_blocked',
            param: null,
          };
          response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
          return true;
        },
      },
    });
    const answer = await generate(gateway, { model: 'gpt-image-2', prompt: 'no' });
    expect([answer.status, (await errorOf(answer)).code]).toEqual([400, 'moderation_blocked']);
    expect(upstream.requests).toHaveLength(1);
    expect(ledgerRows(gateway.dataDir)).toMatchObject([{ cost_micro_usd: 0 }]);
  });

  test('Azure: the deployment stands in the path, the key in its own header', async () => {
    const { upstream, gateway } = await start({
      kind: 'azure',
      models: { 'gpt-image-2': 'my-deployment' },
      entry: { api_version: '2025-04-01-preview' },
    });
    const answer = await generate(gateway, { model: 'gpt-image-2', prompt: 'a fox' });
    expect(answer.status).toBe(200);
    const { url, fields, headers } = upstream.requests[0] ?? {};
    expect(url).toBe('/openai/deployments/my-deployment/images/generations?api-version=2025-04-01-preview');
    expect(fields).not.toHaveProperty('model');
    expect([headers?.['api-key'], headers?.authorization]).toEqual([lookAlikeKey, undefined]);
  });
});

describe('servers that people run themselves', () => {
  const own = { models: { flux: { extends: 'diffusion' } } };
  const draw = (server: Server, fields: object = {}) =>
    generate(server, {
      model: 'flux',
      prompt: 'a fox | <sd_cpp_extra_args>{"steps":1}</sd_cpp_extra_args>',
      ...fields,
    });

  test.each(['localai', 'sd-server', 'sglang', 'xinference'] as const)(
    '%s draws for nothing, and nothing of its disk gets out',
    async (kind) => {
      const { upstream, gateway } = await start({ kind, models: { flux: 'flux-1-schnell' }, file: own });
      const answer = await draw(gateway, { size: '768x512' });
      const text = await answer.clone().text();
      expect([answer.status, (await imagesOf(answer)).size]).toEqual([200, '768x512']);
      expect(text).not.toMatch(/file_path|\/srv/);
      expect(answer.headers.get('plantain-cost-micro-usd')).toBe('0');
      expect(upstream.requests[0]?.fields['model']).toBe('flux-1-schnell');
      if (kind === 'localai' || kind === 'sd-server') expect(adapted(answer)).toContain('prompt');
      const edit = await postForm(gateway, [
        file('image', await noise(64, 48)),
        field('prompt', 'red'),
        field('model', 'flux'),
      ]);
      expect(edit.status < 300).toBe(kind !== 'localai');
    },
  );

  test('a picture that is delivered by a link on the server’s own origin is fetched', async () => {
    const { upstream, gateway } = await start({
      kind: 'localai',
      models: ['flux'],
      file: own,
      options: { links: 'own' },
    });
    const answer = await draw(gateway, { size: '768x512' });
    expect([answer.status, (await imagesOf(answer)).size]).toEqual([200, '768x512']);
    expect(upstream.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  test('a link to any other place is not followed, and the order says why', async () => {
    const { upstream, gateway } = await start({
      kind: 'localai',
      models: ['flux'],
      file: own,
      options: { links: 'other' },
    });
    const answer = await draw(gateway);
    const { code, message } = await errorOf(answer);
    expect([answer.status, code]).toEqual([502, 'upstream_unreadable']);
    expect(message).not.toContain('203.0.113');
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('xAI', () => {
  test('is asked by ratio and resolution and charged by the picture', async () => {
    const { upstream, gateway } = await start({ kind: 'xai', models: ['grok-imagine-image'] });
    const answer = await generate(gateway, {
      model: 'grok-imagine-image',
      prompt: 'a fox',
      aspect_ratio: '16:9',
      image_size: '2K',
    });
    expect(answer.status).toBe(200);
    expect(upstream.requests[0]?.fields).toMatchObject({ aspect_ratio: '16:9', resolution: '2k' });
    expect(answer.headers.get('plantain-cost-micro-usd')).toBe('20000');
  });

  test('a picture that it withholds inside a 200 is a refusal', async () => {
    const { gateway } = await start({
      kind: 'xai',
      models: ['grok-imagine-image'],
      options: {
        answer: (_seen, response) => {
          response.end(JSON.stringify({ data: [{ url: 'https://x.ai/no.png', respect_moderation: false }] }));
          return true;
        },
      },
    });
    const answer = await generate(gateway, { model: 'grok-imagine-image', prompt: 'a fox' });
    expect([answer.status, (await errorOf(answer)).code]).toEqual([400, 'moderation_blocked']);
  });
});

test('the vendor of the API page is asked as its page says', async () => {
  const { upstream, gateway } = await start({ kind: 'serevix', models: ['gemini-2.5-flash-image'] });
  const answer = await generate(gateway, {
    model: 'gemini-2.5-flash-image',
    prompt: 'A cute baby sea otter',
    aspect_ratio: '1:1',
  });
  expect(answer.status).toBe(200);
  expect(upstream.requests[0]?.fields).toEqual({
    model: 'gemini-2.5-flash-image',
    prompt: 'A cute baby sea otter',
    aspect_ratio: '1:1',
    response_format: 'b64_json',
  });
});

describe('the look-alikes are held true by OpenAI’s own client', () => {
  test.each(['openai', 'localai', 'sd-server', 'sglang', 'xinference', 'serevix'] as const)(
    '%s',
    async (kind) => {
      const upstream = await startOpenAiLookAlike(kind);
      closers.push(() => upstream.close());
      const client = new OpenAI({ apiKey: lookAlikeKey, baseURL: `${upstream.url}/v1`, maxRetries: 0 });
      const format =
        kind === 'openai' || kind === 'sd-server' ? {} : { response_format: 'b64_json' as const };
      const answer = await client.images.generate({ model: 'm', prompt: 'a fox', ...format });
      expect(
        Buffer.from(answer.data?.[0]?.b64_json ?? '', 'base64')
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
      const stranger = new OpenAI({ apiKey: 'sk-wrong', baseURL: `${upstream.url}/v1`, maxRetries: 0 });
      await expect(stranger.images.generate({ model: 'm', prompt: 'a fox' })).rejects.toThrow(
        OpenAI.AuthenticationError,
      );
    },
  );
});

describe('what no upstream can draw is the caller’s 400 before anyone is asked', () => {
  test.each<[string, LookAlikeKind, string, Record<string, unknown>, string]>([
    ['an edit', 'localai', 'gemini-nano-banana-2.1', { image: 'picture' }, 'image'],
    ['an edit', 'serevix', 'gemini-3-pro-image', { image: 'picture' }, 'image'],
    [
      'safety settings',
      'localai',
      'gemini-nano-banana-2.1',
      { safety_settings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }] },
      'safety_settings',
    ],
  ])('%s at %s', async (_what, kind, model, { image, ...fields }, param) => {
    const { upstream, gateway } = await start({ kind, models: [model] });
    const before = upstream.requests.length;
    const picture = file('image', await noise(64, 48, 'png'));
    const answer =
      image === undefined
        ? await generate(gateway, { model, prompt: 'a fox', ...fields })
        : await postForm(gateway, [field('model', model), field('prompt', 'red'), picture]);
    const error = await errorOf(answer);
    expect([answer.status, error.param]).toEqual([400, param]);
    expect(upstream.requests).toHaveLength(before);
    // Nobody was harmed: what it can do, it is still asked for.
    expect((await generate(gateway, { model, prompt: 'a fox' })).status).toBe(200);
    expect(ledgerRows(gateway.dataDir).at(0)).toMatchObject({ status: 'failed', cost_micro_usd: 0 });
  });

  test('unless a model that may stand in can', async () => {
    const other = await startOpenAiLookAlike('sglang');
    closers.push(() => other.close());
    const { gateway } = await start({
      kind: 'localai',
      models: ['gemini-nano-banana-2.1'],
      beside: [
        {
          name: 'able',
          kind: 'openai-compatible',
          profile: 'sglang',
          base_url: other.url,
          api_key: lookAlikeKey,
          models: ['gemini-3-pro-image'],
        },
      ],
      file: { fallbacks: { 'gemini-nano-banana-2.1': ['gemini-3-pro-image'] } },
    });
    const answer = await postForm(gateway, [
      field('model', 'gemini-nano-banana-2.1'),
      field('prompt', 'red'),
      file('image', await noise(64, 48, 'png')),
    ]);
    expect([answer.status, answer.headers.get('plantain-upstream')]).toEqual([200, 'able']);
    expect(adapted(answer)).toContain('model');
  });

  test('and Gemini’s own protocol does not know the models that nobody serves by it', async () => {
    const { upstream, gateway } = await start({
      kind: 'localai',
      models: ['gemini-3-pro-image', 'flux'],
      file: { models: { flux: { extends: 'diffusion' } } },
    });
    const before = upstream.requests.length;
    for (const model of ['gemini-3-pro-image', 'flux']) {
      const path = `/v1beta/models/${model}:generateContent`;
      const answer = await postJson(gateway, path, { contents: [{ parts: [{ text: 'a fox' }] }] });
      expect([answer.status, (await errorOf(answer)).message]).toEqual([
        404,
        expect.stringContaining(`models/${model} is not found`),
      ]);
    }
    expect(upstream.requests).toHaveLength(before);
    const list = await fetch(`${gateway.url}/v1beta/models`, { headers: { 'x-goog-api-key': gateway.key } });
    expect(await list.text()).not.toContain('flux');
  });
});
