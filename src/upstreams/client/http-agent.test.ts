import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import {
  createServer as createSecureServer,
  getCACertificates,
  setDefaultCACertificates,
  type TLSSocket,
} from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { testCertificate } from '../../../test/support/test-certificate.ts';
import { HttpAgent } from './http-agent.ts';
import { TransportError } from './transport-error.ts';
import type { UpstreamRequest } from './upstream-agent.ts';

const known = getCACertificates('default');
const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const whole = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nworld';
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, host);
  await once(server, 'listening');
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function agentOf(options: Partial<ConstructorParameters<typeof HttpAgent>[0]> = {}): HttpAgent {
  const agent = new HttpAgent({
    maxConnections: 10,
    headersTimeoutMs: 10_000,
    bodyTimeoutMs: 10_000,
    connectTimeoutMs: 10_000,
    keepAliveTimeoutMs: 10_000,
    ...options,
  });
  closers.push(() => agent.destroy());
  return agent;
}

async function ask(
  agent: HttpAgent,
  origin: string,
  request: Partial<UpstreamRequest> = {},
): Promise<string> {
  let text = '';
  await agent.exchange({ origin, path: '/x', method: 'GET', ...request }, AbortSignal.timeout(10_000), {
    onHead: () => ({
      push: (chunk) => {
        text += chunk.toString('latin1');
        return true;
      },
    }),
  });
  return text;
}

describe('a connection', () => {
  test('is used again and again, and counted', async () => {
    let opened = 0;
    const asked: string[] = [];
    const port = await listen(
      createServer((socket) => {
        opened++;
        socket.on('data', (bytes) => {
          asked.push(bytes.toString('latin1'));
          socket.write(whole);
        });
      }),
    );
    const agent = agentOf();
    for (let index = 0; index < 5; index++)
      expect(await ask(agent, `http://127.0.0.1:${port}`)).toBe('world');
    expect(opened).toBe(1);
    expect(agent.connections()).toEqual({ busy: 0, idle: 1 });
    expect(asked[4]).toBe(`GET /x HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: keep-alive\r\n\r\n`);
  });

  test.each([
    ['its own time is over', { keepAliveTimeoutMs: 40 }, whole],
    [
      'the server’s time is nearly over',
      {},
      whole.replace('\r\n\r\n', '\r\nkeep-alive: max=5, timeout=2\r\n\r\n'),
    ],
  ])('is closed when %s', async (_name, options, answer) => {
    let closed = 0;
    const port = await listen(
      createServer((socket) => {
        socket.on('data', () => socket.write(answer));
        socket.on('close', () => closed++);
      }),
    );
    const agent = agentOf(options);
    await ask(agent, `http://127.0.0.1:${port}`);
    await expect.poll(() => closed).toBe(1);
    expect(agent.connections()).toEqual({ busy: 0, idle: 0 });
  });

  test('that the server closes while nothing is on its way is forgotten', async () => {
    const port = await listen(
      createServer((socket) => {
        socket.on('data', () => {
          socket.write(whole);
          setTimeout(() => socket.end(), 20);
        });
      }),
    );
    const agent = agentOf();
    await ask(agent, `http://127.0.0.1:${port}`);
    await expect.poll(() => agent.connections()).toEqual({ busy: 0, idle: 0 });
    expect(await ask(agent, `http://127.0.0.1:${port}`)).toBe('world');
  });

  test('on which something comes that nobody asked for is closed: the next answer would be another’s', async () => {
    let opened = 0;
    const port = await listen(
      createServer((socket) => {
        opened++;
        socket.on('data', () => {
          socket.write(whole);
          setTimeout(() => socket.write(whole.replace('world', 'wrong')), 20);
        });
      }),
    );
    const agent = agentOf();
    expect(await ask(agent, `http://127.0.0.1:${port}`)).toBe('world');
    await pause(60);
    expect(await ask(agent, `http://127.0.0.1:${port}`)).toBe('world');
    expect(opened).toBe(2);
  });

  test('that is reset tells so', async () => {
    const port = await listen(
      createServer((socket) => void socket.on('data', () => socket.resetAndDestroy())),
    );
    await expect(ask(agentOf(), `http://127.0.0.1:${port}`)).rejects.toMatchObject({
      name: 'TransportError',
      code: 'ECONNRESET',
    });
  });

  test('on which the server speaks first is none', async () => {
    const port = await listen(createServer((socket) => void socket.write('220 mail.example ESMTP\r\n')));
    await expect(ask(agentOf(), `http://127.0.0.1:${port}`)).rejects.toBeInstanceOf(TransportError);
  });

  test('that does not come about in time tells so', async () => {
    // Of a network that is for documentation: nobody answers, or the system says at once that there is no way.
    const failure = await ask(agentOf({ connectTimeoutMs: 50 }), 'http://192.0.2.1:81').catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(TransportError);
    expect(['CONNECT_TIMEOUT', 'ENETUNREACH', 'EHOSTUNREACH', 'ECONNREFUSED']).toContain(
      (failure as TransportError).code,
    );
  });

  test('over TLS resumes the session of the one before', async () => {
    setDefaultCACertificates([...known, testCertificate.cert]);
    closers.push(() => setDefaultCACertificates(known));
    const reused: boolean[] = [];
    const server = createSecureServer(testCertificate, (socket: TLSSocket) => {
      reused.push(socket.isSessionReused());
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write(whole.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n')));
    });
    const port = await listen(server);
    const agent = agentOf();
    for (let index = 0; index < 3; index++) {
      expect(await ask(agent, `https://localhost:${port}`)).toBe('world');
      await pause(20);
    }
    expect(reused).toEqual([false, true, true]);
  });

  test('over TLS whose certificate nobody signed that we trust is none', async () => {
    const port = await listen(
      createSecureServer(testCertificate, (socket) => socket.on('error', () => undefined)),
    );
    await expect(ask(agentOf(), `https://localhost:${port}`)).rejects.toMatchObject({
      name: 'TransportError',
      code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY/) as string,
    });
  });
});

test.each([
  ['a line break in a header', { headers: { 'x-a': 'b\r\nc: d' } }],
  ['a name that is none', { headers: { 'x a': 'b' } }],
  ['a letter beyond Latin 1', { headers: { 'x-a': '→' } }],
  ['a blank in the path', { path: '/a b' }],
])('a request with %s is a fault of ours, and nothing of it goes out', async (_name, request) => {
  let bytes = 0;
  const port = await listen(createServer((socket) => socket.on('data', (chunk) => (bytes += chunk.length))));
  const failure = await ask(agentOf(), `http://127.0.0.1:${port}`, request).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TypeError);
  expect(bytes).toBe(0);
});
