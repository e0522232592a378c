import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testCertificate } from '../../../test/support/test-certificate.ts';
import { openAgent } from './open-agent.ts';
import { postUpstream, type ResponseHead, TransportError } from './post-upstream.ts';

const known = getCACertificates('default');
const closers: (() => unknown)[] = [];
beforeEach(() => setDefaultCACertificates([...known, testCertificate.cert]));
afterEach(async () => {
  setDefaultCACertificates(known);
  for (const close of closers.splice(0).toReversed()) await close();
});

const body = randomBytes(3_000_000);

/** An upstream over TLS, and the agent that asks it over one connection. */
async function startPair(answer: (response: ServerResponse) => void) {
  let connections = 0;
  const server = createServer(testCertificate, (request, response) => {
    request.resume();
    request.on('end', () => answer(response));
  });
  server.on('secureConnection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const agent = openAgent(
    {
      connections: 1,
      headersTimeout: 10_000,
      bodyTimeout: 10_000,
      connectTimeoutMs: 10_000,
      keepAliveTimeout: 5000,
    },
    undefined,
  );
  closers.push(() => agent.destroy());
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  return { agent, origin, connections: () => connections };
}

/** Everything of an answer; `pause` stops after a chunk, until the head's `resume` is called. */
async function ask(
  { agent, origin }: { agent: Dispatcher; origin: string },
  pause?: (head: ResponseHead) => void,
) {
  const chunks: Buffer[] = [];
  const request = { origin, path: '/', method: 'POST' as const, body: '{}' };
  await postUpstream(agent, request, new AbortController().signal, {
    onHead: (head) => ({
      push: (chunk) => {
        chunks.push(chunk);
        pause?.(head);
        return pause === undefined;
      },
    }),
  });
  return chunks;
}

const inChunks = (response: ServerResponse): void => {
  for (let at = 0; at < body.length; at += 16_384) response.write(body.subarray(at, at + 16_384));
  response.end();
};

describe('an answer over TLS', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['in chunks', inChunks],
    ['of a told length', (response) => response.writeHead(200, { 'content-length': body.length }).end(body)],
    [
      'that ends with its connection',
      (response) => {
        response.useChunkedEncodingByDefault = false;
        response.writeHead(200, { connection: 'close' });
        response.end(body);
      },
    ],
  ])('%s arrives byte for byte, in few pieces of memory', async (_how, answer) => {
    const chunks = await ask(await startPair(answer));
    expect(Buffer.concat(chunks).equals(body)).toBe(true);
    expect(new Set(chunks.map(({ buffer }) => buffer)).size).toBeLessThan(body.length / 200_000);
  });

  test('that is paused again and again is held back, and arrives byte for byte', async () => {
    const chunks = await ask(await startPair(inChunks), (head) => setTimeout(head.resume, 1));
    expect(Buffer.concat(chunks).equals(body)).toBe(true);
  });

  test('shares no memory with the next one of its connection, so that it can be given back', async () => {
    const pair = await startPair(inChunks);
    for (let turn = 0; turn < 5; turn++) {
      const chunks = await ask(pair);
      expect(Buffer.concat(chunks).equals(body)).toBe(true);
      for (const { buffer } of chunks) if (buffer.byteLength > 0) (buffer as ArrayBuffer).transfer(0);
    }
    expect(pair.connections()).toBe(1);
  });

  test('that breaks off brings what came, and the failure', async () => {
    const pair = await startPair((response) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 100_000), () => response.socket?.destroy());
    });
    await expect(ask(pair)).rejects.toThrow(TransportError);
  });
});
