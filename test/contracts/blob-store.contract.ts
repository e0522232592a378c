import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { BlobInfo, BlobStore } from '../../src/gallery/blob-store.ts';
import { newImageName } from '../../src/gallery/image-name.ts';
import { bytesOf } from '../support/bytes-of.ts';

const never = new AbortController().signal;
const farFutureMs = Date.now() + 365 * 24 * 60 * 60 * 1000;

async function* inPieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    await sleep(0);
    yield bytes.subarray(offset, offset + pieceBytes);
  }
}

async function readAll(store: BlobStore, name: string, span?: { start: number; endInclusive: number }) {
  const opened = await store.open(name);
  if (opened === undefined) return undefined;
  return { sizeBytes: opened.sizeBytes, bytes: await bytesOf(opened.read(span)) };
}

async function listAll(store: BlobStore, beforeMs: number): Promise<BlobInfo[]> {
  const blobs: BlobInfo[] = [];
  for await (const blob of store.list(beforeMs)) blobs.push(blob);
  return blobs;
}

/** Every adapter of the blob port keeps these promises. `makeStore` answers an empty store each time. */
export function blobStoreContract(makeStore: () => Promise<BlobStore>): void {
  test('what is put is what is opened, also for bytes that arrive in pieces', async () => {
    const store = await makeStore();
    const bytes = randomBytes(300_001);
    const name = newImageName('image/png');
    const stored = await store.put(name, inPieces(bytes, 7_000), never);
    expect(stored).toMatchObject({ name, sizeBytes: 300_001 });
    const read = await readAll(store, name);
    expect(read?.sizeBytes).toBe(300_001);
    expect(read?.bytes.equals(bytes)).toBe(true);
    expect(await store.stat(name)).toMatchObject({ name, sizeBytes: 300_001 });
  });

  test('bytes that others still read stay theirs, and those in their last use may be given back once stored', async () => {
    const store = await makeStore();
    const bytes = randomBytes(300_000);
    for (const isLastUse of [false, true]) {
      const pieces = [0, 100_000, 200_000].map((from) =>
        Buffer.alloc(100_000, bytes.subarray(from, from + 100_000)),
      );
      const name = newImageName('image/png');
      await store.put(name, pieces, never, { isLastUse });
      if (!isLastUse) expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
      expect((await readAll(store, name))?.bytes.equals(bytes)).toBe(true);
    }
  });

  test('a span gives exactly its bytes, both ends included, and the size of the whole', async () => {
    const store = await makeStore();
    const name = newImageName('image/webp');
    await store.put(name, [Buffer.from('0123456789')], never);
    for (const [start, endInclusive, text] of [
      [0, 0, '0'],
      [3, 6, '3456'],
      [9, 9, '9'],
      [0, 9, '0123456789'],
    ] as const) {
      const read = await readAll(store, name, { start, endInclusive });
      expect(read?.bytes.toString()).toBe(text);
      expect(read?.sizeBytes).toBe(10);
    }
  });

  test('an open blob is read as it was opened, also once it is removed; one that is not read is closed', async () => {
    const store = await makeStore();
    const name = newImageName('image/png');
    await store.put(name, [Buffer.alloc(700_000, 7)], never);
    const [opened, unread] = [await store.open(name), await store.open(name)];
    await unread?.close();
    await store.remove(name);
    const read = opened && (await bytesOf(opened.read()));
    expect([opened?.sizeBytes, read?.length]).toEqual([700_000, 700_000]);
  });

  test('a blob that was never put, or was removed, is absent and not an error', async () => {
    const store = await makeStore();
    const name = newImageName('image/jpeg');
    expect(await store.open(name)).toBeUndefined();
    expect(await store.stat(name)).toBeUndefined();
    expect(await store.remove(name)).toBe(false);
    await store.put(name, [Buffer.from('x')], never);
    expect(await store.remove(name)).toBe(true);
    expect(await store.remove(name)).toBe(false);
    expect(await store.open(name)).toBeUndefined();
  });

  test('nothing of a blob is visible before all of it is written', async () => {
    const store = await makeStore();
    const name = newImageName('image/png');
    const seen: unknown[] = [];
    async function* watched(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(200_000);
      seen.push(await store.stat(name), await store.open(name), ...(await listAll(store, farFutureMs)));
      yield Buffer.alloc(1);
    }
    await store.put(name, watched(), never);
    expect(seen).toEqual([undefined, undefined]);
    expect(await listAll(store, farFutureMs)).toHaveLength(1);
  });

  test('a source that fails or an abort on the way leaves nothing behind and tells its own reason', async () => {
    const store = await makeStore();
    const name = newImageName('image/png');
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(10_000);
      throw new Error('the decoder gave up');
    }
    await expect(store.put(name, failing(), never)).rejects.toThrow('the decoder gave up');
    const leaving = new AbortController();
    async function* aborting(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(10_000);
      leaving.abort(new Error('the caller left'));
      yield Buffer.alloc(10_000);
    }
    await expect(store.put(name, aborting(), leaving.signal)).rejects.toThrow('the caller left');
    await expect(store.put(name, [Buffer.alloc(1)], leaving.signal)).rejects.toThrow('the caller left');
    expect(await store.stat(name)).toBeUndefined();
    expect(await listAll(store, farFutureMs)).toEqual([]);
    expect(await store.removeAbandoned(farFutureMs)).toBe(0);
  });

  test.each([
    '../secret.png',
    '..',
    '',
    '.',
    '/etc/passwd',
    'a/../../b.png',
    '..\\..\\secret.png',
    'link-secret',
    `${'A'.repeat(24)}.png/../../x`,
    `${'A'.repeat(24)}.svg`,
    `${'A'.repeat(24)}.png\0`,
    `${'A'.repeat(23)}/.png`,
    `%2e%2e%2f${'A'.repeat(15)}.png`,
  ])('the name %j reaches nothing', async (name) => {
    const store = await makeStore();
    expect(await store.open(name)).toBeUndefined();
    expect(await store.stat(name)).toBeUndefined();
    expect(await store.remove(name)).toBe(false);
    await expect(store.put(name, [Buffer.from('x')], never)).rejects.toThrow(RangeError);
  });

  test('the list holds every blob older than the moment named and no younger one', async () => {
    const store = await makeStore();
    const names = Array.from({ length: 20 }, () => newImageName('image/avif'));
    for (const name of names) await store.put(name, [Buffer.from(name)], never);
    const listed = await listAll(store, farFutureMs);
    expect(listed.map((blob) => blob.name).sort()).toEqual([...names].sort());
    expect(new Set(listed.map((blob) => blob.sizeBytes))).toEqual(new Set([names[0]?.length]));
    expect(await listAll(store, Date.now() - 60_000)).toEqual([]);
  });

  test('blobs may be removed while they are being listed', async () => {
    const store = await makeStore();
    for (let count = 0; count < 20; count++)
      await store.put(newImageName('image/png'), [Buffer.from('x')], never);
    let removed = 0;
    for await (const blob of store.list(farFutureMs)) removed += Number(await store.remove(blob.name));
    expect(removed).toBe(20);
    expect(await listAll(store, farFutureMs)).toEqual([]);
  });

  test('many blobs put at once all arrive whole', async () => {
    const store = await makeStore();
    const blobs = Array.from({ length: 12 }, () => ({
      name: newImageName('image/png'),
      bytes: randomBytes(50_000),
    }));
    await Promise.all(blobs.map((blob) => store.put(blob.name, inPieces(blob.bytes, 9_999), never)));
    for (const blob of blobs) expect((await readAll(store, blob.name))?.bytes.equals(blob.bytes)).toBe(true);
  });
}
