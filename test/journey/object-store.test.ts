import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { imageAnswer, sendJson, startFakeGemini } from '../support/fake-gemini.ts';
import { startForwardProxy } from '../support/forward-proxy.ts';
import { errorOf, generate, imagesOf, ledgerRows } from '../support/http.ts';
import { type S3Server, startS3 } from '../support/s3-server.ts';
import { serveChild } from '../support/serve-child.ts';
import { noise } from '../support/test-pictures.ts';

const drawn = await noise(64, 48, 'png');
const linkSecret = 'one-secret-for-all-the-servers-here';
let s3: S3Server;
const cleanups: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  s3 = await startS3();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});
afterAll(() => s3.remove());

async function serve(env: Readonly<Record<string, string>> = {}) {
  const upstream = await startFakeGemini((_call, response) =>
    sendJson(response, imageAnswer(drawn.toString('base64'))),
  );
  cleanups.push(() => upstream.close());
  const server = await serveChild({
    upstreamUrl: upstream.url,
    env: {
      PLANTAIN_LOG_FORMAT: 'json',
      PLANTAIN_SHUTDOWN_GRACE_MS: '2000',
      PLANTAIN_STORAGE_KIND: 's3',
      PLANTAIN_STORAGE_BUCKET: s3.bucket,
      PLANTAIN_STORAGE_PREFIX: 'plantain',
      PLANTAIN_STORAGE_TIMEOUT_MS: '1000',
      AWS_ENDPOINT_URL: s3.endpoint,
      AWS_REGION: 'eu-test-1',
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
      PLANTAIN_LINKS_SECRET: linkSecret,
      ...env,
    },
  });
  cleanups.push(() => server.close());
  return { server, upstream };
}

const asLink = { prompt: 'a fox', response_format: 'url' };
async function linkOf(response: Response): Promise<string> {
  expect(response.status).toBe(200);
  return (await imagesOf(response)).data[0]?.['url'] as string;
}

test('a picture that one server stored is given out by another one with the same bucket and link secret, in parts too', async () => {
  const [one, other] = [await serve(), await serve()];
  const link = new URL(await linkOf(await generate(one.server, asLink)));
  expect(link.origin).toBe(one.server.url);
  const there = `${other.server.url}${link.pathname}${link.search}`;
  const whole = await fetch(there);
  expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(Buffer.from(await whole.arrayBuffer()).equals(drawn)).toBe(true);
  const part = await fetch(there, { headers: { range: 'bytes=10-19' } });
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${drawn.length}`]);
  expect(Buffer.from(await part.arrayBuffer()).equals(drawn.subarray(10, 20))).toBe(true);
  const etag = whole.headers.get('etag') ?? '';
  expect((await fetch(there, { headers: { 'if-none-match': etag } })).status).toBe(304);
  const head = await fetch(there, { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe(String(drawn.length));

  // Another secret is another family of servers.
  const stranger = await serve({ PLANTAIN_LINKS_SECRET: `${linkSecret}-not` });
  expect((await fetch(`${stranger.server.url}${link.pathname}${link.search}`)).status).toBe(404);
});

test('a kept answer lies in the bucket, answers the retry, and cannot be had as a picture', async () => {
  const { server, upstream } = await serve();
  const order = () => generate(server, { prompt: 'a fox' }, { headers: { 'idempotency-key': 'one' } });
  const first = await imagesOf(await order());
  const again = await order();
  expect(again.headers.get('plantain-idempotent-replay')).toBe('true');
  expect(await imagesOf(again)).toEqual(first);
  expect(upstream.calls).toHaveLength(1);
});

test('presigned links lead straight to the bucket, for as long as links work', async () => {
  const { server } = await serve({ PLANTAIN_LINKS_PRESIGNED: 'true', PLANTAIN_LINKS_TTL_MINUTES: '5' });
  const link = new URL(await linkOf(await generate(server, asLink)));
  expect(link.origin).toBe(s3.endpoint);
  expect(link.searchParams.get('X-Amz-Expires')).toBe('300');
  const answer = await fetch(link);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(Buffer.from(await answer.arrayBuffer()).equals(drawn)).toBe(true);
});

test('the proxy for calls out holds for the object store', async () => {
  const { port } = new URL(s3.endpoint);
  const proxy = await startForwardProxy((target) =>
    target.startsWith('s3.example:') ? { port: Number(port) } : undefined,
  );
  cleanups.push(() => proxy.close());
  const { server } = await serve({ AWS_ENDPOINT_URL: `http://s3.example:${port}`, HTTP_PROXY: proxy.url });
  const answer = await fetch(await linkOf(await generate(server, asLink)));
  expect(Buffer.from(await answer.arrayBuffer()).equals(drawn)).toBe(true);
  expect(proxy.asked.filter((asked) => asked.includes('s3.example')).length).toBeGreaterThan(0);
});

describe('while the object store', () => {
  afterEach(async () => {
    await s3.stop();
    await s3.start();
  });

  const away: readonly [string, () => Promise<void> | boolean][] = [
    ['is stopped', () => s3.stop()],
    ['stands still', () => process.kill(s3.pid, 'SIGSTOP')],
  ];
  test.each(away)(
    '%s, pictures in answers are delivered, links are refused plainly, and both are booked',
    async (_what, takeAway) => {
      const { server, upstream } = await serve();
      const link = await linkOf(await generate(server, asLink));
      await takeAway();

      const inAnswer = await generate(
        server,
        { prompt: 'a fox' },
        { headers: { 'idempotency-key': 'while away' } },
      );
      expect(inAnswer.status).toBe(200);
      expect((await imagesOf(inAnswer)).data).toEqual([{ b64_json: drawn.toString('base64') }]);

      const refused = await generate(server, asLink);
      expect(refused.status).toBe(503);
      // Each try of a client library would be drawn and charged anew.
      expect(refused.headers.get('x-should-retry')).toBe('false');
      const { code, message } = await errorOf(refused);
      expect(code).toBe('picture_store_unavailable');
      expect(message).toContain('b64_json');
      expect(await fetch(link).then(({ status }) => status)).toBe(503);
      expect(upstream.calls).toHaveLength(3);
      await expect
        .poll(() => ledgerRows(server.dataDir).map(({ status }) => status))
        .toEqual(['succeeded', 'succeeded', 'failed']);
      expect(ledgerRows(server.dataDir).every((row) => row.cost_micro_usd > 0)).toBe(true);
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
      await expect.poll(() => server.output()).toContain('an answer could not be kept for a retry');
      for (const secret of [s3.endpoint, s3.accessKeyId, s3.secretAccessKey, 'plantain/images'])
        expect(server.output() + message).not.toContain(secret);
    },
  );
});
