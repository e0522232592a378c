import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
