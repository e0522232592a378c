import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blobStoreContract } from '../../../test/contracts/blob-store.contract.ts';
import { newImageName } from '../../gallery/image-name.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { DiskBlobStore } from './disk-blob-store.ts';

const never = new AbortController().signal;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'plantain-blobs-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

function newDirectory(): string {
  return join(scratch, randomBytes(6).toString('hex'), 'images');
}

async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
}

describe('the blob port on disk', () =>
  blobStoreContract(async () => new DiskBlobStore(newDirectory(), { isDurable: false })));

test('files are spread over directories and readable by the server alone', async () => {
  const directory = newDirectory();
  const store = new DiskBlobStore(directory, { isDurable: false });
  const name = newImageName('image/png');
  await store.put(name, [Buffer.from('x')], never);
  const path = join(directory, name.slice(0, 2), name);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(directory, name.slice(0, 2)))).mode & 0o777).toBe(0o700);
});

test('what a crash left half-written is never served or listed, and goes once it is old', async () => {
  const directory = newDirectory();
  const store = new DiskBlobStore(directory, { isDurable: false });
  await store.put(newImageName('image/png'), [Buffer.from('x')], never);
  const old = join(directory, 'incoming', 'left-by-a-crash.tmp');
  const underWay = join(directory, 'incoming', 'still-being-written.tmp');
  await writeFile(old, 'half');
  await utimes(old, 1000, 1000);
  await writeFile(underWay, 'half');
  const listed: string[] = [];
  for await (const blob of store.list(Date.now() + 60_000)) listed.push(blob.name);
  expect(listed).toHaveLength(1);
  expect(await store.removeAbandoned(Date.now() - 3_600_000)).toBe(1);
  expect(await readdir(join(directory, 'incoming'))).toEqual(['still-being-written.tmp']);
});

test('a link planted in the store is not followed out of it', async () => {
  const directory = newDirectory();
  const store = new DiskBlobStore(directory, { isDurable: false });
  const name = newImageName('image/png');
  await mkdir(join(directory, name.slice(0, 2)), { recursive: true });
  await writeFile(join(scratch, 'outside.txt'), 'secret');
  await symlink(join(scratch, 'outside.txt'), join(directory, name.slice(0, 2), name));
  expect(await store.open(name)).toBeUndefined();
  expect(await store.stat(name)).toBeUndefined();
});

test('foreign files and directories in the store are left alone and not listed', async () => {
  const directory = newDirectory();
  const store = new DiskBlobStore(directory, { isDurable: false });
  const name = newImageName('image/png');
  await mkdir(join(directory, name.slice(0, 2), name), { recursive: true });
  await writeFile(join(directory, 'README'), 'mine');
  await writeFile(join(directory, name.slice(0, 2), 'notes.txt'), 'mine');
  await writeFile(join(directory, 'zz'), 'a file where a directory is looked for');
  for await (const blob of store.list(Date.now() + 60_000)) expect(blob).toBeUndefined();
  expect(await store.open(name)).toBeUndefined();
});

/** A real full disk where the machine lets us mount one; elsewhere the failure is thrown into the write. */
function mountTinyDisk(): string | undefined {
  const directory = join(scratch, 'tiny-disk');
  try {
    execFileSync('mkdir', ['-p', directory]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', directory], { stdio: 'ignore' });
    return directory;
  } catch {
    return undefined;
  }
}

test('a full disk is told as storage_full, leaves nothing behind, and the next small picture still fits', async () => {
  const tinyDisk = mountTinyDisk();
  const directory = tinyDisk ?? newDirectory();
  try {
    const store = new DiskBlobStore(directory, { isDurable: false });
    const kept = newImageName('image/png');
    await store.put(kept, [Buffer.alloc(50_000, 1)], never);
    function* tooMuch(): Generator<Buffer> {
      for (let count = 0; count < 40; count++) yield Buffer.alloc(20_000);
      if (tinyDisk === undefined)
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    }
    const error = await store.put(newImageName('image/png'), tooMuch(), never).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(PlantainError);
    expect((error as PlantainError).code).toBe('storage_full');
    expect((error as PlantainError).message).not.toContain(directory);
    expect(await filesUnder(directory)).toEqual([kept]);
    expect((await store.stat(kept))?.sizeBytes).toBe(50_000);
    await store.put(newImageName('image/png'), [Buffer.alloc(50_000)], never);
    expect(await filesUnder(directory)).toHaveLength(2);
  } finally {
    if (tinyDisk !== undefined) execFileSync('umount', [tinyDisk]);
  }
});
