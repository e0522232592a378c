import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { defaultModelId } from '../../src/journey/catalogue-model.ts';
import { GuardedReferenceFetcher } from '../../src/remote/guarded-reference-fetcher.ts';
import { type FakeGemini, imageAnswer, sendJson, startFakeGemini, tinyPng } from '../support/fake-gemini.ts';
import { type ForwardProxy, startForwardProxy } from '../support/forward-proxy.ts';
import { errorOf, generate } from '../support/http.ts';
import { roomyMemory } from '../support/plain-scope.ts';
import { type Gateway, startGateway } from '../support/start-gateway.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close();
});
const opened = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
  const item = await opening;
  open.push(item);
  return item;
};

const portOf = (url: string): number => Number(new URL(url).port);

async function behindProxy(env: (proxy: string) => Record<string, string>, baseUrl = 'http://gemini.test') {
  const upstream: FakeGemini = await opened(
    startFakeGemini((_call, response) => sendJson(response, imageAnswer())),
  );
  const proxy: ForwardProxy = await opened(startForwardProxy(() => ({ port: portOf(upstream.url) })));
  const gateway: Gateway = await opened(startGateway({ upstreamUrl: baseUrl, env: env(proxy.url) }));
  return { upstream, proxy, gateway };
}

describe('the upstream', () => {
  test.each([['HTTP_PROXY'], ['http_proxy'], ['PLANTAIN_PROXY_HTTP']])(
    'is called through %s',
    async (name) => {
      const { upstream, proxy, gateway } = await behindProxy((url) => ({ [name]: url }));
      expect((await generate(gateway, { prompt: 'a fox' })).status).toBe(200);
      expect(proxy.asked).toEqual([
        `POST http://gemini.test/v1beta/models/${defaultModelId}:generateContent`,
      ]);
      expect(upstream.calls[0]?.headers.host).toBe('gemini.test');
      expect(upstream.calls[0]?.headers).not.toHaveProperty('proxy-authorization');
    },
  );

  test('with https is asked for in a tunnel', async () => {
    const { proxy, gateway } = await behindProxy((url) => ({ HTTPS_PROXY: url }), 'https://gemini.test');
    // What is behind the tunnel speaks no TLS: the call fails after the proxy was asked for it.
    expect((await generate(gateway, { prompt: 'a fox' })).status).toBeGreaterThanOrEqual(500);
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT gemini.test:443']));
  });

  test('gets none of the proxy\u2019s credentials, and the proxy gets them', async () => {
    const { proxy, gateway } = await behindProxy((url) => ({
      HTTP_PROXY: url.replace('http://', 'http://me:p%40ss@'),
    }));
    expect((await generate(gateway, { prompt: 'a fox' })).status).toBe(200);
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('me:p@ss').toString('base64')}`]);
  });

  test('is called directly where NO_PROXY says so', async () => {
    const { proxy, gateway } = await behindProxy((url) => ({ HTTP_PROXY: url, NO_PROXY: '.test' }));
    expect((await generate(gateway, { prompt: 'a fox' })).status).toBeGreaterThanOrEqual(500);
    expect(proxy.asked).toEqual([]);
  });

  test('of this machine, the sandbox\u2019s among them, is never asked of a proxy', async () => {
    const proxy = await opened(startForwardProxy(() => undefined));
    const gateway = await opened(startGateway({ env: { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url } }));
    expect((await generate(gateway, { prompt: 'a fox' })).status).toBe(200);
    expect(proxy.asked).toEqual([]);
  });

  test('that the proxy will not reach is an error without its address', async () => {
    const proxy = await opened(startForwardProxy(() => undefined));
    const gateway = await opened(
      startGateway({
        upstreamUrl: 'https://gemini.test',
        env: { HTTPS_PROXY: proxy.url, PLANTAIN_LIMITS_UPSTREAM_TRIES: '1' },
      }),
    );
    const answer = await generate(gateway, { prompt: 'a fox' });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect((await errorOf(answer)).message).not.toContain(new URL(proxy.url).host);
  });
});

describe('a link to a picture', () => {
  const fetchThrough = async (proxy: ForwardProxy, url: string, addresses: Record<string, string[]>) => {
    const fetcher = new GuardedReferenceFetcher({
      maxBytes: 1_000_000,
      resolve: async (hostname) => addresses[hostname] ?? [],
      proxyTo: () => proxy.url,
    });
    const { signal } = new AbortController();
    return fetcher.fetch(url, { signal, memory: roomyMemory.open(), spend: () => undefined });
  };

  test('is fetched through the proxy by the address that was checked, not by a name that could change', async () => {
    const hosts: (string | undefined)[] = [];
    const pictures = await opened(
      startFakeGemini(({ headers }, response) => {
        hosts.push(headers.host);
        response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.from(tinyPng, 'base64'));
      }),
    );
    const proxy = await opened(startForwardProxy(() => ({ port: portOf(pictures.url) })));
    const fetched = await fetchThrough(proxy, 'http://pictures.test/a.png', {
      'pictures.test': ['93.184.215.14'],
    });
    expect(fetched.byteLength).toBeGreaterThan(0);
    expect(proxy.asked).toEqual(['CONNECT 93.184.215.14:80']);
    expect(hosts).toEqual(['pictures.test']);
  });

  test.each([['10.0.0.1'], ['127.0.0.1'], ['169.254.169.254'], ['fd00::1']])(
    'that leads to %s is refused before the proxy hears of it',
    async (address) => {
      const proxy = await opened(startForwardProxy(() => undefined));
      await expect(
        fetchThrough(proxy, 'http://pictures.test/a.png', { 'pictures.test': ['93.184.215.14', address] }),
      ).rejects.toMatchObject({ code: 'invalid_image_file' });
      expect(proxy.asked).toEqual([]);
    },
  );

  test('that the proxy refuses is an error in the same words as any other', async () => {
    const proxy = await opened(startForwardProxy(() => undefined));
    await expect(
      fetchThrough(proxy, 'https://pictures.test/a.png', { 'pictures.test': ['93.184.215.14'] }),
    ).rejects.toThrow("The URL in 'image' cannot be fetched.");
    expect(proxy.asked).toEqual(['CONNECT 93.184.215.14:443']);
  });
});

describe('the command line', () => {
  const run = promisify(execFile);
  const plantain = async (args: readonly string[], env: Record<string, string>) => {
    const cwd = await mkdtemp('/tmp/plantain-test-');
    const main = new URL('../../src/main.ts', import.meta.url).pathname;
    const options = { cwd, env: { PATH: process.env['PATH'] ?? '', ...env } };
    return run(process.execPath, [main, ...args], options).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
  };

  test('shows the proxies and where they come from, without their passwords', async () => {
    const env = {
      HTTPS_PROXY: 'http://me:hidden@proxy.test:3128',
      no_proxy: 'a.test b.test',
      GEMINI_API_KEY: 'x',
    };
    const explained = (await plantain(['config', 'explain'], env)).stdout;
    expect(explained).toMatch(/proxy\.https\s+http:\/\/…@proxy\.test:3128\s+.*HTTPS_PROXY/);
    expect(explained).toMatch(/proxy\.bypass\s+a\.test, b\.test\s+env no_proxy/);
    const doctor = (await plantain(['doctor'], { ...env, GOOGLE_GEMINI_BASE_URL: 'https://gemini.test' }))
      .stdout;
    expect(doctor).toContain('https://gemini.test is called through http://…@proxy.test:3128');
    expect(`${explained}${doctor}`).not.toContain('hidden');
  });

  test('draws through a server behind the proxy', async () => {
    const gateway = await opened(startGateway());
    const proxy = await opened(startForwardProxy(() => ({ port: portOf(gateway.url) })));
    const args = [
      'generate',
      'a fox',
      '--base-url',
      'http://pictures.test',
      '--key',
      gateway.key,
      '-o',
      'fox.png',
    ];
    const { stderr } = await plantain(args, { HTTP_PROXY: proxy.url });
    expect(stderr).not.toContain('cannot draw');
    expect(proxy.asked).toEqual(['POST http://pictures.test/v1/images/generations']);
  });

  test('refuses a proxy that it cannot use', async () => {
    const { stderr } = await plantain(['config', 'explain'], { HTTPS_PROXY: 'socks5://proxy.test:1080' });
    expect(stderr).toContain('HTTPS_PROXY must be the address of an HTTP proxy');
  });
});
