import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadLinkSecret } from './link-secret.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'plantain-secret-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

test('the secret is made once, survives a restart, and is readable by the server alone', async () => {
  const directory = join(scratch, 'new', 'data');
  const first = await loadLinkSecret(directory);
  expect(first).toHaveLength(32);
  expect((await loadLinkSecret(directory)).equals(first)).toBe(true);
  expect((await stat(join(directory, 'link-secret'))).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(['link-secret']);
});

test('processes that start at the same moment agree on one secret', async () => {
  const secrets = await Promise.all(Array.from({ length: 20 }, () => loadLinkSecret(join(scratch, 'race'))));
  expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1);
  expect(await readdir(join(scratch, 'race'))).toEqual(['link-secret']);
});

test('a secret others could read is closed to them, a damaged one is refused with the cure', async () => {
  const directory = join(scratch, 'open');
  await loadLinkSecret(directory);
  await chmod(join(directory, 'link-secret'), 0o644);
  await loadLinkSecret(directory);
  expect((await stat(join(directory, 'link-secret'))).mode & 0o777).toBe(0o600);
  await writeFile(join(directory, 'link-secret'), 'short');
  await expect(loadLinkSecret(directory)).rejects.toThrow('Delete it to make a new one');
});
