import { once } from 'node:events';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { codingsOf, knownCodings, openDecoder } from './content-coding.ts';

test.each([
  [undefined, []],
  ['', []],
  ['identity', []],
  ['GZIP', ['gzip']],
  ['x-gzip', ['gzip']],
  ['gzip, br', ['gzip', 'br']],
  [
    ['gzip', 'identity', 'zstd'],
    ['gzip', 'zstd'],
  ],
])('the header %j names %j', (header, codings) => {
  expect(codingsOf(header)).toEqual(codings);
});

test('every coding that is known can be undone, deflate in both its forms, and no other', async () => {
  const text = Buffer.from('a picture of an otter');
  const coded: readonly (readonly [string, Buffer])[] = [
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
  ];
  expect([...new Set(coded.map(([name]) => name))]).toEqual(knownCodings);
  for (const [name, bytes] of coded) {
    const decoder = openDecoder(name, bytes[0] ?? 0);
    decoder?.end(bytes);
    const [plain] = (await once(decoder ?? expect.fail(name), 'data')) as [Buffer];
    expect([name, plain.toString()]).toEqual([name, text.toString()]);
  }
  expect(openDecoder('compress', 0)).toBeUndefined();
});
