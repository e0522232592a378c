import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPictureFile } from './read-picture-file.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plantain-read-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const read = (file: string, maxBytes = 3_000_000, silenceMs?: number) =>
  readPictureFile(cwd, file, maxBytes, silenceMs);
const openFiles = () => readdirSync('/proc/self/fd').length;

test('a file is read whole, under its base name, up to the limit and no byte further', async () => {
  const bytes = Buffer.alloc(2_500_000, 7);
  writeFileSync(path.join(cwd, 'cat.png'), bytes);
  const { name, bytes: found } = await read('cat.png', bytes.length);
  expect([name, found.equals(bytes)]).toEqual(['cat.png', true]);
  await expect(read('cat.png', bytes.length - 1)).rejects.toMatchObject({
    message: 'cat.png is too large: a picture may have 2499999 bytes.',
    exitCode: 2,
  });
});

test('what has no end, or nearly none, is refused by its name without being read to it', async () => {
  writeFileSync(path.join(cwd, 'huge.png'), '');
  truncateSync(path.join(cwd, 'huge.png'), 2 ** 40);
  const before = openFiles();
  for (const file of ['huge.png', '/dev/zero'])
    await expect(read(file)).rejects.toThrow(`${file} is too large: a picture may have 3000000 bytes.`);
  expect(openFiles()).toBe(before);
});

test('a pipe is read to its end, waits for its writer, and is bounded too', async () => {
  const pipe = path.join(cwd, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reading = read('pipe');
  await writeFile(pipe, Buffer.alloc(100_000, 7));
  expect((await reading).bytes).toHaveLength(100_000);
  const endless = spawn('/bin/sh', ['-c', `cat /dev/zero > '${pipe}'`]);
  await expect(read('pipe')).rejects.toThrow('pipe is too large');
  // The writer lost its reader.
  await new Promise((resolve) => endless.once('exit', resolve));
});

test('a pipe that nobody writes into is given up', async () => {
  execFileSync('mkfifo', [path.join(cwd, 'pipe')]);
  await expect(read('pipe', 1000, 20)).rejects.toThrow('pipe cannot be read: nobody writes into the pipe.');
  // A writer that is there and silent is no better.
  const held = openSync(path.join(cwd, 'pipe'), 'r+');
  await expect(read('pipe', 1000, 20)).rejects.toThrow('nobody writes into the pipe');
  closeSync(held);
});

test('a folder and a file that is not there are told by name', async () => {
  mkdirSync(path.join(cwd, 'album'));
  await expect(read('album')).rejects.toThrow('album cannot be read: it is a folder.');
  await expect(read('no.png')).rejects.toThrow('no.png cannot be read: no such file or directory.');
});
