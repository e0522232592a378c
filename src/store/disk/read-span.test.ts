import { mkdtemp, open, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bytesOf } from '../../../test/support/bytes-of.ts';
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
  const read = await bytesOf(readSpan(handle, { start, endInclusive }));
  expect(read.equals(bytes.subarray(start, endInclusive + 1))).toBe(true);
  expect(handle.fd).toBe(-1);
});

test('a file that is cut while it is read ends in an error, and one that grows gives what was promised', async () => {
  const cut = readSpan(await open(path), { start: 0, endInclusive: 999_999 });
  await truncate(path, 600_000);
  await expect(bytesOf(cut)).rejects.toThrow('ended 400000 bytes early');
  const grown = readSpan(await open(path), { start: 0, endInclusive: 599_999 });
  await writeFile(path, bytes);
  expect(await bytesOf(grown)).toHaveLength(600_000);
});

/** Reads the file with `readers` others that take their time, and tells how much each of them holds. */
async function heldBy(readers: number): Promise<number[]> {
  const slow = await Promise.all(
    Array.from({ length: readers }, async () =>
      readSpan(await open(path), { start: 0, endInclusive: bytes.length - 1 }),
    ),
  );
  // Each begins once all are there.
  const begun = await Promise.all(slow.map((groups) => groups.next()));
  const held = begun.map(({ value }) => value?.reduce((sum, piece) => sum + piece.length, 0) ?? 0);
  for (const groups of slow) await groups.return(undefined);
  return held;
}

test('one reader gets much with one call, and what many hold that take their time is bounded', async () => {
  expect(await heldBy(1)).toEqual([1_000_000]);
  const many = await heldBy(200);
  expect(many.at(-1)).toBe(262_144);
  expect(many.reduce((sum, held) => sum + held)).toBeLessThan(400 * 262_144);
  // Who is gone does not count.
  expect(await heldBy(1)).toEqual([1_000_000]);
});

test('a loop that is left, at an empty span or after its first bytes, closes its file', async () => {
  for (const endInclusive of [-1, 999_999]) {
    const handle = await open(path);
    for await (const pieces of readSpan(handle, { start: 0, endInclusive })) {
      expect(pieces.length).toBeGreaterThan(0);
      break;
    }
    expect(handle.fd).toBe(-1);
  }
  expect(await readdir(directory)).toEqual(['picture']);
});
