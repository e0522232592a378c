import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KeptFiles } from '../../native/files/kept-files.ts';
import type { AnnouncedFile } from '../../native/files/uploads.ts';
import { DiskFileShelf } from './disk-file-shelf.ts';

const hour = 3_600_000;
const owner = { keyId: 'key_1', keyName: 'one', projectId: 'proj_default', strict: false };
const other = { keyId: 'key_2', keyName: 'two', projectId: 'proj_default', strict: false };
const announced = (more: Partial<AnnouncedFile> = {}): AnnouncedFile => ({
  name: undefined,
  displayName: undefined,
  mimeType: 'image/png',
  statedBytes: undefined,
  ...more,
});

let directory: string;
let nowMs: number;
let files: KeptFiles;

const open = (maxBytes = 100): KeptFiles =>
  new KeptFiles({
    shelf: new DiskFileShelf(directory),
    clock: { nowMs: () => nowMs },
    maxFileBytes: maxBytes,
    maxBytesPerKey: maxBytes * 1.5,
    typeOf: () => undefined,
    onUnremoved: () => expect.fail('it can be removed'),
  });
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'plantain-files-')), 'files');
  nowMs = 1_000_000;
  files = open();
});
afterEach(async () => {
  await rm(join(directory, '..'), { recursive: true, force: true });
});

async function send(bytes: number, more: Partial<AnnouncedFile> = {}, caller = owner) {
  const token = await files.start(caller, announced(more));
  return files.write(token, undefined, { offset: 0, bytes: [Buffer.alloc(bytes, 7)], isLast: true });
}
/** Files of the shelf that this process has open. */
async function openFiles(): Promise<string[]> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((path) => path.startsWith(directory)).map((path) => basename(path));
}
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: { code: string }) => error.code,
  );

describe('files that were sent ahead', () => {
  test('are there again after a restart, with the same bytes', async () => {
    const file = await send(60, { name: 'files/kept' });
    files = open();
    expect(await files.find(owner, 'kept')).toEqual(file);
    expect(await files.read(await files.find(owner, 'kept'))).toEqual(Buffer.alloc(60, 7));
    expect(await codeOf(files.find(other, 'kept'))).toBe('file_not_accessible');
  });

  test('can be read piece by piece, and are held open no longer than they are read', async () => {
    const bytes = Buffer.from(Array.from({ length: 6_000_000 }, (_, index) => index % 251));
    files = open(bytes.length);
    const token = await files.start(owner, announced());
    const file = await files.write(token, owner, { offset: 0, bytes: [bytes], isLast: true });
    const pieces: Buffer[] = [];
    for await (const group of await files.open(file!)) {
      expect(group.reduce((sum, piece) => sum + piece.length, 0)).toBeLessThan(bytes.length);
      pieces.push(...group);
    }
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    for await (const _group of await files.open(file!)) {
      expect(await openFiles()).toEqual([`${file!.storageId}.bytes`]);
      break;
    }
    expect(await openFiles()).toEqual([]);
    await rm(directory, { recursive: true });
    expect(await codeOf(files.open(file!))).toBe('file_not_accessible');
  });

  test('that are empty can be read piece by piece too', async () => {
    const file = await send(0);
    for await (const group of await files.open(file!)) expect(group).toEqual([]);
    expect(await openFiles()).toEqual([]);
  });

  test('go after 48 hours, bytes and all', async () => {
    await send(60, { name: 'kept' });
    nowMs += 48 * hour - 1;
    expect(await files.list(owner)).toHaveLength(1);
    nowMs += 1;
    expect(await files.list(owner)).toHaveLength(0);
    await files.sweep();
    expect(await readdir(directory)).toEqual([]);
  });

  test('that were not received whole are gone after a restart', async () => {
    const token = await files.start(owner, announced());
    await files.write(token, undefined, { offset: 0, bytes: [Buffer.alloc(10)], isLast: false });
    expect(await readdir(directory)).toHaveLength(1);
    expect(await open().list(owner)).toEqual([]);
    expect(await readdir(directory)).toEqual([]);
  });

  test('are bounded, each and all of a key together, also while they are under way', async () => {
    expect(await codeOf(send(101))).toBe('body_too_large');
    expect(await codeOf(files.start(owner, announced({ statedBytes: 101 })))).toBe('body_too_large');
    const token = await files.start(owner, announced());
    await files.write(token, undefined, { offset: 0, bytes: [Buffer.alloc(90)], isLast: false });
    expect(await codeOf(send(90))).toBe('file_space_used_up');
    expect(await codeOf(send(90, {}, other))).toBe('none');
    await files.cancel(token, owner);
    expect(await codeOf(send(90))).toBe('none');
  });

  test('are not taken when other bytes come than were announced, and leave nothing behind', async () => {
    expect(await codeOf(send(50, { statedBytes: 60 }))).toBe('invalid_value');
    expect(await readdir(directory)).toEqual([]);
  });

  test('have an address that is good for an hour, and for nobody else', async () => {
    const token = await files.start(owner, announced());
    const write = (caller: typeof owner | undefined) =>
      files.write(token, caller, { offset: 0, bytes: [Buffer.alloc(1)], isLast: true });
    expect(await codeOf(write(other))).toBe('file_not_accessible');
    nowMs += hour;
    expect(await codeOf(write(owner))).toBe('file_not_accessible');
  });

  test('have names that lead nowhere else', async () => {
    for (const name of ['../x', 'files/../../x', 'A', '-a', 'a/b', 'a'.repeat(101)])
      expect(await codeOf(files.start(owner, announced({ name }))), name).toBe('invalid_value');
  });
});
