import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blobStoreContract } from '../../../test/contracts/blob-store.contract.ts';
import { bytesOf } from '../../../test/support/bytes-of.ts';
import { type S3Server, startS3 } from '../../../test/support/s3-server.ts';
import { smallDisk } from '../../../test/support/small-disk.ts';
import { newImageName } from '../../gallery/image-name.ts';
import { S3BlobStore } from './s3-blob-store.ts';
import type { S3Place } from './s3-place.ts';
import { S3Requests } from './s3-requests.ts';

const never = new AbortController().signal;
const farFutureMs = Date.now() + 365 * 24 * 60 * 60 * 1000;
let server: S3Server;
const agent = new Agent({ connectTimeout: 2000 });

beforeAll(async () => {
  server = await startS3();
});
afterAll(async () => {
  await agent.destroy();
  await server.remove();
});

function requestsTo(change: Partial<S3Place> = {}, timeoutMs = 10_000): S3Requests {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = server;
  const place: S3Place = {
    endpoint,
    publicEndpoint: endpoint,
    region: 'eu-test-1',
    bucket,
    prefix: `${randomBytes(6).toString('hex')}/`,
    accessKeyId,
    secretAccessKey,
    pathStyle: true,
    ...change,
  };
  return new S3Requests({ place, agent, timeoutMs });
}

const storeAt = (change?: Partial<S3Place>, timeoutMs?: number): S3BlobStore =>
  new S3BlobStore(requestsTo(change, timeoutMs), 'images');

describe('the blob port on an S3 server', () => blobStoreContract(async () => storeAt()));

test('what is larger than a part goes up in parts and comes down as it was, also a span across two of them', async () => {
  const store = storeAt();
  const name = newImageName('image/png');
  const bytes = randomBytes(20 * 1024 * 1024 + 1);
  function* pieces(): Generator<Buffer> {
    for (let at = 0; at < bytes.length; at += 1_000_003) yield bytes.subarray(at, at + 1_000_003);
  }
  expect((await store.put(name, pieces(), never)).sizeBytes).toBe(bytes.length);
  const read = async (span?: { start: number; endInclusive: number }): Promise<Buffer> =>
    bytesOf((await store.open(name))!.read(span));
  expect((await read()).equals(bytes)).toBe(true);
  const span = { start: 8 * 1024 * 1024 - 5, endInclusive: 8 * 1024 * 1024 + 4 };
  expect((await read(span)).equals(bytes.subarray(span.start, span.endInclusive + 1))).toBe(true);
});

test('a source may use one buffer again and again', async () => {
  const store = storeAt();
  const name = newImageName('image/png');
  const buffer = Buffer.alloc(4);
  function* again(): Generator<Buffer> {
    for (let at = 0; at < 3; at++) yield buffer.fill(65 + at);
  }
  await store.put(name, again(), never);
  expect((await bytesOf((await store.open(name))!.read())).toString()).toBe('AAAABBBBCCCC');
});

test('an upload in parts that breaks off leaves no parts, and one that a crash left goes once it is old', async () => {
  const requests = requestsTo();
  const store = new S3BlobStore(requests, 'images');
  function* failing(): Generator<Buffer> {
    for (let count = 0; count < 20; count++) yield Buffer.alloc(1024 * 1024);
    throw new Error('the decoder gave up');
  }
  const name = newImageName('image/png');
  await expect(store.put(name, failing(), never)).rejects.toThrow('the decoder gave up');
  expect(await store.removeAbandoned(farFutureMs)).toBe(0);

  await requests.ask({ method: 'POST', key: `images/${name}`, query: { uploads: '' } });
  expect(await store.removeAbandoned(Date.now() - 60_000)).toBe(0);
  expect(await store.removeAbandoned(farFutureMs)).toBe(1);
  expect(await store.removeAbandoned(farFutureMs)).toBe(0);
});

test('a list of several pages has every blob once, and nothing that others put beside them', async () => {
  const prefix = `pages-${randomBytes(6).toString('hex')}/`;
  const folder = join(server.folder, server.bucket, prefix, 'images');
  await mkdir(folder, { recursive: true });
  const names = Array.from({ length: 2101 }, () => newImageName('image/png'));
  for (const name of [...names, 'README & <more>', 'notes.txt']) await writeFile(join(folder, name), 'x');
  const listed: string[] = [];
  for await (const { name } of storeAt({ prefix }).list(farFutureMs)) listed.push(name);
  expect(listed.toSorted()).toEqual(names.toSorted());
});

