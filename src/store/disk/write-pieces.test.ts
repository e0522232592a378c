import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writePieces } from './write-pieces.ts';

let directory: string;
let path: string;
const never = new AbortController().signal;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plantain-pieces-'));
  path = join(directory, 'picture');
});
afterEach(() => rm(directory, { recursive: true }));

const piecesOf = (bytes: Buffer, length: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
    Buffer.alloc(
      Math.min(length, bytes.length - index * length),
      bytes.subarray(index * length, (index + 1) * length),
    ),
  );
const bytes = Buffer.from(Array.from({ length: 3_000_001 }, (_, index) => index % 251));

test('pieces are written in their order, several with one call, and those in their last use are given back', async () => {
  for (const isLastUse of [false, true]) {
    const handle = await open(path, 'w');
    const writev = vi.spyOn(handle, 'writev');
    const pieces = piecesOf(bytes, 262_144);
    expect(await writePieces(handle, pieces, { signal: never, isLastUse })).toBe(bytes.length);
    await handle.close();
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(writev).toHaveBeenCalledTimes(3);
    expect(new Set(pieces.map(({ length }) => length === 0))).toEqual(new Set([isLastUse]));
  }
});

test('nothing makes an empty file', async () => {
  const handle = await open(path, 'w');
  expect(await writePieces(handle, [], { signal: never, isLastUse: true })).toBe(0);
  await handle.close();
  expect(await readFile(path)).toHaveLength(0);
});

test.each([0, 1, 99_999, 100_000, 250_000])(
  'of what the disk took %i bytes at first the rest follows',
  async (taken) => {
    const handle = await open(path, 'w');
    const short = bytes.subarray(0, 300_000);
    vi.spyOn(handle, 'writev').mockImplementation(async (buffers) => {
      if (taken > 0) await handle.write(Buffer.concat(buffers as Buffer[]), 0, taken);
      return { bytesWritten: taken, buffers };
    });
    await writePieces(handle, piecesOf(short, 100_000), { signal: never, isLastUse: true });
    await handle.close();
    expect((await readFile(path)).equals(short)).toBe(true);
  },
);

test('nothing more is written once the signal aborts, and its reason is thrown', async () => {
  const handle = await open(path, 'w');
  const abort = new AbortController();
  function* pieces(): Generator<Buffer> {
    yield Buffer.alloc(1024 * 1024, 1);
    abort.abort(new Error('given up'));
    yield Buffer.alloc(1024 * 1024, 2);
  }
  await expect(writePieces(handle, pieces(), { signal: abort.signal, isLastUse: true })).rejects.toThrow(
    'given up',
  );
  await handle.close();
  expect(await readFile(path)).toHaveLength(1024 * 1024);
});
