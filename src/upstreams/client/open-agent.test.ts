import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startForwardProxy } from '../../../test/support/forward-proxy.ts';
import { testCertificate } from '../../../test/support/test-certificate.ts';
import { openAgent } from './open-agent.ts';

const known = getCACertificates('default');
const closers: (() => Promise<unknown>)[] = [];
beforeEach(() => setDefaultCACertificates([...known, testCertificate.cert]));
afterEach(async () => {
  setDefaultCACertificates(known);
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A server that prefers HTTP/2, as Google's do, and keeps the versions it was asked in. */
async function startModern() {
  const versions: string[] = [];
  const server = createSecureServer({ ...testCertificate, allowHTTP1: true }, (request, response) => {
    versions.push(request.httpVersion);
    response.end('here');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { versions, port: (server.address() as AddressInfo).port };
}

const options = {
  maxConnections: 10,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 10_000,
  connectTimeoutMs: 10_000,
  keepAliveTimeoutMs: 1000,
};

test.each(['directly', 'through a proxy'])(
  'an upstream that offers HTTP/2 is asked over HTTP/1.1, one order a connection, %s',
  async (way) => {
    const { versions, port } = await startModern();
    const proxy = await startForwardProxy(() => ({ port }));
    closers.push(() => proxy.close());
    const agent = openAgent(options, way === 'directly' ? undefined : proxy.url);
    closers.push(() => agent.destroy());
    let text = '';
    await agent.exchange(
      { origin: `https://localhost:${port}`, path: '/', method: 'POST', body: Buffer.from('{}') },
      new AbortController().signal,
      {
        onHead: () => ({
          push: (chunk) => {
            text += chunk.toString();
            return true;
          },
        }),
      },
    );
    expect(text).toBe('here');
    expect(versions).toEqual(['1.1']);
    expect(proxy.asked).toEqual(way === 'directly' ? [] : [`CONNECT localhost:${port}`]);
  },
);
