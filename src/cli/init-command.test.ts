import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { configTemplate } from '../config/config-template.ts';
import { runCommandLine } from './run-command-line.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plantain-init-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

async function run(...words: string[]) {
  const context = capturedContext({ cwd });
  const exitCode = await runCommandLine(words, context);
  return { exitCode, out: context.out(), err: context.err() };
}

test('init writes a file with every setting that serve reads as it stands, for its owner alone', async () => {
  expect(await run('init')).toMatchObject({ exitCode: 0, err: '' });
  const file = path.join(cwd, 'plantain.yaml');
  expect(readFileSync(file, 'utf8')).toBe(configTemplate());
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await run('config', 'check', 'plantain.yaml')).toEqual({ exitCode: 0, out: 'ok\n', err: '' });
});

test('a file that is there is kept, and a place that cannot be written is told', async () => {
  await run('init', 'mine.yaml');
  expect(await run('init', 'mine.yaml')).toEqual({
    exitCode: 2,
    out: '',
    err: 'plantain: mine.yaml exists and is kept. Name another file.\n',
  });
  expect(await run('init', 'no/such/folder.yaml')).toEqual({
    exitCode: 1,
    out: '',
    err: 'plantain: no/such/folder.yaml cannot be written: no such file or directory.\n',
  });
});
