import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Memory } from '../admission/memory.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import type { IdleWatch, WatchedUpload } from './idle-watch.ts';
import { type BodySize, readBytes } from './read-bytes.ts';
import { WaitingBodies } from './waiting-bodies.ts';

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }),
);
afterEach(() => vi.useRealTimers());

const maxWaitMs = 5000;
const left = new PlantainError('client_closed', 'The client closed the connection.');
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** A body being read, and everything that may have been left behind by it. */
function reading(size: Partial<BodySize> = {}, { maxHeldBytes = 2 ** 30, onChunk = vi.fn() } = {}) {
  const stream = new Readable({ read: () => undefined });
  const caller = new AbortController();
  const memory = new Memory({ maxBytes: maxHeldBytes, stalledMs: 10_000 });
  const watched = new Set<WatchedUpload>();
  const idle = {
    add: (upload: WatchedUpload) => watched.add(upload),
    remove: (upload: WatchedUpload) => watched.delete(upload),
  } as unknown as IdleWatch;
  const waiting = new WaitingBodies(2 ** 30);
  const onWanted = vi.fn();
  const start = () =>
    readBytes(
      stream,
      { maxBytes: 1000, statedBytes: undefined, heldPerByte: 1, ...size },
      { signal: caller.signal, memory: memory.open(), idle, waiting, maxWaitMs, onWanted },
      onChunk,
    );
  return { stream, caller, memory, watched, onChunk, onWanted, start };
}

