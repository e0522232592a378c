import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Connections } from './connections.ts';

vi.mock('node:fs', { spy: true });

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

class FakeSocket extends EventEmitter {
  destroyed = false;

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

class FakeResponse extends EventEmitter {
  readonly req: { readonly httpVersion: string };
  headersSent = false;
  destroyed = false;
  readonly writeContinue = vi.fn();

  constructor(httpVersion: string) {
    super();
    this.req = { httpVersion };
  }
}

function served(maxConnections = 10) {
  const server = new EventEmitter() as EventEmitter & { maxConnections?: number };
  const onRefused = vi.fn();
  const connections = new Connections(server as unknown as Server, { maxConnections, onRefused });
  const connect = (): FakeSocket => {
    const socket = new FakeSocket();
    server.emit('connection', socket);
    return socket;
  };
  const request = (socket: FakeSocket, httpVersion = '1.1'): FakeResponse => {
    const response = new FakeResponse(httpVersion);
    server.emit('request', { socket }, response);
    return response;
  };
  return { server, onRefused, connections, connect, request };
}

describe('connections are bounded', () => {
  const limits = (files: string): string =>
    `Max processes  9 9 processes\nMax open files            ${files}  4096  files\n`;

  test.each([
    ['what was set, where there are files enough', limits('100064'), 10, 10],
    [
      'two for each order out of the files there are, less those that are needed otherwise',
      limits('1064'),
      5000,
      500,
    ],
    ['sixteen, however few files there are', limits('70'), 5000, 16],
    ['what was set, where the number of files is not bounded', limits('unlimited'), 5000, 5000],
    ['what was set, where the system does not tell', 'nothing', 5000, 5000],
  ])('%s', (_what, told, maxConnections, expected) => {
    vi.mocked(readFileSync).mockReturnValue(told);
    expect(served(maxConnections).server.maxConnections).toBe(expected);
  });

  test('what was set, where the system cannot tell', () => {
    vi.mocked(readFileSync).mockImplementation(() => {
      throw new Error('ENOENT');
    });
    expect(served(5000).server.maxConnections).toBe(5000);
  });

  test('refused ones are told at once, and then at most every ten seconds, with their number', () => {
    const { server, onRefused } = served(3);
    server.emit('drop');
    expect(onRefused.mock.calls).toEqual([[1, 3]]);
    for (let count = 0; count < 5; count++) {
      vi.advanceTimersByTime(1999);
      server.emit('drop');
    }
    expect(onRefused).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(5);
    server.emit('drop');
    expect(onRefused.mock.calls[1]).toEqual([6, 3]);
    vi.advanceTimersByTime(10_000);
    server.emit('drop');
    expect(onRefused.mock.calls[2]).toEqual([1, 3]);
  });
});

describe('a stopping server', () => {
  test('ends connections without a request under way, and waits for the others', () => {
    const { connections, connect, request } = served();
    const [silent, asking, done] = [connect(), connect(), connect()];
    const responses = [request(asking), request(asking)];
    request(done).emit('close');
    connections.closeIdle();
    expect([silent, asking, done].map(({ destroyed }) => destroyed)).toEqual([true, false, true]);
    responses[0]?.emit('close');
    connections.closeIdle();
    expect(asking.destroyed).toBe(false);
    responses[1]?.emit('close');
    connections.closeIdle();
    expect(asking.destroyed).toBe(true);
  });

  test('does not look at connections that are gone', () => {
    const { connections, connect } = served();
    const socket = connect();
    socket.emit('close');
    connections.closeIdle();
    expect(socket.destroyed).toBe(false);
  });
});

describe('a client that closed its side', () => {
  test('is written to until it is known whether it still reads, now and a few times more', () => {
    const { connect, request } = served();
    const socket = connect();
    const response = request(socket);
    socket.emit('end');
    const writes = (afterMs: number): number => {
      vi.advanceTimersByTime(afterMs);
      return response.writeContinue.mock.calls.length;
    };
    expect([writes(0), writes(50), writes(200), writes(750), writes(4000), writes(60_000)]).toEqual([
      1, 2, 3, 4, 5, 5,
    ]);
    expect(socket.destroyed).toBe(false);
  });

  test.each([
    ['it is gone', (response: FakeResponse) => response.emit('close')],
    ['its answer has begun', (response: FakeResponse) => void (response.headersSent = true)],
    ['its response is broken', (response: FakeResponse) => void (response.destroyed = true)],
  ])('is written to no more when %s', (_when, happen) => {
    const { connect, request } = served();
    const socket = connect();
    const response = request(socket);
    socket.emit('end');
    vi.advanceTimersByTime(50);
    happen(response);
    vi.advanceTimersByTime(60_000);
    expect(response.writeContinue).toHaveBeenCalledTimes(2);
  });

  test('is not waited for by timers once its answer has begun', () => {
    const { connect, request } = served();
    const socket = connect();
    const response = request(socket);
    socket.emit('end');
    response.headersSent = true;
    vi.advanceTimersByTime(0);
    expect([response.writeContinue.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test('of HTTP/1.0, which knows no interim answers, is taken for gone', () => {
    const { connect, request } = served();
    const socket = connect();
    const response = request(socket, '1.0');
    socket.emit('end');
    vi.advanceTimersByTime(60_000);
    expect([socket.destroyed, response.writeContinue.mock.calls.length]).toEqual([true, 0]);
  });

  test('without a request is left alone', () => {
    const { connect } = served();
    const socket = connect();
    socket.emit('end');
    expect([socket.destroyed, vi.getTimerCount()]).toEqual([false, 0]);
  });
});
