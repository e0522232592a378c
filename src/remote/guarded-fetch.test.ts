import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { guardedFetch } from './guarded-fetch.ts';

let server: Server;
let url: string;
let answer: RequestListener;
beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (address: string, more: Partial<Parameters<typeof guardedFetch>[2]> = {}, body?: string) =>
  guardedFetch(
    address,
    { method: body === undefined ? 'GET' : 'POST', headers: { accept: 'application/json' }, body },
    { isTrusted: () => true, timeoutMs: 5000, maxBytes: 1000, ...more },
  );

test('a small document comes back with its status and type, and what was sent arrived', async () => {
  answer = (request, response) =>
    void text(request).then((sent) =>
      response
        .writeHead(201, { 'content-type': 'application/json' })
        .end(JSON.stringify({ path: request.url, sent, accept: request.headers.accept })),
    );
  const response = await ask(`${url}/a?b=c`, {}, 'x=1');
  expect([response.status, response.headers.get('content-type')]).toEqual([201, 'application/json']);
  expect(await response.json()).toEqual({ path: '/a?b=c', sent: 'x=1', accept: 'application/json' });
  const byName = url.replace('127.0.0.1', 'localhost');
  expect((await ask(byName)).status).toBe(201);
});

test('no redirect is followed', async () => {
  answer = (_request, response) => response.writeHead(302, { location: `${url}/other` }).end();
  expect((await ask(url)).status).toBe(302);
});

test('an address of the own network is asked only where the operator chose it', async () => {
  let isAsked = false;
  answer = (_request, response) => {
    isAsked = true;
    response.end();
  };
  await expect(ask(url, { isTrusted: () => false })).rejects.toThrow('not public');
  await expect(ask(url, { isTrusted: ({ host }) => host === 'other' })).rejects.toThrow('not public');
  expect(isAsked).toBe(false);
});

test('an answer that is too large is given up, also where it does not say how large it is', async () => {
  answer = (_request, response) => {
    response.write('x'.repeat(600));
    response.end('x'.repeat(600));
  };
  await expect(ask(url)).rejects.toThrow('more than 1000 bytes');
  answer = (_request, response) => response.end('x'.repeat(1000));
  expect((await (await ask(url)).text()).length).toBe(1000);
});

test('one that never comes, never ends, or breaks off is given up', async () => {
  answer = () => undefined;
  await expect(ask(url, { timeoutMs: 100 })).rejects.toThrow();
  answer = (_request, response) => void response.write('x');
  await expect(ask(url, { timeoutMs: 100 })).rejects.toThrow();
  answer = (_request, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('x');
    response.destroy();
  };
  await expect(ask(url)).rejects.toThrow();
});
