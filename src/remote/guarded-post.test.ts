import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWebhookReceiver, type WebhookReceiver } from '../../test/support/webhook-receiver.ts';
import { guardedPost } from './guarded-post.ts';

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
afterAll(() => receiver.close());

const post = (url: string, more: Partial<Parameters<typeof guardedPost>[4]> = {}, body = 'text') =>
  guardedPost(url, { 'content-type': 'text/plain' }, body, new AbortController().signal, {
    allowPrivate: true,
    timeoutMs: 3000,
    ...more,
  });

test('a body arrives whole, with the query of its address, and the status is answered', async () => {
  expect(await post(receiver.url, {}, 'ä'.repeat(10_000))).toBe(204);
  expect(receiver.received.at(-1)).toMatchObject({
    method: 'POST',
    path: '/hooks?token=abc',
    body: 'ä'.repeat(10_000),
  });
});

test('no redirect is followed', async () => {
  receiver.answerWith(302);
  const before = receiver.received.length;
  expect(await post(receiver.url)).toBe(302);
  expect(receiver.received.length).toBe(before + 1);
  receiver.answerWith(204);
});

test('addresses of the own network are called only where that is allowed, whatever name leads there', async () => {
  const before = receiver.received.length;
  for (const url of [receiver.url, 'http://169.254.169.254/latest', 'http://10.0.0.1/', 'http://[::1]:1/'])
    await expect(post(url, { allowPrivate: false })).rejects.toThrow('not public');
  const port = new URL(receiver.url).port;
  const resolve = async () => ['203.0.113.9', '127.0.0.1'];
  await expect(post(`http://hooks.test:${port}/`, { allowPrivate: false, resolve })).rejects.toThrow(
    'not public',
  );
  expect(receiver.received.length).toBe(before);
});

test('a receiver that is silent is given up', async () => {
  const { createServer } = await import('node:net');
  const silent = createServer(() => undefined);
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  const { port } = silent.address() as { port: number };
  await expect(post(`http://127.0.0.1:${String(port)}/`, { timeoutMs: 200 })).rejects.toThrow();
  silent.close();
});
