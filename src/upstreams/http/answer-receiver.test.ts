import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gunzip,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Memory } from '../../admission/memory.ts';
import { OrderScope } from '../../journey/order-scope.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { AnswerReceiver } from './answer-receiver.ts';

interface Given {
  readonly encoding?: string | string[];
  readonly length?: number;
  readonly maxBytes?: number;
  readonly expectedBytes?: number;
  readonly memory?: Memory;
  readonly onChunk?: (chunk: Buffer) => void;
}

const roomy = (): Memory => new Memory({ maxBytes: 1e12, stalledMs: 10_000 });

/** A receiver, what it hands on, and what it tells the connection. */
function receiverOf({
  encoding,
  length,
  maxBytes = 1e9,
  expectedBytes = 0,
  memory = roomy(),
  onChunk,
}: Given) {
  const chunks: Buffer[] = [];
  const told: string[] = [];
  const headers = {
    ...(encoding !== undefined && { 'content-encoding': encoding as string }),
    ...(length !== undefined && { 'content-length': String(length) }),
  };
  const scope = new OrderScope(() => memory.open());
  const head = {
    statusCode: 200,
    headers,
    pause: () => told.push('pause'),
    resume: () => told.push('resume'),
    end: (reason?: Error) =>
      told.push(`end ${reason instanceof PlantainError ? reason.code : String(reason)}`),
  };
  const receiver = new AnswerReceiver(head, { maxBytes, expectedBytes, scope }, (chunk) => {
    onChunk?.(chunk);
    chunks.push(chunk);
  });
  return { receiver, told, memory, scope, text: () => Buffer.concat(chunks).toString() };
}

/** Memory of which another order, busy with its client, leaves `freeBytes`, until it takes them too. */
function crowded(freeBytes: number): { memory: Memory; fill: () => void; leave: () => void } {
  const memory = new Memory({ maxBytes: 1_000_000, stalledMs: 10_000 });
  const other = memory.open();
  other.count(1_000_000 - freeBytes);
  other.startSending();
  return { memory, fill: () => other.count(freeBytes + 1), leave: () => other.close() };
}

/** Lets the threads that decompress have theirs. */
const turn = (): Promise<void> => sleep(1);

/** The code of what a piece of work fails with. */
async function failureOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'none';
  } catch (error) {
    return error instanceof PlantainError ? error.code : String(error);
  }
}

const words = 'A sea otter. '.repeat(20_000);
const encodings = [
  ['gzip', gzipSync(words)],
  ['GZIP', gzipSync(words)],
  [' x-gzip ', gzipSync(words)],
  ['deflate', deflateSync(words)],
  ['Deflate', deflateRawSync(words)],
  ['br', brotliCompressSync(words)],
  ['zstd', zstdCompressSync(words)],
  ['identity', Buffer.from(words)],
  ['', Buffer.from(words)],
] as const;

