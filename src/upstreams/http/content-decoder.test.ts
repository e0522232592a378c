import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { contentDecoder, finishDecoding } from './content-decoder.ts';

const text = '{"a":1}'.repeat(1000);

/** What comes out, and how it ended. */
async function decode(
  contentEncoding: string | readonly string[],
  body: Buffer,
  signal = new AbortController().signal,
): Promise<string> {
  const decoder = contentDecoder(contentEncoding, body[0] ?? 0);
  if (decoder === undefined) return body.toString();
  let out = '';
  decoder.on('data', (chunk: Buffer) => (out += chunk.toString()));
  for (let start = 0; start < body.length; start += 7) decoder.write(body.subarray(start, start + 7));
  await finishDecoding(decoder, signal);
  return out;
}

test.each([
  ['gzip', gzipSync(text)],
  ['GZIP', gzipSync(text)],
  [' x-gzip ', gzipSync(text)],
  ['deflate', deflateSync(text)],
  ['deflate', deflateSync(text, { windowBits: 9 })],
  ['Deflate', deflateRawSync(text)],
  ['br', brotliCompressSync(text)],
  ['zstd', zstdCompressSync(text)],
  ['identity', Buffer.from(text)],
  ['', Buffer.from(text)],
  ['', gzipSync(text)],
  ['identity', gzipSync(text)],
  ['identity, gzip', gzipSync(text)],
  [['identity', 'gzip'], gzipSync(text)],
])('%j is undone', async (contentEncoding, body) => {
  expect(await decode(contentEncoding, body)).toBe(text);
});

test('an answer that tells none is taken as it is', () => {
  expect(contentDecoder(undefined, 0x7b)).toBeUndefined();
});

test.each(['compress', 'gzip, gzip', 'constructor', 'gzip;q=1', 'x'.repeat(100_000)])(
  'a coding nobody knows (%.20s) is the upstream’s fault',
  (contentEncoding) => {
    let thrown: unknown;
    try {
      contentDecoder(contentEncoding, 0x1f);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'upstream_error' });
    expect(String((thrown as Error).cause).length).toBeLessThan(100);
  },
);

test.each([
  ['gzip', Buffer.from(text)],
  ['gzip', gzipSync(text).subarray(0, -9)],
  ['deflate', Buffer.from([0x78, 0x9c, 0xff, 0xff, 0xff])],
  ['br', Buffer.alloc(100, 0xff)],
  ['zstd', Buffer.alloc(100, 0x28)],
])('%s that is none, or is cut, is the upstream’s fault too', async (contentEncoding, body) => {
  await expect(decode(contentEncoding, body)).rejects.toMatchObject({ code: 'upstream_error' });
});

test('an order that is over does not wait for the rest', async () => {
  const reason = new Error('gone');
  const decoder = contentDecoder('gzip', 0x1f);
  if (decoder === undefined) throw new Error('no decoder');
  decoder.write(gzipSync(text));
  // Nobody reads, so it never finishes by itself.
  const abort = new AbortController();
  const finishing = finishDecoding(decoder, abort.signal);
  abort.abort(reason);
  await expect(finishing).rejects.toBe(reason);
});

test.each([
  ['snappy', 'snappy'],
  ['gzip, br', 'gzip,br'],
  ['x'.repeat(100), 'x'.repeat(40)],
])('what cannot be undone, %s, is named in the log, and not at any length', (encoding, named) => {
  const cause = expect.objectContaining({ message: `content-encoding ${named}` }) as Error;
  expect(() => contentDecoder(encoding, 0)).toThrow(
    expect.objectContaining({ code: 'upstream_error', cause }) as Error,
  );
});
