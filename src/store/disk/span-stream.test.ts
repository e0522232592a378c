import { mkdtemp, open, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SpanStream } from './span-stream.ts';

const bytes = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => index % 251));
let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plantain-span-'));
  path = join(directory, 'picture');
  await writeFile(path, bytes);
});
afterEach(() => rm(directory, { recursive: true }));

async function readAll(stream: SpanStream): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

test.each([
  [0, 999_999],
  [0, 0],
  [999_999, 999_999],
  [262_144, 524_287],
  [1, 700_000],
])('bytes %i to %i are those and no others, and the file is closed', async (start, endInclusive) => {
  const handle = await open(path);
  const read = await readAll(new SpanStream(handle, { start, endInclusive }));
  expect(read.equals(bytes.subarray(start, endInclusive + 1))).toBe(true);
  await expect.poll(() => handle.fd).toBe(-1);
});

test('a file that is cut while it is read breaks the stream, and one that grows gives what was promised', async () => {
  const cut = new SpanStream(await open(path), { start: 0, endInclusive: 999_999 });
  await truncate(path, 600_000);
  await expect(readAll(cut)).rejects.toThrow('ended 400000 bytes early');
  const grown = new SpanStream(await open(path), { start: 0, endInclusive: 599_999 });
  await writeFile(path, bytes);
  expect(await readAll(grown)).toHaveLength(600_000);
});

test('a stream that is left, before or after its first byte, closes its file', async () => {
  for (const isBegun of [false, true]) {
    const handle = await open(path);
    const stream = new SpanStream(handle, { start: 0, endInclusive: 999_999 });
    if (isBegun) await new Promise((resolve) => stream.once('data', resolve));
    stream.destroy();
    await expect.poll(() => handle.fd).toBe(-1);
  }
  expect(await readdir(directory)).toEqual(['picture']);
});