describe('an answer', () => {
  test.each(encodings)(
    'in the content coding "%s" is handed on as it was written',
    async (encoding, bytes) => {
      for (const size of [7, 1000, bytes.length]) {
        const { receiver, text, memory } = receiverOf({ encoding });
        for (let at = 0; at < bytes.length; at += size) receiver.push(bytes.subarray(at, at + size));
        await receiver.end();
        expect(text()).toBe(words);
        expect(memory.heldBytes).toBe(words.length);
        receiver.giveUp();
        expect(memory.heldBytes).toBe(0);
      }
    },
  );

  test.each([
    ['compress', Buffer.from('x')],
    ['gzip, br', gzipSync('x')],
    ['gzip', Buffer.from('{"not":"gzip"}')],
    ['br', Buffer.from('{"not":"brotli"}')],
    ['zstd', Buffer.from('{"not":"zstd"}')],
    ['deflate', Buffer.from('\u0009 not deflate')],
    ['gzip', gzipSync(words).subarray(0, -12)],
    ['zstd', zstdCompressSync(words).subarray(0, -12)],
  ])('in "%s" that cannot be undone is the upstream’s failure', async (encoding, bytes) => {
    const { receiver } = receiverOf({ encoding });
    expect(
      await failureOf(async () => {
        receiver.push(bytes);
        await receiver.end();
      }),
    ).toBe('upstream_error');
  });

  test.each([
    ['gzip', Buffer.alloc(0), 'end upstream_error'],
    ['br', Buffer.alloc(0), 'end upstream_error'],
    ['zstd', Buffer.alloc(0), 'end upstream_error'],
    ['gzip', gzipSync('whole'), 'end upstream_error'],
    ['zstd', zstdCompressSync('whole'), 'end upstream_error'],
    ['deflate', deflateSync('whole'), 'end undefined'],
    ['br', brotliCompressSync('whole'), 'end undefined'],
  ])(
    'in "%s" that goes on as something else ends its connection, however much is still to come',
    async (encoding, begun, ending) => {
      const { receiver, told } = receiverOf({ encoding });
      receiver.push(begun);
      const stranger = Buffer.alloc(1_000_000, 'x');
      receiver.push(stranger);
      receiver.push(stranger);
      await expect.poll(() => told).toContain(ending);
    },
  );

  test('in gzip with zeros behind it, which its own tool passes over, is whole', async () => {
    const { receiver, told, text } = receiverOf({ encoding: 'gzip' });
    receiver.push(Buffer.concat([gzipSync('whole'), Buffer.alloc(1_000_000)]));
    receiver.push(Buffer.alloc(1_000_000));
    await expect.poll(() => told).toContain('end undefined');
    await receiver.end();
    expect(text()).toBe('whole');
  });

  test('may be as large as the limit, and not one byte larger, compressed or not', async () => {
    for (const encoding of ['identity', 'gzip']) {
      const send = async (bytes: number) => {
        const { receiver } = receiverOf({ encoding, maxBytes: 5000 });
        const whole = Buffer.alloc(bytes, 'x');
        const body = encoding === 'gzip' ? gzipSync(whole) : whole;
        for (let at = 0; at < body.length; at += 1000) receiver.push(body.subarray(at, at + 1000));
        await receiver.end();
      };
      expect(await failureOf(() => send(5000))).toBe('none');
      expect(await failureOf(() => send(5001))).toBe('upstream_answer_too_large');
    }
  });

  test('that grows without end when decompressed ends its connection at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const { receiver, told, text } = receiverOf({ encoding: 'gzip', maxBytes: 1_000_000 });
    receiver.push(bomb);
    expect(await failureOf(() => receiver.end())).toBe('upstream_answer_too_large');
    expect(told).toEqual(['end upstream_answer_too_large']);
    expect(text().length).toBeLessThanOrEqual(1_000_000);
  });

  test('that is compressed into nothing is bounded too', () => {
    const { receiver } = receiverOf({ encoding: 'gzip', maxBytes: 10_000 });
    const empty = gzipSync('');
    expect(() => {
      for (let sent = 0; sent <= 10_000; sent += empty.length) receiver.push(empty);
    }).toThrow(PlantainError);
  });

  test('is counted until its order ends, however it ends', async () => {
    for (const encoding of ['identity', 'gzip']) {
      const { receiver, memory, scope } = receiverOf({ encoding, expectedBytes: 10 });
      expect(memory.heldBytes).toBe(10);
      receiver.push(encoding === 'gzip' ? gzipSync(words) : Buffer.from(words));
      await receiver.end();
      expect(memory.heldBytes).toBe(words.length);
      scope.end();
      expect(memory.heldBytes).toBe(0);
    }
    const left = receiverOf({ encoding: 'gzip' });
    left.receiver.push(gzipSync(words).subarray(0, 100));
    left.scope.end();
    expect(left.memory.heldBytes).toBe(0);
    const given = receiverOf({});
    given.receiver.push(Buffer.from('half'));
    given.receiver.giveUp();
    expect(given.memory.heldBytes).toBe(0);
  });

  test('is not begun while there is no room for what is expected of it', () => {
    const { memory, leave } = crowded(10);
    const { receiver, told } = receiverOf({ memory, expectedBytes: 100 });
    expect(told).toEqual(['pause']);
    leave();
    expect(told).toEqual(['pause', 'resume']);
    expect(receiver.push(Buffer.from('a'))).toBe(true);
  });

  test('that was not begun at once and is compressed goes on from its first byte', async () => {
    const { memory, leave } = crowded(10);
    const { receiver, text } = receiverOf({ memory, encoding: 'gzip', expectedBytes: 100 });
    leave();
    expect(receiver.push(gzipSync('a'))).toBe(true);
    await receiver.end();
    expect(text()).toBe('a');
  });

  test.each<[string, Pick<Given, 'encoding' | 'length' | 'maxBytes'>, number]>([
    ['is what it tells', { length: 70 }, 70],
    ['is nothing when it tells so', { length: 0 }, 0],
    ['is guessed when it does not tell', {}, 40],
    ['is guessed when it tells how long it is compressed', { length: 70, encoding: 'gzip' }, 40],
    ['is no more than it may hold', { length: 70, maxBytes: 50 }, 50],
  ])('before it has come is counted by its length: that %s', (_what, given, bytes) => {
    const { memory } = receiverOf({ ...given, expectedBytes: 40 });
    expect(memory.heldBytes).toBe(bytes);
  });

  test('pauses while the process holds too much, and goes on when it may', () => {
    const { memory, fill, leave } = crowded(2);
    const { receiver, told } = receiverOf({ memory, expectedBytes: 2 });
    fill();
    expect(receiver.push(Buffer.from('ab'))).toBe(true);
    expect(receiver.push(Buffer.from('c'))).toBe(false);
    expect(told).toEqual([]);
    leave();
    expect(told).toEqual(['resume']);
    expect(receiver.push(Buffer.from('d'))).toBe(true);
  });

  test('obeys the pause when it is compressed, and holds no more than it had decompressed by then', async () => {
    const { memory, fill, leave } = crowded(1000);
    const { receiver, told, text } = receiverOf({ memory, encoding: 'gzip', expectedBytes: 1000 });
    fill();
    // A few kilobytes that become ten megabytes.
    const body = gzipSync(Buffer.alloc(10_000_000));
    let sent = body.length - 100;
    receiver.push(body.subarray(0, sent));
    while (text().length <= 1000) await turn();
    // As long as it takes to decompress it all; what else was decompressed meanwhile waits.
    await promisify(gunzip)(body);
    const received = text().length;
    expect(received).toBeLessThan(256 * 1024);
    expect(receiver.push(body.subarray(sent, (sent += 1)))).toBe(false);
    expect(told).toEqual([]);
    leave();
    expect(told).toContain('resume');
    receiver.push(body.subarray(sent));
    await receiver.end();
    expect(text().length).toBe(10_000_000);
  });

  test('whose order is given up while it waits for its turn waits no longer', async () => {
    const { memory, fill } = crowded(0);
    fill();
    const { receiver, scope } = receiverOf({ memory, encoding: 'gzip' });
    receiver.push(gzipSync(words));
    const ending = receiver.end();
    scope.abort(new PlantainError('client_closed', 'gone'));
    expect(await failureOf(() => ending)).toBe('client_closed');
  });

  test('faults of who takes it come out as they are', async () => {
    const onChunk = () => {
      throw new TypeError('ours');
    };
    expect(() => receiverOf({ onChunk }).receiver.push(Buffer.from('x'))).toThrow(TypeError);
    const { receiver } = receiverOf({ onChunk, encoding: 'gzip' });
    receiver.push(gzipSync('x'));
    await expect(receiver.end()).rejects.toThrow(TypeError);
  });
});

describe('a decoder that has its hands full', () => {
  const packed = gzipSync(randomBytes(256 * 1024));

  test('pauses the connection, and lets it go on when it has worked that off', async () => {
    const { receiver, told } = receiverOf({ encoding: 'gzip' });
    expect(receiver.push(packed)).toBe(false);
    await expect.poll(() => told).toEqual(['resume']);
    await receiver.end();
  });

  test('does not let it go on while the process holds too much', async () => {
    const { memory, fill, leave } = crowded(10);
    const { receiver, told, text } = receiverOf({ encoding: 'gzip', memory });
    fill();
    // More than the decoder takes at once, and less than it works off for one who has paused: it has its hands free.
    expect(receiver.push(gzipSync(randomBytes(72 * 1024)))).toBe(false);
    await expect.poll(() => text()).not.toBe('');
    await turn();
    expect(told).toEqual([]);
    leave();
    await expect.poll(() => told).toContain('resume');
    await receiver.end();
  });
});