test('stores in one bucket see nothing of each other', async () => {
  const requests = requestsTo();
  const [images, answers] = [new S3BlobStore(requests, 'images'), new S3BlobStore(requests, 'answers')];
  const name = newImageName('image/png');
  await answers.put(name, [Buffer.from('an answer')], never);
  expect(await images.open(name)).toBeUndefined();
  expect(await images.stat(name)).toBeUndefined();
  expect(await images.remove(name)).toBe(false);
  for await (const blob of images.list(farFutureMs)) expect(blob).toBeUndefined();
});

test('a presigned link gives the picture with its type to anybody, until a letter of it is changed', async () => {
  const store = storeAt();
  const name = newImageName('image/webp');
  await store.put(name, [Buffer.from('picture')], never);
  const link = await store.linkTo(name, 60_000);
  const answer = await fetch(link);
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    200,
    'image/webp',
    'picture',
  ]);
  expect(new URL(link).searchParams.get('X-Amz-Expires')).toBe('60');
  expect((await fetch(link.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'))).status).toBe(403);
  expect(link).not.toContain(server.secretAccessKey);
});

test.each([
  ['a wrong secret', { secretAccessKey: 'wrong' }],
  ['a wrong key', { accessKeyId: 'WRONG' }],
  ['a bucket that is not there', { bucket: 'nowhere' }],
  ['a server that is not there', { endpoint: 'http://127.0.0.1:9' }],
])("%s is told in the catalogue's words, without address, bucket or key", async (_what, change) => {
  const store = storeAt(change);
  const name = newImageName('image/png');
  for (const work of [() => store.put(name, [Buffer.from('x')], never), () => store.open(name)]) {
    const error = await work().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'picture_store_unavailable' });
    const told = `${String(error)} ${String((error as Error).cause)} ${(error as Error).stack ?? ''}`;
    for (const secret of ['127.0.0.1', 'nowhere', 'PLANTAINTESTKEY', 'WRONG'])
      expect(told).not.toContain(secret);
  }
});

test('a server that stands still is given up after the time-out, and what it holds is there when it goes on', async () => {
  const store = storeAt({}, 500);
  const name = newImageName('image/png');
  await store.put(name, [Buffer.from('x')], never);
  process.kill(server.pid, 'SIGSTOP');
  try {
    // More than the buffers of a connection hold.
    const put = store.put(newImageName('image/png'), [Buffer.alloc(7 * 1024 * 1024)], never);
    await expect(put).rejects.toMatchObject({ code: 'picture_store_unavailable' });
    await expect(store.open(name)).rejects.toMatchObject({ code: 'picture_store_unavailable' });
    const leaving = new AbortController();
    const left = store.put(newImageName('image/png'), [Buffer.alloc(7 * 1024 * 1024)], leaving.signal);
    leaving.abort(new Error('the caller left'));
    await expect(left).rejects.toThrow('the caller left');
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
  expect((await store.stat(name))?.sizeBytes).toBe(1);
});

test('a server that was away for a moment is asked again', async () => {
  const store = storeAt();
  const name = newImageName('image/png');
  await store.put(name, [Buffer.from('x')], never);
  // Kills the connections that are kept alive as well.
  await server.stop();
  const reading = store.stat(name);
  await server.start();
  expect((await reading.catch(() => store.stat(name)))?.sizeBytes).toBe(1);
});

test('a full server is told, leaves nothing behind, and takes pictures again when there is room', async () => {
  const disk = smallDisk();
  const small = await startS3({ folder: disk.folder });
  try {
    const store = storeAt({ endpoint: small.endpoint });
    disk.fill(small.pid);
    const error = await store.put(newImageName('image/png'), [Buffer.alloc(2_000_000)], never).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    // This server says no more than that it failed.
    expect(error).toMatchObject({ code: 'picture_store_unavailable' });
    disk.makeRoom(small.pid);
    const name = newImageName('image/png');
    await store.put(name, [Buffer.alloc(1000)], never);
    const names: string[] = [];
    for await (const blob of store.list(farFutureMs)) names.push(blob.name);
    expect(names).toEqual([name]);
  } finally {
    await small.stop();
    disk.remove();
  }
});
