import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type S3Server, startS3 } from '../../../test/support/s3-server.ts';
import { KeptFiles } from '../../native/files/kept-files.ts';
import type { AnnouncedFile } from '../../native/files/uploads.ts';
import { S3FileShelf } from './s3-file-shelf.ts';
import { S3Requests } from './s3-requests.ts';

const owner = { keyId: 'key_1', keyName: 'one', projectId: 'proj_default', strict: false };
const agent = new Agent();
let server: S3Server;
let directory: string;
let nowMs: number;
let run = 0;

beforeAll(async () => {
  server = await startS3();
  directory = await mkdtemp(join(tmpdir(), 'plantain-incoming-'));
});
beforeEach(() => {
  nowMs = Date.now();
  run++;
});
afterAll(async () => {
  await agent.destroy();
  await server.remove();
  await rm(directory, { recursive: true, force: true });
});

function open(process = 'one'): KeptFiles {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = server;
  const place = {
    endpoint,
    publicEndpoint: endpoint,
    region: 'eu-test-1',
    bucket,
    prefix: `run-${run}/`,
    accessKeyId,
    secretAccessKey,
    pathStyle: true,
  };
  const requests = new S3Requests({ place, agent, timeoutMs: 10_000 });
  return new KeptFiles({
    shelf: new S3FileShelf(requests, join(directory, process)),
    clock: { nowMs: () => nowMs },
    maxFileBytes: 20_000_000,
    maxBytesPerKey: 40_000_000,
    typeOf: () => undefined,
    onUnremoved: () => expect.fail('it can be removed'),
  });
}

const announced = (name: string): AnnouncedFile => ({
  name,
  displayName: undefined,
  mimeType: 'image/png',
  statedBytes: undefined,
});

async function send(files: KeptFiles, name: string, parts: readonly Buffer[]) {
  const token = await files.start(owner, announced(name));
  let offset = 0;
  for (const [index, part] of parts.entries()) {
    const file = await files.write(token, undefined, {
      offset,
      bytes: [part],
      isLast: index === parts.length - 1,
    });
    offset += part.length;
    if (file !== undefined) return file;
  }
  throw new Error('not whole');
}

const objects = async (): Promise<string[]> => {
  const entries = await readdir(join(server.folder, server.bucket, `run-${run}`), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};

test('a file sent in pieces is there for a server that starts later, with the same bytes, and nothing of it stays here', async () => {
  const parts = [Buffer.alloc(9_000_000, 1), Buffer.alloc(3, 2), Buffer.alloc(0)];
  const file = await send(open(), 'kept', parts);
  expect(await readdir(join(directory, 'one'))).toEqual([]);
  const later = open('other');
  expect(await later.find(owner, 'kept')).toEqual(file);
  expect((await later.read(file)).equals(Buffer.concat(parts))).toBe(true);
  const pieces: Buffer[] = [];
  for await (const group of await later.open(file)) pieces.push(...group);
  expect(pieces.length).toBeGreaterThan(1);
  expect(Buffer.concat(pieces).equals(Buffer.concat(parts))).toBe(true);
});

test('a file that is removed, or whose time is over, is gone from the bucket', async () => {
  const files = open();
  await send(files, 'one', [Buffer.from('1')]);
  await send(files, 'two', [Buffer.alloc(0)]);
  expect(await objects()).toHaveLength(4);
  const removed = await files.find(owner, 'one');
  await files.remove(owner, 'one');
  await expect(files.open(removed)).rejects.toMatchObject({ code: 'file_not_accessible' });
  expect(await objects()).toHaveLength(2);
  nowMs += 48 * 3_600_000;
  expect(await files.list(owner)).toEqual([]);
  await files.sweep();
  expect(await objects()).toEqual([]);
});

test('a server that starts leaves alone what another one is just storing', async () => {
  const underWay = open('one');
  const token = await underWay.start(owner, announced('slow'));
  await underWay.write(token, undefined, { offset: 0, bytes: [Buffer.from('half')], isLast: false });
  expect(await open('other').list(owner)).toEqual([]);
  await underWay.write(token, undefined, { offset: 4, bytes: [Buffer.from('whole')], isLast: true });
  expect((await underWay.read(await underWay.find(owner, 'slow'))).toString()).toBe('halfwhole');
});

test('a store that is away is told, and the file can be sent once it is back', async () => {
  const files = open();
  await files.list(owner);
  await server.stop();
  await expect(send(files, 'kept', [Buffer.from('x')])).rejects.toMatchObject({
    code: 'picture_store_unavailable',
  });
  await server.start();
  expect((await send(files, 'kept', [Buffer.from('x')])).sizeBytes).toBe(1);
});
