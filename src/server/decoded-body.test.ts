import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import {
  brotliCompressSync,
  createZstdCompress,
  deflateSync,
  gunzip,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { expect, test } from 'vitest';
import { DecodedBody, mostCompressedBytes } from './decoded-body.ts';

const mebibyte = 1024 * 1024;
/** A source that tells how much was taken from it, and a body on it. */
function bodyOf(chunks: readonly Buffer[], maxBytes = 100 * mebibyte) {
  let takenChunks = 0;
  const source = new Readable({
    highWaterMark: 1,
    read() {
      this.push(chunks[takenChunks++] ?? null);
    },
  });
  const body = new DecodedBody(source, 'gzip', maxBytes);
  return { source, body, takenChunks: () => takenChunks };
}

function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

/** Some 300 KiB. */
const bomb = gzipSync(Buffer.alloc(64 * mebibyte), { level: 1 });
/** Long enough for all of it to have come out if nothing held it back: it comes out elsewhere. */
const settled = async (): Promise<void> => {
  for (let time = 0; time < 3; time++) await promisify(gunzip)(bomb);
};

test('nobody reads: no more comes out of a bomb than a stream keeps ready, and the source is left alone', async () => {
  const { body, source, takenChunks } = bodyOf(cut(bomb, 1024));
  body.read(0);
  await settled();
  expect(body.readableLength).toBeGreaterThan(0);
  expect(body.readableLength).toBeLessThan(256 * 1024);
  expect(takenChunks()).toBeLessThan(100);
  expect(source.isPaused()).toBe(true);
});

test('before it is read nothing is taken', async () => {
  const { body, source } = bodyOf(cut(bomb, 1024));
  expect(source.isPaused()).toBe(true);
  await settled();
  expect([body.readableLength, source.isPaused()]).toEqual([0, true]);
});

test('what cannot be compressed becomes a little more: a KiB, and a thousandth', () => {
  expect([0, 1024, 1024 * 1024].map(mostCompressedBytes)).toEqual([1024, 2049, 1_050_624]);
});

test('paused in its middle it stops, and goes on to its end when it is read again', async () => {
  const { body, takenChunks } = bodyOf(cut(bomb, 1024));
  let bytes = 0;
  let pausedAt: number | undefined;
  const ended = new Promise((resolve) => body.once('end', resolve));
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (pausedAt !== undefined || bytes < 10 * mebibyte) return;
    pausedAt = takenChunks();
    body.pause();
  });
  await expect.poll(() => pausedAt).toBeDefined();
  await settled();
  expect(takenChunks()).toBeLessThan(Number(pausedAt) + 100);
  body.resume();
  await ended;
  expect(bytes).toBe(64 * mebibyte);
});

test('given up, it takes nothing more, leaves nothing on its source, and what is in hand comes to nothing', async () => {
  const { body, source } = bodyOf(cut(bomb, 1024));
  let bytes = 0;
  body.on('data', (chunk: Buffer) => (bytes += chunk.length));
  await expect.poll(() => bytes).toBeGreaterThan(0);
  body.destroy();
  const bytesThen = bytes;
  await settled();
  expect(bytes).toBe(bytesThen);
  expect(source.isPaused()).toBe(true);
  for (const event of ['data', 'close', 'error'])
    expect([event, source.listenerCount(event)]).toEqual([event, 0]);
});

test('a source that breaks off breaks it off; one that had broken before, too', async () => {
  const failure = (body: Readable): Promise<unknown> => new Promise((resolve) => body.once('error', resolve));
  const first = bodyOf([bomb.subarray(0, 100)]);
  const failed = failure(first.body.resume());
  first.source.destroy(new Error('ECONNRESET'));
  expect(await failed).toMatchObject({
    code: 'malformed_request',
    message: 'The body broke off before its end.',
  });
  const broken = new Readable({ read: () => undefined }).destroy();
  await new Promise((resolve) => broken.once('close', resolve));
  expect(await failure(new DecodedBody(broken, 'gzip', 10))).toMatchObject({
    code: 'malformed_request',
  });
});

const frames = [zstdCompressSync('a '), zstdCompressSync('fox')];
test.each([
  ['at once', [Buffer.concat(frames)], 'a fox'],
  ['frame by frame', frames, 'a fox'],
  ['with one cut', [Buffer.concat(frames).subarray(0, 17), Buffer.concat(frames).subarray(17)], 'a fox'],
  // Node's own ends with an empty one.
  ['from a stream', [await buffer(Readable.from(['a ', 'fox']).pipe(createZstdCompress()))], 'a fox'],
])('zstd of several frames is one body: %s', async (_how, chunks, whole) => {
  expect(await text(new DecodedBody(Readable.from(chunks), 'zstd', mebibyte))).toBe(whole);
});

test.each([
  ['deflate', deflateSync('a fox')],
  ['br', brotliCompressSync('a fox')],
])('more behind the end of %s data is malformed, not another part of the body', async (coding, whole) => {
  const doubled = Readable.from([Buffer.concat([whole, whole])]);
  await expect(text(new DecodedBody(doubled, coding, mebibyte))).rejects.toMatchObject({
    code: 'malformed_request',
  });
});

test('zeros behind gzip data, as tapes have them, are nothing', async () => {
  const padded = Buffer.concat([gzipSync('a fox'), Buffer.alloc(512)]);
  expect(await text(new DecodedBody(Readable.from([padded]), 'gzip', mebibyte))).toBe('a fox');
});

test('many members that stand for nothing are read to their end', async () => {
  const members = [...Array.from({ length: 10_000 }, () => gzipSync('')), gzipSync('a fox')];
  expect(await text(new DecodedBody(Readable.from(members), 'gzip', mebibyte))).toBe('a fox');
});

test('members without end that stand for nothing are no body', async () => {
  const members = Array.from({ length: 1000 }, () => gzipSync(''));
  const { body } = bodyOf(members, 1000);
  const failed = new Promise((resolve) => body.once('error', resolve));
  body.resume();
  expect(await failed).toMatchObject({ code: 'body_too_large' });
});
