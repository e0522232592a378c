import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { testCertificate } from '../../../test/support/test-certificate.ts';
import { HttpAgent } from './http-agent.ts';
import { openDispatcher } from './open-dispatcher.ts';
import type { PoolOptions } from './origin-pool.ts';
import { TransportError } from './transport-error.ts';
import { UndiciAgent } from './undici-agent.ts';
import type { ResponseHead, UpstreamAgent, UpstreamRequest } from './upstream-agent.ts';

const known = getCACertificates('default');
beforeAll(() => setDefaultCACertificates([...known, testCertificate.cert]));
afterAll(() => setDefaultCACertificates(known));
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const ordinary: PoolOptions = {
  maxConnections: 10,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 10_000,
  connectTimeoutMs: 10_000,
  keepAliveTimeoutMs: 10_000,
};
const failureOf = (done: Promise<unknown>): Promise<unknown> =>
  done.then(
    () => 'none',
    (error: unknown) => error,
  );

describe.each([
  ['of our own', false, (options: PoolOptions) => new HttpAgent(options)],
  ['of our own, over TLS', true, (options: PoolOptions) => new HttpAgent(options)],
  ['of undici’s', false, (options: PoolOptions) => new UndiciAgent(openDispatcher(options, undefined))],
])('an agent %s', (_agent, isSecure, open) => {
  /** A server that answers each connection's first request, head and body, with raw bytes. */
  async function startRaw(answer: (socket: Socket, request: string) => unknown): Promise<string> {
    return startServer((socket) => {
      let request = '';
      socket.on('data', (bytes) => {
        request += bytes.toString('latin1');
        if (request.endsWith('hello')) answer(socket, request);
      });
    });
  }

  async function startServer(onConnection: (socket: Socket) => void): Promise<string> {
    const sockets = new Set<Socket>();
    const take = (socket: Socket): void => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      onConnection(socket);
    };
    const server: Server = isSecure ? createSecureServer(testCertificate, take) : createRawServer(take);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as AddressInfo;
    return isSecure ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  }

  // Over TLS a socket has no reset of its own.
  const reset = (socket: Socket): void => void (isSecure ? socket.destroy() : socket.resetAndDestroy());

  function agentOf(options: Partial<PoolOptions> = {}): UpstreamAgent {
    const agent = open({ ...ordinary, ...options });
    closers.push(() => agent.destroy());
    return agent;
  }

  function post(
    origin: string,
    options: {
      readonly agent?: UpstreamAgent;
      readonly signal?: AbortSignal;
      readonly onHead?: (head: ResponseHead) => void;
      readonly onChunk?: (chunk: Buffer, head: ResponseHead) => boolean;
      readonly body?: NonNullable<UpstreamRequest['body']>;
      readonly headers?: Record<string, string>;
    } = {},
  ) {
    const agent = options.agent ?? agentOf();
    const { body = Buffer.from('hello') } = options;
    const bytes =
      body instanceof Uint8Array ? body.length : [...body].reduce((sum, { length }) => sum + length, 0);
    let text = '';
    const heads: number[] = [];
    const steps: string[] = [];
    const headers: Record<string, unknown>[] = [];
    const done = agent.exchange(
      {
        origin,
        path: '/x',
        method: 'POST',
        body,
        headers: { 'content-length': String(bytes), ...options.headers },
      },
      options.signal ?? new AbortController().signal,
      {
        onSent: () => void steps.push('sent'),
        onHead: (head) => {
          heads.push(head.statusCode);
          headers.push({ ...head.headers });
          steps.push('head');
          options.onHead?.(head);
          return {
            push: (chunk) => {
              text += chunk.toString('latin1');
              return options.onChunk?.(chunk, head) ?? true;
            },
          };
        },
      },
    );
    return { done, seen: { heads, headers, steps, text: () => text } };
  }

  test('hands on head and body, in that order, after the request has gone out', async () => {
    const origin = await startRaw((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nworld'),
    );
    const { done, seen } = post(origin);
    await done;
    expect([seen.heads, seen.text(), seen.steps]).toEqual([[200], 'world', ['sent', 'head']]);
  });

  test('passes over what comes before the answer', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n'.repeat(3);
    const origin = await startRaw((socket) =>
      socket.end(`${early}HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nworld`),
    );
    const { done, seen } = post(origin);
    await done;
    expect([seen.heads, seen.text()]).toEqual([[200], 'world']);
  });

  test.each([
    ['a reset before the answer', (socket: Socket) => reset(socket), ['sent']],
    ['an end before the answer', (socket: Socket) => void socket.end(), ['sent']],
    [
      'a body that is cut',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nwor');
        setTimeout(() => socket.destroy(), 20);
      },
      ['sent', 'head'],
    ],
    ['what is no HTTP', (socket: Socket) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n'), ['sent']],
    [
      'a body longer than told',
      (socket: Socket) =>
        void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\n\r\nworld'),
      ['sent'],
    ],
  ])('%s is the transport’s failure, and it is known how far it came', async (_name, answer, steps) => {
    const { done, seen } = post(await startRaw(answer));
    expect(await failureOf(done)).toBeInstanceOf(TransportError);
    expect(seen.steps).toEqual(steps);
  });

  test('a connection that is refused was never sent, and tells its code', async () => {
    const origin = await startRaw(() => undefined);
    await closers.pop()?.();
    const { done, seen } = post(origin);
    expect(await failureOf(done)).toMatchObject({ name: 'TransportError', code: 'ECONNREFUSED' });
    expect(seen.steps).toEqual([]);
  });

  test('silence ends at its timeout, before the answer and within', async () => {
    const silent = await startRaw(() => undefined);
    const early = post(silent, { agent: agentOf({ headersTimeoutMs: 30 }) });
    expect(await failureOf(early.done)).toMatchObject({ code: 'HEADERS_TIMEOUT' });
    const begun = await startRaw(
      (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nwor'),
    );
    const late = post(begun, { agent: agentOf({ bodyTimeoutMs: 30 }) });
    expect(await failureOf(late.done)).toMatchObject({
      name: 'TransportError',
      code: 'BODY_TIMEOUT',
    });
    expect(late.seen.text()).toBe('wor');
  });

  test('an abort ends it with its reason, in mid-body or before', async () => {
    for (const answer of ['', 'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nwor']) {
      const reason = new Error('gone');
      const abort = new AbortController();
      const hungUp = Promise.withResolvers<void>();
      const origin = await startRaw((socket) => {
        socket.on('close', () => hungUp.resolve());
        socket.write(answer === '' ? '' : answer);
        setTimeout(() => abort.abort(reason), 20);
      });
      const { done } = post(origin, { signal: abort.signal });
      expect(await failureOf(done)).toBe(reason);
      await hungUp.promise;
    }
  });

  test('an abort before the start asks nobody', async () => {
    const reason = new Error('gone');
    let asked = 0;
    const origin = await startRaw(() => asked++);
    expect(await failureOf(post(origin, { signal: AbortSignal.abort(reason) }).done)).toBe(reason);
    expect(asked).toBe(0);
  });

  test('an abort while it waits for a connection does not wait for one', async () => {
    const origin = await startRaw(() => undefined);
    const agent = agentOf({ maxConnections: 1, headersTimeoutMs: 600_000 });
    const first = new AbortController();
    const holding = failureOf(post(origin, { agent, signal: first.signal }).done);
    const reason = new Error('gone');
    const second = new AbortController();
    const { done, seen } = post(origin, { agent, signal: second.signal });
    const waiting = failureOf(done);
    setTimeout(() => second.abort(reason), 20);
    expect(await waiting).toBe(reason);
    expect(seen.steps).toEqual([]);
    first.abort(new Error('enough'));
    await holding;
  });

  test.each(['onHead', 'onChunk'])('what its listener throws in %s ends it, as it is', async (name) => {
    const fault = new TypeError('ours');
    const hungUp = Promise.withResolvers<void>();
    const origin = await startRaw((socket) => {
      socket.on('close', () => hungUp.resolve());
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nwor');
    });
    const { done } = post(origin, {
      [name]: () => {
        throw fault;
      },
    });
    expect(await failureOf(done)).toBe(fault);
    await hungUp.promise;
  });

  test('its listener ends it: well, or with a reason', async () => {
    for (const reason of [undefined, new Error('too much')]) {
      const hungUp = Promise.withResolvers<void>();
      const origin = await startRaw((socket) => {
        socket.on('close', () => hungUp.resolve());
        socket.write('HTTP/1.1 500 E\r\ncontent-length: 50\r\n\r\nwor');
      });
      const { done } = post(origin, {
        onChunk: (_chunk, head) => {
          head.end(reason);
          return true;
        },
      });
      expect(await failureOf(done)).toBe(reason ?? 'none');
      await hungUp.promise;
    }
  });

  test('pauses where it is told, and goes on by the head’s resume', async () => {
    const body = Buffer.alloc(4_000_000, 'x');
    const origin = await startRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4000000\r\n\r\n');
      socket.write(body);
    });
    let pauses = 0;
    const { done, seen } = post(origin, {
      onChunk: (_chunk, head) => {
        pauses++;
        setImmediate(head.resume);
        return false;
      },
    });
    await done;
    expect(seen.text().length).toBe(body.length);
    expect(pauses).toBeGreaterThan(1);
  });

  test.each([
    ['in chunks', 'transfer-encoding: chunked\r\n\r\n3;a=b\r\nwor\r\n2\r\nld\r\n0\r\nx-later: 1\r\n\r\n'],
    ['until the connection’s end', '\r\nworld'],
    ['of no length', 'content-length: 0\r\n\r\n'],
  ])('a body %s is taken, however its bytes come', async (_name, rest) => {
    for (const size of [1, 7, 1000]) {
      const origin = await startRaw(async (socket) => {
        const answer = Buffer.from(`HTTP/1.1 200 OK\r\nx-a: 1\r\nX-A: 2\r\n${rest}`);
        for (let at = 0; at < answer.length; at += size) {
          socket.write(answer.subarray(at, at + size));
          if (size < 100) await new Promise(setImmediate);
        }
        socket.end();
      });
      const { done, seen } = post(origin);
      await done;
      expect([seen.heads, seen.text()]).toEqual([[200], rest.endsWith('0\r\n\r\n') ? '' : 'world']);
    }
  });

  test.each([
    ['says that it closes', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nworld'],
    ['is of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nworld'],
  ])('a connection whose answer %s is not used again', async (_name, answer) => {
    let opened = 0;
    const origin = await startServer((socket) => {
      opened++;
      socket.on('data', () => socket.write(answer));
    });
    const agent = agentOf();
    for (let index = 0; index < 2; index++) {
      const { done, seen } = post(origin, { agent });
      await done;
      expect(seen.text()).toBe('world');
    }
    expect(opened).toBe(2);
  });

  test('no more connections than allowed are open at a time; who waits gets one in his turn', async () => {
    let opened = 0;
    const origin = await startServer((socket) => {
      opened++;
      socket.on('data', () =>
        setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nworld'), 5),
      );
    });
    const agent = agentOf({ maxConnections: 2 });
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        await post(origin, { agent }).done;
        order.push(index);
      }),
    );
    expect(opened).toBe(2);
    // The first two open connections of their own, which are there when they are there; one may be passed by others.
    expect(order.filter((index) => index > 1)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('a body goes out piece by piece, no faster than it is taken, and whole', async () => {
    const piece = Buffer.alloc(100_000, 'p');
    let made = 0;
    const pieces = {
      *[Symbol.iterator]() {
        for (let index = 0; index < 200; index++) {
          made++;
          yield piece;
        }
      },
    };
    const received = Promise.withResolvers<number>();
    let madeWhilePaused = 0;
    const origin = await startServer((socket) => {
      let bytes = 0;
      socket.pause();
      setTimeout(() => {
        madeWhilePaused = made;
        socket.resume();
      }, 100);
      socket.on('data', (chunk) => {
        bytes += chunk.length;
        if (bytes < 20_000_000) return;
        received.resolve(bytes);
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nworld');
      });
    });
    const { done, seen } = post(origin, { body: pieces, headers: { 'content-length': '20000000' } });
    made = 0;
    await done;
    expect(await received.promise).toBeGreaterThan(20_000_000);
    expect(madeWhilePaused).toBeLessThan(190);
    expect(seen.steps).toEqual(['sent', 'head']);
  });

  test('what making a body throws ends it, as it is', async () => {
    const fault = new TypeError('ours');
    let isCounted = false;
    const pieces = {
      *[Symbol.iterator]() {
        yield Buffer.from('hel');
        if (isCounted) throw fault;
      },
    };
    const origin = await startRaw(() => undefined);
    const { done } = post(origin, { body: pieces, headers: { 'content-length': '5' } });
    isCounted = true;
    const failure = await failureOf(done);
    expect(failure instanceof TransportError ? failure.cause : failure).toBe(fault);
  });

  test('an answer that comes before the whole request was taken counts, and its connection is left', async () => {
    let opened = 0;
    const origin = await startServer((socket) => {
      opened++;
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 5\r\n\r\nworld');
      });
    });
    const agent = agentOf();
    for (let index = 0; index < 2; index++) {
      const { done, seen } = post(origin, { agent, body: Buffer.alloc(30_000_000) });
      await done;
      expect([seen.heads, seen.text()]).toEqual([[413], 'world']);
    }
    expect(opened).toBe(2);
  });

  test('what came before a connection broke is handed on', async () => {
    const origin = await startRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 500000\r\n\r\nwor');
      setTimeout(() => reset(socket), 20);
    });
    const { done, seen } = post(origin);
    expect(await failureOf(done)).toBeInstanceOf(TransportError);
    expect(seen.text()).toBe('wor');
  });

  test('once it is closed, it asks nobody, and what was under way breaks', async () => {
    const origin = await startRaw(() => undefined);
    const agent = agentOf();
    const { done } = post(origin, { agent });
    const failure = failureOf(done);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await agent.destroy();
    expect(await failure).toBeInstanceOf(TransportError);
    expect(await failureOf(post(origin, { agent }).done)).toBeInstanceOf(TransportError);
  });
});
