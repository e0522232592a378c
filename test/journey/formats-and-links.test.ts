import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApiKey } from '../../src/access/manage-keys.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { migrate } from '../../src/store/sql/migrate.ts';
import { openDatabase } from '../../src/store/sql/open-database.ts';
import { SqlApiKeyStore } from '../../src/store/sql/sql-api-key-store.ts';
import { SignedLinks } from '../../src/gallery/signed-link.ts';
import { loadLinkSecret } from '../../src/store/disk/link-secret.ts';
import { type FakeGemini, imageAnswer, sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import {
  errorOf,
  generate,
  imagesOf,
  ledgerRows,
  onlyPicture,
  postJson,
  rawConnection,
} from '../support/http.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../support/start-gateway.ts';
import { noise } from '../support/test-pictures.ts';

const drawn = await noise(64, 48, 'png');
let upstream: FakeGemini;
let gateway: Gateway;

beforeAll(async () => {
  upstream = await startFakeGemini((_call, response) =>
    sendJson(response, imageAnswer(drawn.toString('base64'))),
  );
  gateway = await startGateway({ upstreamUrl: upstream.url });
});
beforeEach(() => {
  upstream.calls.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

/** Runs `work` with a gateway of other settings. */
async function withGateway<Result>(
  options: GatewayOptions,
  work: (other: Gateway) => Promise<Result>,
): Promise<Result> {
  const other = await startGateway({ upstreamUrl: upstream.url, ...options });
  try {
    return await work(other);
  } finally {
    await other.close();
  }
}

/** A generation with headers that `fetch` does not let a caller set. */
function generateWithHeaders(
  server: Gateway,
  headers: Record<string, string>,
): Promise<{ url?: string; b64_json?: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      `${server.url}/v1/images/generations`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${server.key}`,
          'content-type': 'application/json',
          ...headers,
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => resolve((JSON.parse(text) as { data: { url?: string }[] }).data[0] ?? {}));
      },
    );
    request.once('error', reject);
    request.end('{"prompt":"a fox","response_format":"url"}');
  });
}

async function linkOf(server: Gateway, body: Record<string, unknown> = {}): Promise<string> {
  const response = await generate(server, { prompt: 'a fox', response_format: 'url', ...body });
  const [item] = (await imagesOf(response)).data;
  return item?.url ?? '';
}

describe('formats', () => {
  test('without output_format the upstream’s bytes come untouched and truthfully labelled', async () => {
    const response = await generate(gateway, { prompt: 'a fox' });
    const body = await imagesOf(response.clone());
    expect(await onlyPicture(response)).toEqual(drawn);
    expect(body).toMatchObject({ output_format: 'png', size: '64x48' });
    expect(response.headers.get('plantain-adapted')).not.toMatch(/format|ignored/);
  });

  test('the format it already has costs it nothing either', async () => {
    const response = await generate(gateway, { prompt: 'a fox', output_format: 'png' });
    expect(await onlyPicture(response)).toEqual(drawn);
  });

  describe("a model asked for by a name of OpenAI's, whose clients save as .png without looking", () => {
    const jpeg = noise(64, 48, 'jpeg');
    const fromJpegUpstream = async (
      options: GatewayOptions,
      work: (other: Gateway) => Promise<void>,
    ): Promise<void> => {
      const drawsJpeg = await startFakeGemini(async (_call, response) =>
        sendJson(response, imageAnswer((await jpeg).toString('base64'), 'image/jpeg')),
      );
      try {
        await withGateway({ ...options, upstreamUrl: drawsJpeg.url }, work);
      } finally {
        await drawsJpeg.close();
      }
    };
    const formatOf = async (picture: Buffer): Promise<string> => (await sharp(picture).metadata()).format;

    test('answers PNG, and says so, whatever the model draws; nothing is adapted then', async () => {
      await fromJpegUpstream({}, async (other) => {
        for (const model of ['gpt-image-1', 'gpt-image-1-mini', 'GPT-Image-2', 'chatgpt-image-latest']) {
          const response = await generate(other, { prompt: 'a fox', model });
          expect((await imagesOf(response.clone())).output_format).toBe('png');
          expect(response.headers.get('plantain-adapted')).not.toContain('output_format');
          expect(await formatOf(await onlyPicture(response))).toBe('png');
        }
        const url = await linkOf(other, { model: 'dall-e-3' });
        expect(new URL(url).pathname).toMatch(/\.png$/);
        expect(await formatOf(Buffer.from(await (await fetch(url)).arrayBuffer()))).toBe('png');
      });
    });

    test('keeps the bytes of the model where a format is asked for, or another name, or the operator says so', async () => {
      const bytes = await jpeg;
      await fromJpegUpstream({}, async (other) => {
        const asked = { prompt: 'a fox', model: 'gpt-image-1', output_format: 'jpeg' };
        expect(await onlyPicture(await generate(other, asked))).toEqual(bytes);
        for (const model of ['nano-banana-pro', undefined])
          expect(
            await onlyPicture(await generate(other, { prompt: 'a fox', ...(model && { model }) })),
          ).toEqual(bytes);
      });
      await fromJpegUpstream({ env: { PLANTAIN_OPENAI_NAMES: 'native' } }, async (other) => {
        const response = await generate(other, { prompt: 'a fox', model: 'gpt-image-1' });
        expect((await imagesOf(response.clone())).output_format).toBe('jpeg');
        expect(await onlyPicture(response)).toEqual(bytes);
      });
    });

    test('keeps them too where a PNG could not be made, and that is told', async () => {
      const env = { PLANTAIN_IMAGES_MAX_PIXELS: '1000000' };
      await fromJpegUpstream({ env }, async (other) => {
        const response = await generate(other, { prompt: 'a fox', model: 'gpt-image-1' });
        expect(response.headers.get('plantain-adapted')).toContain(
          'output_format;action=mapped;from="png";to="jpeg";reason=too-large-to-convert',
        );
        expect(await onlyPicture(response)).toEqual(await jpeg);
        // Asked for outright it is a refusal that costs nothing.
        const asked = await generate(other, { prompt: 'a fox', output_format: 'png', model: 'gpt-image-1' });
        expect(asked.status).toBe(400);
        expect(await errorOf(asked)).toMatchObject({ code: 'invalid_value', param: 'output_format' });
      });
    });
  });

  test.each([
    ['jpeg', 'jpeg', 'jpeg'],
    ['jpg', 'jpeg', 'jpeg'],
    ['webp', 'webp', 'webp'],
    ['avif', 'avif', 'heif'],
  ])('output_format %s is really that', async (output_format, label, decoded) => {
    const response = await generate(gateway, { prompt: 'a fox', output_format });
    const body = await imagesOf(response.clone());
    const metadata = await sharp(await onlyPicture(response)).metadata();
    expect(body).toMatchObject({ output_format: label, size: '64x48' });
    expect(metadata).toMatchObject({ format: decoded, width: 64, height: 48 });
  });

  test.each(['jpeg', 'webp', 'avif'])('output_compression makes a %s smaller', async (output_format) => {
    const bytes = async (output_compression: number | string) =>
      (await onlyPicture(await generate(gateway, { prompt: 'a fox', output_format, output_compression })))
        .length;
    expect(await bytes(20)).toBeLessThan((await bytes('90')) * 0.8);
  });

  test('output_compression that cannot mean anything is reported', async () => {
    const without = await generate(gateway, { prompt: 'a fox', output_compression: 50 });
    expect(without.headers.get('plantain-adapted')).toContain(
      'output_compression;action=ignored;reason=needs-output-format',
    );
    const png = await generate(gateway, { prompt: 'a fox', output_compression: 50, output_format: 'png' });
    expect(png.headers.get('plantain-adapted')).toContain(
      'output_compression;action=ignored;reason=png-is-lossless',
    );
    expect(await onlyPicture(png)).toEqual(drawn);
  });

  test.each([
    ['gif', 'output_format'],
    ['svg', 'output_format'],
  ])('output_format %s is a 400 with what there is', async (output_format, param) => {
    const response = await generate(gateway, { prompt: 'a fox', output_format });
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({
      param,
      message: expect.stringContaining('png, jpeg, webp, avif') as string,
    });
    expect(upstream.calls).toHaveLength(0);
  });

  test('fit exact delivers exactly the size asked for, from the smallest tier that covers it', async () => {
    const response = await generate(gateway, {
      model: 'gemini-3-pro-image',
      prompt: 'a fox',
      size: '1200x630',
      fit: 'exact',
    });
    const body = await imagesOf(response.clone());
    expect(body.size).toBe('1200x630');
    const metadata = await sharp(await onlyPicture(response)).metadata();
    expect([metadata.width, metadata.height, metadata.format]).toEqual([1200, 630, 'png']);
    expect(upstream.calls[0]?.body['generationConfig']).toMatchObject({
      imageConfig: { aspectRatio: '16:9', imageSize: '1K' },
    });
    expect(response.headers.get('plantain-adapted')).toBe('size;action=mapped;reason=upscaled-from-64x48');
  });

  test('a picture the upstream mislabels is told by its bytes', async () => {
    const jpeg = await noise(32, 16, 'jpeg');
    const liar = await startFakeGemini((_call, response) =>
      sendJson(response, imageAnswer(jpeg.toString('base64'), 'image/png')),
    );
    try {
      await withGateway({ upstreamUrl: liar.url }, async (other) => {
        const body = await imagesOf(await generate(other, { prompt: 'a fox' }));
        expect(body).toMatchObject({ output_format: 'jpeg', size: '32x16' });
        expect(await linkOf(other)).toMatch(/\.jpg\?/);
      });
    } finally {
      await liar.close();
    }
  });
});

describe('links', () => {
  test.each([
    ['png', 'image/png', undefined],
    ['jpg', 'image/jpeg', 'jpeg'],
    ['webp', 'image/webp', 'webp'],
    ['avif', 'image/avif', 'avif'],
  ])('end in .%s and are served as %s', async (extension, type, output_format) => {
    const url = await linkOf(gateway, { ...(output_format !== undefined && { output_format }) });
    expect(url).toMatch(new RegExp(`^${gateway.url}/images/[0-9A-Za-z]{24}\\.${extension}\\?`));
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
    if (output_format === undefined) expect(bytes).toEqual(drawn);
  });

  test('work without a key, with one, and with a wrong one', async () => {
    const url = await linkOf(gateway);
    for (const authorization of [undefined, `Bearer ${gateway.key}`, 'Bearer sk-wrong', 'Basic eDp5']) {
      const response = await fetch(url, { headers: authorization === undefined ? {} : { authorization } });
      expect(response.status).toBe(200);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(drawn);
    }
  });

  test('honour ranges, HEAD and etags', async () => {
    const url = await linkOf(gateway);
    const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${drawn.length}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(drawn.subarray(10, 20));
    const tail = await fetch(url, { headers: { range: 'bytes=-5' } });
    expect(Buffer.from(await tail.arrayBuffer())).toEqual(drawn.subarray(-5));
    const beyond = await fetch(url, { headers: { range: `bytes=${drawn.length}-` } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${drawn.length}`]);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(drawn.length)]);
    expect(await head.text()).toBe('');
    const known = await fetch(url, { headers: { 'if-none-match': head.headers.get('etag') ?? '' } });
    expect([known.status, await known.text()]).toEqual([304, '']);
  });

  test('to a file that is cut while it is sent break the connection: nothing else arrives inside the picture', async () => {
    const url = new URL(await linkOf(gateway));
    const [name = ''] = url.pathname.split('/').slice(-1);
    const stored = join(gateway.dataDir, 'images', name.slice(0, 2), name);
    const wholeBytes = 64 * 1024 * 1024;
    await truncate(stored, wholeBytes);
    const connection = await rawConnection(gateway.url);
    connection.socket.pause();
    connection.socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await new Promise((resolve) => connection.socket.once('readable', resolve));
    await truncate(stored, 1024);
    connection.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    connection.socket.resume();
    await connection.closed;
    expect(connection.text().slice(0, 1000)).toContain(`content-length: ${wholeBytes}`);
    expect(connection.text().length).toBeLessThan(wholeBytes);
    expect(connection.text()).not.toContain('"status"');
  });

  test('that are tampered with, expired, unsigned or unknown are all the same 404', async () => {
    const url = new URL(await linkOf(gateway));
    const changed = (change: (link: URL) => void): string => {
      const link = new URL(url);
      change(link);
      return link.href;
    };
    const secret = await loadLinkSecret(gateway.dataDir);
    const name = url.pathname.split('/').at(-1) ?? '';
    const links = new SignedLinks(secret);
    const bad = [
      changed((link) => link.searchParams.set('signature', 'A'.repeat(43))),
      changed((link) =>
        link.searchParams.set('expires', String(Number(link.searchParams.get('expires')) + 1)),
      ),
      changed((link) => {
        link.search = '';
      }),
      changed((link) => {
        link.pathname = link.pathname.replace(/[^/]{4}\.png$/, 'AAAA.png');
      }),
      changed((link) => {
        link.pathname = '/images/..%2f..%2fplantain.db';
      }),
      links.sign({ origin: gateway.url, name, expiresAtMs: Date.now() - 1000 }),
      links.sign({ origin: gateway.url, name: `${'A'.repeat(24)}.png`, expiresAtMs: Date.now() + 60_000 }),
    ];
    const messages = new Set<string>();
    for (const link of bad) {
      const response = await fetch(link);
      expect([link, response.status]).toEqual([link, 404]);
      const error = await errorOf(response);
      expect(error).toMatchObject({ code: 'image_not_found', type: 'invalid_request_error' });
      messages.add(error.message);
    }
    expect(messages.size).toBe(1);
    expect(
      (await fetch(links.sign({ origin: gateway.url, name, expiresAtMs: Date.now() + 5000 }))).status,
    ).toBe(200);
    // There is no listing.
    expect((await fetch(`${gateway.url}/images/`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/images`)).status).toBe(404);
  });

  test('are what dall-e ids get by default; every other id gets base64; never both', async () => {
    for (const [model, key] of [
      ['dall-e-3', 'url'],
      ['DALL-E-2', 'url'],
      ['gpt-image-1', 'b64_json'],
      ['gemini-3-pro-image', 'b64_json'],
      [undefined, 'b64_json'],
    ] as const) {
      const response = await generate(gateway, { prompt: 'a fox', ...(model !== undefined && { model }) });
      expect([model, Object.keys((await imagesOf(response)).data[0] ?? {})]).toEqual([model, [key]]);
    }
    const asked = await generate(gateway, {
      prompt: 'a fox',
      model: 'dall-e-3',
      response_format: 'b64_json',
    });
    expect(Object.keys((await imagesOf(asked)).data[0] ?? {})).toEqual(['b64_json']);
  });

  test('come one for each of n, each to its own picture', async () => {
    const response = await generate(gateway, { prompt: 'a fox', n: 3, response_format: 'url' });
    const urls = (await imagesOf(response)).data.map((item) => item.url ?? '');
    expect(new Set(urls).size).toBe(3);
    for (const url of urls) expect((await fetch(url)).status).toBe(200);
  });

  test('live for the hour that clients count on, or as long as the operator says', async () => {
    const seconds = (url: string): number =>
      Number(new URL(url).searchParams.get('expires')) - Date.now() / 1000;
    expect(seconds(await linkOf(gateway))).toBeGreaterThan(3590);
    expect(seconds(await linkOf(gateway))).toBeLessThan(3610);
    await withGateway({ env: { PLANTAIN_LINKS_TTL_MINUTES: '5' } }, async (other) => {
      expect(seconds(await linkOf(other))).toBeLessThan(310);
    });
  });

  test('outlive a restart on the same data directory', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'plantain-links-'));
    try {
      const url = await withGateway({ dataDir }, (first) => linkOf(first));
      await withGateway({ dataDir }, async (second) => {
        const { pathname, search } = new URL(url);
        expect((await fetch(`${second.url}${pathname}${search}`)).status).toBe(200);
      });
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  test('the official SDK reads them', async () => {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key });
    const result = await client.images.generate({ model: 'dall-e-3', prompt: 'a fox' });
    expect(result.data?.[0]?.b64_json).toBeUndefined();
    expect((await fetch(result.data?.[0]?.url ?? '')).headers.get('content-type')).toBe('image/png');
  });
});

describe('the origin of links', () => {
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'pictures.example.com' };

  test('is the Host that the client used', async () => {
    const { url } = await generateWithHeaders(gateway, { host: 'my-box.lan:8080' });
    expect(url).toMatch(/^http:\/\/my-box\.lan:8080\/images\//);
  });

  test('ignores x-forwarded-* of strangers', async () => {
    const { url } = await generateWithHeaders(gateway, { host: 'my-box.lan', ...forwarded });
    expect(url).toMatch(/^http:\/\/my-box\.lan\/images\//);
  });

  test.each(['true', 'loopback', '127.0.0.0/8'])('follows x-forwarded-* with trust_proxy %s', (trust) =>
    withGateway({ env: { PLANTAIN_TRUST_PROXY: trust } }, async (other) => {
      const { url } = await generateWithHeaders(other, { host: 'inside:4747', ...forwarded });
      expect(url).toMatch(/^https:\/\/pictures\.example\.com\/images\//);
    }),
  );

  test('ignores a proxy that is not in the list', () =>
    withGateway({ env: { PLANTAIN_TRUST_PROXY: '10.0.0.0/8' } }, async (other) => {
      const { url } = await generateWithHeaders(other, { host: 'inside:4747', ...forwarded });
      expect(url).toMatch(/^http:\/\/inside:4747\/images\//);
    }));

  test('is public_url above all', () =>
    withGateway(
      { env: { PLANTAIN_PUBLIC_URL: 'https://images.example.org/', PLANTAIN_TRUST_PROXY: 'true' } },
      async (other) => {
        const { url } = await generateWithHeaders(other, { host: 'inside:4747', ...forwarded });
        expect(url).toMatch(/^https:\/\/images\.example\.org\/images\//);
      },
    ));
});

describe('CORS', () => {
  const origin = 'https://app.example.com';
  const preflight = (server: Gateway, path: string, from = origin) =>
    fetch(`${server.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin: from,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-stainless-lang',
      },
    });
  const corsHeadersOf = (response: Response): string[] =>
    [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));

  test('is off by default, in answers and preflights', async () => {
    expect(corsHeadersOf(await preflight(gateway, '/v1/images/generations'))).toEqual([]);
    expect(corsHeadersOf(await generate(gateway, { prompt: 'a' }, { headers: { origin } }))).toEqual([]);
  });

  test('answers the origins of the configuration, errors and links included, and nobody else', () =>
    withGateway({ env: { PLANTAIN_CORS_ORIGINS: origin } }, async (other) => {
      for (const path of ['/v1/images/generations', '/v1/images/edits', '/v1/models']) {
        const allowed = await preflight(other, path);
        expect(allowed.status).toBe(204);
        expect(allowed.headers.get('access-control-allow-origin')).toBe(origin);
        expect(allowed.headers.get('access-control-allow-headers')).toBe(
          'authorization,content-type,x-stainless-lang',
        );
        expect(allowed.headers.get('access-control-allow-methods')).toMatch(/POST|GET/);
        expect(allowed.headers.get('vary')).toBe('origin');
      }
      const good = await generate(other, { prompt: 'a' }, { headers: { origin } });
      expect(good.headers.get('access-control-allow-origin')).toBe(origin);
      expect(good.headers.get('access-control-expose-headers')).toContain('x-request-id');
      const bad = await generate(other, { prompt: '' }, { headers: { origin } });
      expect([bad.status, bad.headers.get('access-control-allow-origin')]).toEqual([400, origin]);
      const link = await fetch(await linkOf(other), { headers: { origin } });
      expect(link.headers.get('access-control-allow-origin')).toBe(origin);
      const stranger = await generate(
        other,
        { prompt: 'a' },
        { headers: { origin: 'https://evil.example' } },
      );
      expect(corsHeadersOf(stranger)).toEqual([]);
      expect(
        (await preflight(other, '/v1/images/generations', 'https://evil.example')).headers.get(
          'access-control-allow-origin',
        ),
      ).toBeNull();
    }));

  test.each(['file://', 'null', 'tauri://localhost'])('answers pages that are of no site: %s', (page) =>
    withGateway({ env: { PLANTAIN_CORS_ORIGINS: page } }, async (other) => {
      const response = await preflight(other, '/v1/images/generations', page);
      expect(response.headers.get('access-control-allow-origin')).toBe(page);
      expect(corsHeadersOf(await preflight(other, '/v1/models', 'https://a.example'))).not.toContain(
        'access-control-allow-origin',
      );
    }),
  );

  test('a star is for everybody', () =>
    withGateway({ env: { PLANTAIN_CORS_ORIGINS: '*' } }, async (other) => {
      const response = await preflight(other, '/v1/images/generations', 'https://anyone.example');
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    }));
});

