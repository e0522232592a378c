import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ledgerRows } from '../../test/support/http.ts';

const main = path.resolve(import.meta.dirname, '../main.ts');
let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plantain-process-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** A command as a shell runs it. `redirect` is put behind it. */
function start(words: readonly string[], redirect = '') {
  const quoted = [process.execPath, main, ...words].map((word) => `'${word}'`).join(' ');
  const script = `exec ${quoted} ${redirect}`;
  const child = spawn(
    '/bin/bash',
    ['-o', 'pipefail', '-c', redirect.startsWith('|') ? `${quoted} ${redirect}` : script],
    {
      cwd,
      env: { PATH: process.env['PATH'], TMPDIR: cwd },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<{ code: number | null; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, err })),
  );
  child.stdout.resume();
  return { child, ended };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'an order that %s ends is settled before the command goes',
  async (signal) => {
    const { child, ended } = start([
      'generate',
      'a fox [scenario: hang]',
      '-o',
      'fox.png',
      '--data-dir',
      'data',
    ]);
    const rows = () => {
      try {
        return ledgerRows(path.join(cwd, 'data')).map(({ status }) => status);
      } catch {
        return [];
      }
    };
    await expect.poll(rows, { timeout: 15_000 }).toEqual(['open']);
    child.kill(signal);
    expect(await ended).toEqual({ code: 130, err: 'plantain: interrupted.\n' });
    expect([rows(), readdirSync(cwd)]).toEqual([['canceled'], ['data']]);
  },
  30_000,
);

test.each([
  ['a picture', ['generate', 'a fox', '-o', '-'], '| head -c 1'],
  ['a picture, before it is drawn', ['generate', 'a fox', '-o', '-'], '| true'],
  ['text', ['config', 'template'], '| true'],
])(
  'a reader of %s that stops early ends the command quietly, as others end',
  async (_what, words, redirect) => {
    expect(await start(words, redirect).ended).toEqual({ code: 141, err: '' });
  },
  30_000,
);

test('a standard output that cannot take a picture does not cost it', async () => {
  const { code, err } = await start(['generate', 'a fox', '-o', '-'], '> /dev/full').ended;
  const saved =
    /^plantain: standard output cannot be written: no space left on device\. The picture was saved as (.+) instead\.\n$/.exec(
      err,
    );
  expect([code, readFileSync(saved?.[1] ?? '').length > 1000]).toEqual([1, true]);
  expect(await start(['config', 'template'], '> /dev/full').ended).toEqual({
    code: 1,
    err: 'plantain: standard output cannot be written: no space left on device.\n',
  });
}, 30_000);

test('without a terminal a server’s standard output is JSON lines alone, and no output has its first key', async () => {
  const child = spawn(process.execPath, [main, 'serve', '--port', '0'], {
    cwd,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    await expect.poll(() => err, { timeout: 15_000 }).toContain('Draw a picture into otter.png');
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
  const lines = out.trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    'started',
    'stopping',
    'stopped',
  ]);
  const file = path.join(cwd, 'data', 'first-key');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toMatch(/^sk-[0-9A-Za-z]{48}\n$/);
  expect(err).toContain(`Your API key is in ${file}, for this user alone.`);
  expect(out + err).not.toMatch(/sk-[0-9A-Za-z]{8}/);
}, 30_000);

test('a Node.js that is too old is told so, instead of what it cannot read', async () => {
  const old = path.join(cwd, 'old.mjs');
  const versions = "{ value: { ...process.versions, node: '20.20.2' } }";
  writeFileSync(old, `Object.defineProperty(process, 'versions', ${versions});`);
  const child = spawn(process.execPath, ['--import', old, main, '--version']);
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, err]).toEqual([
    1,
    'plantain: Node.js 24.15 or newer is needed. This is 20.20.2. Install Node.js 24 and try again.\n',
  ]);
});
