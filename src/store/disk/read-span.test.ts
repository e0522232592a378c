import { mkdtemp, open, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSpan } from './read-span.ts';

const bytes = Buffer.from(Array.from({ length: 1_000_000 }, (_, index) => index % 251));
let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plantain-span-'));
  path = join(directory, 'picture');
  await writeFile(path, bytes);
});
afterEach(() => rm(directory, { recursive: true }));

test.each([
  [0, 999_999],
  [0, 0],
  [999_999, 999_999],
  [262_144, 524_287],
  [1, 700_000],
])('bytes %i to %i are those and no others, and the file is closed', async (start, endInclusive) => {
  const handle = await open(path);
  const read = await buffer(readSpan(handle, { start, endInclusive }));
  expect(read.equals(bytes.subarray(start, endInclusive + 1))).toBe(true);
  expect(handle.fd).toBe(-1);
});

test('a file that is cut while it is read ends in an error, and one that grows gives what was promised', async () => {
  const cut = readSpan(await open(path), { start: 0, endInclusive: 999_999 });
  await truncate(path, 600_000);
  await expect(buffer(cut)).rejects.toThrow('ended 400000 bytes early');
  const grown = readSpan(await open(path), { start: 0, endInclusive: 599_999 });
  await writeFile(path, bytes);
  expect(await buffer(grown)).toHaveLength(600_000);
});

test('a loop that is left, before its first byte or after, closes its file', async () => {
  for (const isBegun of [false, true]) {
    const handle = await open(path);
    const whole = { start: 0, endInclusive: isBegun ? 999_999 : -1 };
    for await (const piece of readSpan(handle, whole)) {
      expect(piece.length).toBeLessThan(bytes.length);
      break;
    }
    expect(handle.fd).toBe(-1);
  }
  expect(await readdir(directory)).toEqual(['picture']);
});
