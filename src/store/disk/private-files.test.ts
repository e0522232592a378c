import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensurePrivateDirectory } from './private-files.ts';

/** Read while the program is still root, who may. */
const imported = `import { ensurePrivateDirectory } from ${JSON.stringify(new URL('private-files.ts', import.meta.url).href)};`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plantain-private-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a user who is not root is told: the image's, where the tests are run by root. */
function told(path: string): string {
  const program = `${imported}
    if (process.getuid() === 0) { process.setgroups([]); process.setgid(65532); process.setuid(65532); }
    try { ensurePrivateDirectory(${JSON.stringify(path)}); }
    catch (error) { console.log(error.message.replaceAll(process.getuid() + ':' + process.getgid(), 'USER')); }`;
  const args = ['--input-type=module-typescript', '--no-warnings', '-e', program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trimEnd();
}

test('a folder of somebody else is told in one sentence with the command that gives it over', () => {
  expect(told('/')).toBe(
    'This user (USER) may not write the data folder /, which belongs to 0:0. Give it to them with "chown -R USER /", or, when it is mounted into a container, with the same for its folder on the host.',
  );
});

test('a folder that cannot be made is told with the commands that make it', () => {
  expect(told('/plantain-data')).toBe(
    'This user (USER) may not make the data folder /plantain-data. Make it for them with "mkdir -p /plantain-data && chown USER /plantain-data", or name another folder with PLANTAIN_DATA_DIR.',
  );
});

test('a folder of its own that is write-protected is told with its mode, not its owner', () => {
  const made = join(folder, 'data');
  mkdirSync(made);
  const program = `${imported}
    import { chownSync, chmodSync } from 'node:fs';
    const made = ${JSON.stringify(made)};
    if (process.getuid() === 0) { chownSync(made, 65532, 65532); process.setgroups([]); process.setgid(65532); process.setuid(65532); }
    chmodSync(made, 0o500);
    try { ensurePrivateDirectory(made); } catch (error) { console.log(error.message); }`;
  const args = ['--input-type=module-typescript', '--no-warnings', '-e', program];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stdout).toContain(`belongs to this user. Give it to them with "chmod u+rwx ${made}"`);
});

test('a missing folder is made for its owner alone, and one that is there keeps its mode', () => {
  ensurePrivateDirectory(join(folder, 'new/data'));
  expect(statSync(join(folder, 'new/data')).mode & 0o777).toBe(0o700);
  ensurePrivateDirectory(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o755);
});
