import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type RawConnection, rawConnection } from '../../test/support/http.ts';
import type { AnswerBody, ImageAnswer } from '../journey/image-answer.ts';
import { type SendOptions, sendAnswer } from './send-answer.ts';

/** More than a connection of this machine takes while nobody reads. */
const muchBytes = 32 * 1024 * 1024;
const much = (): Buffer => Buffer.alloc(muchBytes, 'm');

const open: (() => void)[] = [];
beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => {
  for (const close of open.splice(0)) close();
  vi.useRealTimers();
});

interface Exchange {
  readonly client: RawConnection;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** Whether `sendAnswer` has resolved, and when it does. */
  readonly isOver: () => boolean;
  readonly over: Promise<void>;
}

/** An answer sent to a client that reads as fast as it comes, or not at all before `resume`. */
async function exchange(
  body: AnswerBody,
  {
    answer = {},
    options = {},
    isReading = true,
    before = () => undefined,
  }: {
    readonly answer?: Partial<ImageAnswer>;
    readonly options?: Partial<SendOptions>;
    readonly isReading?: boolean;
    readonly before?: (response: ServerResponse) => void;
  } = {},
): Promise<Exchange> {
  const began = Promise.withResolvers<Omit<Exchange, 'client'>>();
  const server: Server = createServer((request, response) => {
    before(response);
    let isOver = false;
    const over = sendAnswer(
      response,
      { status: 200, headers: {}, body, ...answer },
      {
        headers: {},
        isHead: request.method === 'HEAD',
        patience: { stalledMs: 60_000, isWanted: () => false },
        ...options,
      },
    ).finally(() => {
      isOver = true;
    });
    began.resolve({ response, socket: request.socket, over, isOver: () => isOver });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = await rawConnection(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  open.push(() => {
    client.socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  if (!isReading) client.socket.pause();
  client.socket.write(`${options.isHead === true ? 'HEAD' : 'GET'} / HTTP/1.1\r\nHost: x\r\n\r\n`);
  return { client, ...(await began.promise) };
}

const whole = (pieces: readonly Buffer[], isLastUse = true): AnswerBody => ({
  kind: 'whole',
  pieces,
  isLastUse,
});
const stream = (
  groups: AsyncIterable<readonly Buffer[]>,
  more: Partial<Extract<AnswerBody, { kind: 'stream' }>> = {},
): AnswerBody => ({ kind: 'stream', groups, isLastUse: true, ...more });

async function* each(...groups: readonly (readonly Buffer[])[]) {
  yield* groups;
}

const isFreed = (piece: Buffer): boolean => piece.length === 0;
/** Long enough for everything that waits for nobody. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a whole answer', () => {
  test('is sent with its length; its own headers count before the common ones', async () => {
    const { client, over } = await exchange(whole([Buffer.from('ab'), Buffer.from('cde')]), {
      answer: { status: 400, reason: 'No Way', headers: { 'x-own': 'own' } },
      options: { headers: { 'x-own': 'common', 'x-common': 'common' } },
    });
    await over;
    await expect.poll(() => client.text()).toMatch(/\r\n\r\nabcde$/);
    expect(client.text()).toMatch(/^HTTP\/1\.1 400 No Way\r\n/);
    expect(client.text()).toMatch(/\r\nx-own: own\r\nx-common: common\r\ncontent-length: 5\r\n/);
  });

  test('without a reason has that of its status', async () => {
    const { client, over } = await exchange(whole([]));
    await over;
    await expect
      .poll(() => client.text())
      .toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*content-length: 0\r\n[^]*\r\n\r\n$/);
  });

  test('to a HEAD is its head', async () => {
    const { client, over } = await exchange(whole([Buffer.from('abcde')]), { options: { isHead: true } });
    await over;
    await expect.poll(() => client.text()).toMatch(/content-length: 5\r\n[^]*\r\n\r\n$/);
  });

  test('is over when the last byte is with the system, and then its memory is given back', async () => {
    const pieces = [much(), much()];
    const { client, isOver, over } = await exchange(whole(pieces), { isReading: false });
    await turns();
    expect([isOver(), pieces.map(isFreed)]).toEqual([false, [false, false]]);
    client.socket.resume();
    await over;
    expect(pieces.map(isFreed)).toEqual([true, true]);
    await expect.poll(() => client.text().length, { timeout: 20_000 }).toBeGreaterThan(2 * muchBytes);
  });

  test('that somebody else reads too keeps its memory, and its order, until that one is done as well', async () => {
    const piece = much();
    const other = Promise.withResolvers<void>();
    const { client, response, isOver, over } = await exchange({
      kind: 'whole',
      pieces: [piece],
      isLastUse: true,
      alsoRead: other.promise,
    });
    await expect.poll(() => response.writableFinished).toBe(true);
    expect(isOver()).toBe(false);
    expect(piece).toHaveLength(muchBytes);
    other.resolve();
    await over;
    expect(piece).toHaveLength(0);
    client.socket.destroy();
  });

  test('that is used again keeps its memory', async () => {
    const pieces = [much()];
    await (await exchange(whole(pieces, false))).over;
    expect(pieces.map(isFreed)).toEqual([false]);
  });

  test('whose client left keeps its memory, from which the system may still be writing', async () => {
    const pieces = [much()];
    const { client, over } = await exchange(whole(pieces), { isReading: false });
    client.socket.destroy();
    await over;
    expect(pieces.map(isFreed)).toEqual([false]);
  });

  test('for a client that is gone is not begun', async () => {
    const pieces = [much()];
    const { over, response } = await exchange(whole(pieces), { before: (response) => response.destroy() });
    await over;
    expect([response.headersSent, pieces.map(isFreed)]).toEqual([false, [false]]);
  });

  test('a client that does not take it is given up when others wait for its memory', async () => {
    const { over, response } = await exchange(whole([much()]), {
      isReading: false,
      options: { patience: { stalledMs: 40, isWanted: () => true } },
    });
    await over;
    expect([response.destroyed, response.writableFinished]).toEqual([true, false]);
  });
});

describe('a stream', () => {
  test('sends its head before its first group, and each group as one chunk', async () => {
    const { promise: first, resolve: begin } = Promise.withResolvers<void>();
    const groups = async function* () {
      await first;
      yield [Buffer.from('a'), Buffer.from('b'), Buffer.from('c')];
      yield [];
      yield [Buffer.from('de')];
    };
    const { client, over } = await exchange(stream(groups()));
    await expect.poll(() => client.text()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
    begin();
    await over;
    await expect.poll(() => client.text()).toMatch(/\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n$/);
  });

  test('fetches no further group before a slow reader has taken what was written', async () => {
    const pieces = [much(), much(), much()];
    let fetched = 0;
    const groups = async function* () {
      for (const piece of pieces) {
        fetched++;
        yield [piece];
      }
    };
    const { client, over } = await exchange(stream(groups()), { isReading: false });
    await turns();
    expect(fetched).toBe(1);
    client.socket.resume();
    await over;
    expect(fetched).toBe(3);
  });

  test('gives all of its memory back at its end, not before, since a picture may go out twice', async () => {
    const piece = much();
    let wasFreed: boolean | undefined;
    const groups = async function* () {
      yield [piece];
      wasFreed = isFreed(piece);
      yield [piece];
    };
    await (await exchange(stream(groups()))).over;
    expect([wasFreed, isFreed(piece)]).toEqual([false, true]);
  });

  test('that is used again keeps its memory', async () => {
    const piece = much();
    await (await exchange(stream(each([piece]), { isLastUse: false }))).over;
    expect(isFreed(piece)).toBe(false);
  });

  test('whose client left in its last group keeps its memory', async () => {
    const piece = much();
    const { client, over } = await exchange(stream(each([piece])), { isReading: false });
    client.socket.destroy();
    await over;
    expect(isFreed(piece)).toBe(false);
  });

  test('is left when its client leaves, so that it can give back what it holds', async () => {
    let wasLeft = false;
    const { promise: second, resolve: goOn } = Promise.withResolvers<void>();
    const groups = async function* () {
      try {
        yield [Buffer.from('a')];
        await second;
        yield [Buffer.from('b')];
        yield [Buffer.from('c')];
      } finally {
        wasLeft = true;
      }
    };
    const { client, over, response } = await exchange(stream(groups()));
    client.socket.destroy();
    await expect.poll(() => response.destroyed).toBe(true);
    goOn();
    await over;
    expect(wasLeft).toBe(true);
  });

  test('for a client that is gone is begun and left, and nothing of it is written', async () => {
    let wasLeft = false;
    const groups = async function* () {
      try {
        yield [Buffer.from('a')];
      } finally {
        wasLeft = true;
      }
    };
    const { over, response } = await exchange(stream(groups()), { before: (response) => response.destroy() });
    await over;
    expect([wasLeft, response.headersSent]).toEqual([true, false]);
  });

  test('is over when its end is with the system', async () => {
    const { client, isOver, over } = await exchange(stream(each([much()])), { isReading: false });
    await turns();
    expect(isOver()).toBe(false);
    client.socket.resume();
    await over;
  });

  test('of many groups leaves no listener behind for each', async () => {
    const counts: number[] = [];
    let response: ServerResponse | undefined;
    const groups = async function* () {
      for (let index = 0; index < 8; index++) {
        yield [Buffer.from('x')];
        await turns();
        counts.push(response?.listenerCount('close') ?? -1);
      }
    };
    await (
      await exchange(stream(groups()), {
        before: (own) => {
          response = own;
        },
      })
    ).over;
    expect(new Set(counts).size).toBe(1);
  });

  test('a client that does not take it is given up when others wait for its memory', async () => {
    const { over, response } = await exchange(stream(each([much()], [much()])), {
      isReading: false,
      options: { patience: { stalledMs: 40, isWanted: () => true } },
    });
    await over;
    expect([response.destroyed, response.writableFinished]).toEqual([true, false]);
  });

  test.each([
    ['shorter', 'abc'],
    ['longer', 'abcdefg'],
  ])(
    '%s than its stated length ends the connection, so that nothing is read as the rest of it',
    async (_what, text) => {
      const { client, over, response } = await exchange(stream(each([Buffer.from(text)])), {
        answer: { headers: { 'content-length': '5' } },
      });
      await over;
      await client.closed;
      expect(response.writableFinished).toBe(false);
    },
  );

  test('of its stated length keeps the connection, also to a HEAD', async () => {
    for (const isHead of [false, true]) {
      const { client, over, socket } = await exchange(stream(each([Buffer.from(isHead ? '' : 'abcde')])), {
        answer: { headers: { 'content-length': '5' } },
        options: { isHead },
      });
      await over;
      await expect.poll(() => client.text()).toMatch(isHead ? /\r\n\r\n$/ : /\r\n\r\nabcde$/);
      expect(socket.destroyed).toBe(false);
    }
  });
});

describe('a stream that is kept alive', () => {
  const keepAlive = { everyMs: 1000, piece: Buffer.from(':alive\n') };

  function waiting(pieces: readonly Buffer[] = []) {
    const { promise, resolve: end } = Promise.withResolvers<void>();
    const groups = async function* () {
      if (pieces.length > 0) yield pieces;
      await promise;
      yield [Buffer.from('end')];
    };
    return { body: stream(groups(), { keepAlive }), end };
  }

  const beats = (client: RawConnection): number => client.text().split(':alive').length - 1;

  test('says something whenever the time has passed, and nothing more after its end', async () => {
    const { body, end } = waiting();
    const { client, over } = await exchange(body);
    vi.advanceTimersByTime(999);
    await turns();
    expect(beats(client)).toBe(0);
    vi.advanceTimersByTime(1);
    await expect.poll(() => beats(client)).toBe(1);
    vi.advanceTimersByTime(1000);
    await expect.poll(() => beats(client)).toBe(2);
    vi.advanceTimersByTime(1000);
    await expect.poll(() => beats(client)).toBe(3);
    end();
    await over;
    expect(vi.getTimerCount()).toBe(0);
    await expect.poll(() => client.text()).toMatch(/end\r\n0\r\n\r\n$/);
  });

  test('says nothing to a client that is still taking what was sent', async () => {
    const { body, end } = waiting([much()]);
    const { client, over } = await exchange(body, { isReading: false });
    vi.advanceTimersByTime(10_000);
    client.socket.resume();
    await expect.poll(() => client.text().length, { timeout: 20_000 }).toBeGreaterThan(muchBytes);
    expect(beats(client)).toBe(0);
    end();
    await over;
  });

  test('leaves no listener on a connection that serves the next request', async () => {
    const { body, end } = waiting();
    let before = 0;
    const { over, socket } = await exchange(body, {
      before: ({ socket }) => {
        before = socket?.listenerCount('end') ?? -1;
      },
    });
    expect(socket.listenerCount('end')).toBe(before + 1);
    end();
    await over;
    expect(socket.listenerCount('end')).toBe(before);
  });

  test('of a client that left says nothing more', async () => {
    const { body, end } = waiting();
    const { client, over, response } = await exchange(body);
    const write = vi.spyOn(response, 'write');
    client.socket.destroy();
    await expect.poll(() => response.destroyed).toBe(true);
    vi.advanceTimersByTime(10_000);
    expect(write).not.toHaveBeenCalled();
    end();
    await over;
  });
});
