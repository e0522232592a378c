import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Dispatcher } from 'undici';
import { postUpstream, type ResponseHead, TransportError } from './post-upstream.ts';
import { Agent } from './undici-core.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A server that answers each connection's first request with raw bytes, and then does what it is told to. */
async function startRaw(answer: (socket: Socket, request: string) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => answer(socket, bytes.toString('latin1')));
  });
  return listen(server, () => sockets.forEach((socket) => socket.destroy()));
}

async function listen(server: Server | ReturnType<typeof createRawServer>, cut: () => void): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    cut();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Seen {
  readonly heads: number[];
  readonly text: () => string;
  readonly steps: string[];
}

function post(
  origin: string,
  options: {
    readonly agent?: Dispatcher;
    readonly signal?: AbortSignal;
    readonly onHead?: (head: ResponseHead) => void;
    readonly onChunk?: (chunk: Buffer, head: ResponseHead) => boolean;
    readonly body?: string;
    readonly headers?: Record<string, string>;
  } = {},
): { done: Promise<void>; seen: Seen } {
  const agent = options.agent ?? agentOf();
  let text = '';
  const seen: Seen = { heads: [], text: () => text, steps: [] };
  const done = postUpstream(
    agent,
    { origin, path: '/x', method: 'POST', body: options.body ?? 'hello', headers: options.headers ?? {} },
    options.signal ?? new AbortController().signal,
    {
      onSent: () => void seen.steps.push('sent'),
      onHead: (head) => {
        seen.heads.push(head.statusCode);
        seen.steps.push('head');
        options.onHead?.(head);
        return {
          push: (chunk) => {
            text += chunk.toString();
            return options.onChunk?.(chunk, head) ?? true;
          },
        };
      },
    },
  );
  return { done, seen };
}

function agentOf(options: ConstructorParameters<typeof Agent>[0] = {}): Dispatcher {
  const agent = new Agent(options);
  closers.push(() => agent.destroy());
  return agent;
}

const failureOf = (done: Promise<unknown>): Promise<unknown> =>
  done.then(
    () => 'none',
    (error: unknown) => error,
  );

describe('postUpstream', () => {
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
    ['a reset before the answer', (socket: Socket) => void socket.resetAndDestroy(), ['sent']],
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
    const early = post(silent, { agent: agentOf({ headersTimeout: 30 }) });
    expect(await failureOf(early.done)).toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
    const begun = await startRaw(
      (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nwor'),
    );
    const late = post(begun, { agent: agentOf({ bodyTimeout: 30 }) });
    expect(await failureOf(late.done)).toMatchObject({
      name: 'TransportError',
      code: 'UND_ERR_BODY_TIMEOUT',
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
    const agent = agentOf({ connections: 1, pipelining: 1 });
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
    const server = createServer((_request, response) => response.end(body));
    const origin = await listen(server, () => server.closeAllConnections());
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
});