describe('strict mode', () => {
  const cases: readonly (readonly [Record<string, unknown>, string, RegExp])[] = [
    [{ style: 'vivid' }, 'style', /has no effect on Gemini models/],
    [{ aspectRation: '16:9' }, 'aspectRation', /Did you mean 'aspect_ratio'/],
    [{ extra_body: { google: { sede: 1 } } }, 'extra_body.google.sede', /is not known/],
  ];

  test('by configuration: unknown and unusable fields are 400 unknown_parameter', () =>
    withGateway({ env: { PLANTAIN_STRICT: 'true' } }, async (other) => {
      for (const [fields, param, message] of cases) {
        const response = await generate(other, { prompt: 'a', ...fields });
        expect(response.status).toBe(400);
        expect(await errorOf(response)).toMatchObject({
          code: 'unknown_parameter',
          param,
          message: expect.stringMatching(message) as string,
        });
      }
      expect(upstream.calls).toHaveLength(0);
      expect((await generate(other, { prompt: 'a', size: '512x512' })).status).toBe(200);
    }));

  test('by key: only that key’s orders are strict', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'plantain-strict-'));
    const database = openDatabase(join(dataDir, 'plantain.db'));
    await migrate(database.db);
    const store = new SqlApiKeyStore(database.db);
    const { key } = await createApiKey(store, systemClock, { name: 'strict one', strict: true });
    await database.close();
    try {
      await withGateway({ dataDir, env: { PLANTAIN_BOOTSTRAP_KEY: '' } }, async (other) => {
        const response = await generate({ url: other.url, key }, { prompt: 'a', style: 'vivid' });
        expect([response.status, (await errorOf(response)).code]).toEqual([400, 'unknown_parameter']);
      });
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  test('otherwise they are reported', async () => {
    const response = await generate(gateway, { prompt: 'a', style: 'vivid', strange: 1 });
    expect(response.status).toBe(200);
    expect(response.headers.get('plantain-adapted')).toContain(
      'style;action=ignored;reason=no-effect, strange;action=ignored;reason=unknown',
    );
  });
});

