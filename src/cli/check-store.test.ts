import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type S3Server, startS3 } from '../../test/support/s3-server.ts';
import { loadConfig } from '../config/load-config.ts';
import { checkStore } from './check-store.ts';

let s3: S3Server;
let folder: string;
beforeAll(async () => {
  s3 = await startS3();
  folder = await mkdtemp(join(tmpdir(), 'plantain-doctor-'));
});
afterAll(async () => {
  await s3.remove();
  await rm(folder, { recursive: true });
});

const check = (env: Readonly<Record<string, string>> = {}) =>
  checkStore(
    loadConfig({
      env: {
        PLANTAIN_STORAGE_KIND: 's3',
        PLANTAIN_STORAGE_BUCKET: s3.bucket,
        PLANTAIN_STORAGE_ENDPOINT: s3.endpoint,
        PLANTAIN_STORAGE_REGION: 'eu-test-1',
        PLANTAIN_STORAGE_ACCESS_KEY_ID: s3.accessKeyId,
        PLANTAIN_STORAGE_SECRET_ACCESS_KEY: s3.secretAccessKey,
        ...env,
      },
      cwd: folder,
    }).config,
  );

test('a bucket that takes and gives is well, and nothing stays in it', async () => {
  expect(await check()).toMatchObject([{ check: 'store', state: 'ok' }]);
  const left = await readdir(join(s3.folder, s3.bucket), { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile())).toEqual([]);
});

test.each([
  ['the secret', { PLANTAIN_STORAGE_SECRET_ACCESS_KEY: 'wrong' }, 'SignatureDoesNotMatch'],
  ['the bucket', { PLANTAIN_STORAGE_BUCKET: 'nowhere' }, 'NoSuchBucket'],
  ['the address', { PLANTAIN_STORAGE_ENDPOINT: 'http://127.0.0.1:9' }, 'ECONNREFUSED'],
])("%s that is wrong is told in the store's own word", async (_what, env, word) => {
  const [finding] = await check(env);
  expect(finding).toMatchObject({
    check: 'store',
    state: 'failed',
    fix: expect.stringContaining('storage.endpoint'),
  });
  expect(finding?.detail).toContain(word);
});

test('a disk is looked at with the data folder', async () => {
  expect(await check({ PLANTAIN_STORAGE_KIND: 'disk' })).toEqual([]);
});
