import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadAdminSecret } from './admin-secret.ts';

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'plantain-admin-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

test('the admin secret is made once for the owner alone, cannot be guessed, and is no API key', async () => {
  const secret = await loadAdminSecret(scratch);
  expect(secret).toMatch(/^plantain-admin-[0-9A-Za-z]{43}$/);
  expect(await loadAdminSecret(scratch)).toBe(secret);
  expect((await stat(join(scratch, 'admin-secret'))).mode & 0o777).toBe(0o600);
  expect(await loadAdminSecret(join(scratch, 'other'))).not.toBe(secret);
});

test('a file that holds no admin secret is refused with the cure, so that nobody runs with an empty one', async () => {
  for (const damaged of ['', '\n', 'plantain-admin-short', `sk-${'a'.repeat(48)}`]) {
    await writeFile(join(scratch, 'admin-secret'), damaged);
    await expect(loadAdminSecret(scratch)).rejects.toThrow('Delete it to make a new one');
  }
});
