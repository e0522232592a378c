import { appendFile, mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileWatch } from './watch-file.ts';

let folder: string;
let file: string;
let changes: number;
let watch: FileWatch;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plantain-watch-'));
  file = join(folder, 'plantain.yaml');
  await writeFile(file, 'port: 1\n');
  changes = 0;
  watch = new FileWatch(file, () => changes++);
  await watch.look();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Three looks are more than a change needs. */
async function looks(): Promise<number> {
  for (let look = 0; look < 3; look++) await watch.look();
  return changes;
}

test('a file that stays as it is calls nobody', async () => {
  expect(await looks()).toBe(0);
});

test('a change calls once, and not before the file keeps still', async () => {
  await appendFile(file, 'host: 1');
  await watch.look();
  await appendFile(file, '27.0.0.1\n');
  await watch.look();
  expect(changes).toBe(0);
  expect(await looks()).toBe(1);
});

test('a file that another one took the place of has changed', async () => {
  await writeFile(join(folder, 'new'), 'port: 2\n');
  await rename(join(folder, 'new'), file);
  expect(await looks()).toBe(1);
});

test('a mounted ConfigMap, whose data are behind a link that is turned elsewhere, has changed', async () => {
  for (const version of ['..1', '..2']) {
    await mkdir(join(folder, version));
    await writeFile(join(folder, version, 'plantain.yaml'), `# ${version}\n`);
  }
  await symlink('..1', join(folder, '..data'));
  await unlink(file);
  await symlink(join('..data', 'plantain.yaml'), file);
  expect(await looks()).toBe(1);
  await symlink('..2', join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  expect(await looks()).toBe(2);
});

test('a file that goes calls, and so does one that comes back', async () => {
  await unlink(file);
  expect(await looks()).toBe(1);
  await writeFile(file, 'port: 3\n');
  expect(await looks()).toBe(2);
});
