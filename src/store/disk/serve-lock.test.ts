import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeServeLock } from './serve-lock.ts';

let directory: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plantain-lock-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

async function startHolder(): Promise<ChildProcess> {
  const program = `
    import { takeServeLock } from ${JSON.stringify(new URL('./serve-lock.ts', import.meta.url).href)};
    takeServeLock(process.argv[1]);
    for (let round = 0; round < 3; round++) { globalThis.gc(); await new Promise((resolve) => setTimeout(resolve, 5)); }
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

test('a second server on the same data directory is refused with what to do, and can start once the first is killed', async () => {
  const holder = await startHolder();
  expect(() => takeServeLock(directory)).toThrow(
    /^Another Plantain server is running on the data directory .*PLANTAIN_DATA_DIR/,
  );
  expect(() => takeServeLock(directory)).toThrow(/Another Plantain server/);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  takeServeLock(directory).release();
});

test('the lock holds within one process too, and a refused attempt does not loosen it', async () => {
  const lock = takeServeLock(directory);
  expect(() => takeServeLock(directory)).toThrow(/Another Plantain server/);
  expect(await holdsAgainstOtherProcess()).toBe(true);
  lock.release();
  lock.release();
  takeServeLock(directory).release();
});

test('two data directories do not disturb each other', () => {
  const locks = ['one', 'two'].map((name) => takeServeLock(join(directory, name)));
  for (const lock of locks) lock.release();
});

test('the directory is made for the owner alone, and a leftover lock file is no obstacle', async () => {
  const dataDir = join(directory, 'new', 'data');
  takeServeLock(dataDir).release();
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  expect((await stat(join(dataDir, 'serve.lock'))).mode & 0o777).toBe(0o600);
  takeServeLock(dataDir).release();
});

test('a directory that cannot be used is told as such, not as a second server', async () => {
  await writeFile(join(directory, 'file'), '');
  expect(() => takeServeLock(join(directory, 'file'))).toThrow(/cannot be locked/);
  await mkdir(join(directory, 'odd', 'serve.lock'), { recursive: true });
  expect(() => takeServeLock(join(directory, 'odd'))).toThrow(/cannot be locked/);
});

async function holdsAgainstOtherProcess(): Promise<boolean> {
  const program = `
    import { takeServeLock } from ${JSON.stringify(new URL('./serve-lock.ts', import.meta.url).href)};
    try { takeServeLock(process.argv[1]); process.exit(0); } catch { process.exit(3); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, directory], {
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number];
  return code === 3;
}