describe('dry run', () => {
  test.each(['?dry_run=true', '?dry_run=1', '?dry_run'])(
    '%s answers with the order as understood and its highest price, and draws nothing',
    async (query) => {
      const rows = ledgerRows(gateway.dataDir).length;
      const response = await postJson(gateway, `/v1/images/generations${query}`, {
        model: 'nano-banana-pro',
        prompt: 'a fox',
        size: '1920x1080',
        n: 2,
        style: 'vivid',
      });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        object: 'image.dry_run',
        operation: 'generate',
        model: 'gemini-3-pro-image',
        aspect_ratio: '16:9',
        image_size: '1K',
        n: 2,
        references: 0,
        has_mask: false,
        highest_price_micro_usd: expect.any(Number) as number,
        highest_price: expect.stringMatching(/^\$\d+\.\d{2,6}$/) as string,
        adaptations: expect.arrayContaining([
          { parameter: 'style', action: 'ignored', reason: 'no-effect' },
        ]) as unknown,
      });
      expect(upstream.calls).toHaveLength(0);
      expect(ledgerRows(gateway.dataDir)).toHaveLength(rows);
    },
  );

  test('what would be refused is refused, and dry_run=false draws', async () => {
    const refused = await postJson(gateway, '/v1/images/generations?dry_run=true', { prompt: 'a', n: 11 });
    expect(refused.status).toBe(400);
    const real = await postJson(gateway, '/v1/images/generations?dry_run=false', { prompt: 'a' });
    expect((await imagesOf(real)).data).toHaveLength(1);
  });

  test('needs a key like everything else', async () => {
    const response = await fetch(`${gateway.url}/v1/images/generations?dry_run=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"prompt":"a"}',
    });
    expect(response.status).toBe(401);
  });

  test('never costs more than it says', async () => {
    const order = { model: 'gemini-2.5-flash-image', prompt: 'a fox', n: 3 };
    const dry = await postJson(gateway, '/v1/images/generations?dry_run=true', order);
    const { highest_price_micro_usd: highest } = (await dry.json()) as { highest_price_micro_usd: number };
    const response = await generate(gateway, order);
    expect(Number(response.headers.get('plantain-cost-micro-usd'))).toBeLessThanOrEqual(highest);
  });
});
