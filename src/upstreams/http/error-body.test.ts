import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ErrorBody } from './error-body.ts';

const signal = new AbortController().signal;

function bodyOf(encoding?: string) {
  let ends = 0;
  const body = new ErrorBody({
    statusCode: 500,
    headers: encoding === undefined ? {} : { 'content-encoding': encoding },
    pause: () => undefined,
    resume: () => undefined,
    end: () => ends++,
  });
  const read = async (...chunks: Buffer[]) => {
    for (const chunk of chunks) body.push(chunk);
    return (await body.read(signal)).toString();
  };
  return { body, read, ends: () => ends };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe('the body of an error', () => {
  const text = '{"error":{"code":429}}';

  test.each([
    [undefined, Buffer.from(text)],
    ['gzip', gzipSync(text)],
    ['X-GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
  ])('is kept, in the content coding %s', async (encoding, bytes) => {
    const { read, ends } = bodyOf(encoding);
    expect(await read(bytes.subarray(0, 5), bytes.subarray(5))).toBe(text);
    expect(ends()).toBe(0);
  });

  test('is kept as far as it came when it breaks off', async () => {
    expect(await bodyOf().read(Buffer.from(text.slice(0, 9)))).toBe(text.slice(0, 9));
    expect(await bodyOf().read()).toBe('');
    const part = await bodyOf('gzip').read(gzipSync(text).subarray(0, 16));
    expect(text.startsWith(part)).toBe(true);
  });

  test('that cannot be decompressed is none', async () => {
    expect(await bodyOf('gzip').read(Buffer.from(text))).toBe('');
    const { read, ends } = bodyOf('compress');
    expect(await read(Buffer.from(text))).toBe('');
    expect(ends()).toBe(1);
  });

  test('is waited for no longer than it is worth, and not at all once it is read', async () => {
    const slow = bodyOf();
    slow.body.push(Buffer.from('{'));
    vi.advanceTimersByTime(2999);
    expect(slow.ends()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(slow.ends()).toBe(1);
    const quick = bodyOf();
    await quick.read(Buffer.from('{}'));
    vi.advanceTimersByTime(60_000);
    expect(quick.ends()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends its connection when it is larger than any error, compressed or not', async () => {
    const endless = bodyOf();
    const piece = Buffer.alloc(64 * 1024, 'a');
    for (let sent = 0; sent < 4; sent++) endless.body.push(piece);
    expect(endless.ends()).toBe(0);
    endless.body.push(piece);
    expect(endless.ends()).toBe(1);
    expect((await endless.body.read(signal)).length).toBe(256 * 1024);
    const bomb = bodyOf('gzip');
    expect((await bomb.read(gzipSync(Buffer.alloc(100_000_000)))).length).toBeLessThanOrEqual(256 * 1024);
  });

  test('is not read on for an order that is given up', async () => {
    const { body } = bodyOf('gzip');
    body.push(gzipSync(text));
    const reason = new Error('gone');
    await expect(body.read(AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