function expectNothingLeftOf({ stream, caller, watched }: ReturnType<typeof reading>): void {
  for (const event of ['data', 'end', 'close'])
    expect([event, stream.listenerCount(event)]).toEqual([event, 0]);
  expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  expect(watched.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  // What breaks later harms nobody.
  stream.emit('error', new Error('ECONNRESET'));
}

test('hands on every chunk and resolves with their bytes, which stay counted', async () => {
  const own = reading({ statedBytes: 7, heldPerByte: 4 / 3 });
  const read = own.start();
  expect(own.memory.heldBytes).toBe(10);
  own.stream.push('abc');
  own.stream.push('defg');
  own.stream.push(null);
  expect(await read).toBe(7);
  expect(own.onChunk.mock.calls.map(([chunk]) => String(chunk))).toEqual(['abc', 'defg']);
  expect(own.memory.heldBytes).toBe(4 + 6);
  expectNothingLeftOf(own);
});

test('asks for the body once, when nothing speaks against it any more, also while it waits for memory', async () => {
  const [own, tooLarge, gone, full] = [
    reading(),
    reading({ statedBytes: 1001 }),
    reading(),
    reading({ statedBytes: 1000 }, { maxHeldBytes: 1000 }),
  ];
  void own.start().catch(() => undefined);
  expect(own.onWanted).toHaveBeenCalledExactlyOnceWith();
  await expect(tooLarge.start()).rejects.toMatchObject({ code: 'body_too_large' });
  gone.caller.abort(left);
  await expect(gone.start()).rejects.toBe(left);
  expect([tooLarge.onWanted, gone.onWanted].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  // A client that waits for the word in vain sends all the same, and would be cut off if it was refused then.
  full.memory.open().count(1000);
  void full.start().catch(() => undefined);
  expect(full.onWanted).toHaveBeenCalledTimes(1);
});

test('where no length is stated, room for 256 KiB is kept until the end', async () => {
  const own = reading();
  const read = own.start();
  expect(own.memory.heldBytes).toBe(256 * 1024);
  own.stream.push('x'.repeat(1000));
  own.stream.push(null);
  expect(await read).toBe(1000);
  expect(own.memory.heldBytes).toBe(1000);
});

describe('a body that is refused is not read on: it is paused at once, nothing listens, nothing is held', () => {
  test.each<[string, string, (own: ReturnType<typeof reading>) => void]>([
    ['one byte too many', 'body_too_large', ({ stream }) => stream.push('x'.repeat(1000 - 3 + 1))],
    ['it cannot be read', 'invalid_json', ({ stream }) => stream.push('bad')],
    ['its caller left', 'client_closed', ({ caller }) => caller.abort(left)],
    ['it makes no progress', 'request_timeout', ({ watched }) => [...watched][0]?.giveUp()],
    ['the connection broke', 'malformed_request', ({ stream }) => stream.destroy(new Error('ECONNRESET'))],
    ['the connection was closed', 'malformed_request', ({ stream }) => stream.destroy()],
  ])('%s', async (_why, code, refuse) => {
    const onChunk = vi.fn((chunk: Buffer) => {
      if (String(chunk) === 'bad') throw new PlantainError('invalid_json', 'not JSON');
    });
    const own = reading({}, { onChunk });
    const read = own.start();
    const error = expect(read).rejects.toMatchObject({ code });
    own.stream.push('abc');
    await settled();
    expect(own.stream.isPaused()).toBe(false);
    refuse(own);
    await error;
    expect(own.stream.isPaused()).toBe(true);
    expect(own.memory.heldBytes).toBe(0);
    const calls = onChunk.mock.calls.length;
    own.stream.push('more');
    await settled();
    expect(onChunk.mock.calls.length).toBe(calls);
    expectNothingLeftOf(own);
  });

  test('a stated length beyond the bound is refused before anything is read or held', async () => {
    const own = reading({ statedBytes: 1001 });
    await expect(own.start()).rejects.toMatchObject({
      code: 'body_too_large',
      message: expect.stringContaining('1000 bytes') as string,
    });
    expect([own.memory.peakBytes, own.stream.readableFlowing]).toEqual([0, null]);
    own.stream.on('error', () => undefined);
    expectNothingLeftOf(own);
  });

  test('one whose caller had left before is not begun', async () => {
    const own = reading();
    own.caller.abort(left);
    await expect(own.start()).rejects.toBe(left);
    expect(own.memory.peakBytes).toBe(0);
  });

  test.each([
    ['broken', (stream: Readable) => void stream.destroy()],
    ['ended', (stream: Readable) => void stream.push(null)],
  ])('one that has %s already is malformed, and holds nothing', async (_how, over) => {
    const own = reading();
    over(own.stream);
    own.stream.resume();
    await settled();
    await expect(own.start()).rejects.toMatchObject({ code: 'malformed_request' });
    expect(own.memory.heldBytes).toBe(0);
    expectNothingLeftOf(own);
  });
});

describe('a body that has to wait for memory', () => {
  async function waiting() {
    const own = reading({ statedBytes: 100 }, { maxHeldBytes: 100 });
    const giveBack = await own.memory.open().reserve(100, own.caller.signal);
    const read = own.start();
    own.stream.push('x'.repeat(100));
    own.stream.push(null);
    await settled();
    return { ...own, giveBack, read };
  }

  test('is paused, is not taken for one without progress, and goes on when there is room', async () => {
    const own = await waiting();
    expect(own.onChunk).not.toHaveBeenCalled();
    expect([...own.watched]).toMatchObject([{ receivedBytes: 0, statedBytes: 100 }]);
    expect([...own.watched][0]?.isPaused()).toBe(true);
    own.giveBack();
    expect([...own.watched][0]?.isPaused()).toBe(false);
    vi.advanceTimersByTime(2 * maxWaitMs);
    expect(await own.read).toBe(100);
    expectNothingLeftOf(own);
  });

  test('is refused after its time, and gives up its place in the line', async () => {
    const own = await waiting();
    vi.advanceTimersByTime(maxWaitMs);
    await expect(own.read).rejects.toMatchObject({ code: 'too_many_orders' });
    expect(own.onChunk).not.toHaveBeenCalled();
    own.giveBack();
    expect([own.memory.heldBytes, own.stream.isPaused()]).toEqual([0, true]);
  });

  test('in its middle is paused until there is room for more', async () => {
    const own = reading({ maxBytes: 2 ** 21 }, { maxHeldBytes: 2 ** 20 });
    const giveBack = await own.memory.open().reserve(2 ** 19, own.caller.signal);
    const read = own.start();
    own.stream.push(Buffer.alloc(300_000));
    await settled();
    expect([own.stream.isPaused(), [...own.watched][0]?.isPaused()]).toEqual([true, true]);
    giveBack();
    own.stream.push(null);
    expect(await read).toBe(300_000);
  });
});

test('an upload shows how far it is', async () => {
  const [stated, unstated] = [reading({ statedBytes: 10 }), reading()];
  for (const own of [stated, unstated]) {
    void own.start().catch(() => undefined);
    own.stream.push('abc');
  }
  await settled();
  expect([...stated.watched]).toMatchObject([{ receivedBytes: 3, statedBytes: 10 }]);
  expect([...stated.watched][0]?.isPaused()).toBe(false);
  expect([...unstated.watched]).toMatchObject([{ receivedBytes: 3, statedBytes: undefined }]);
});
