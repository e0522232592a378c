import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { describePicture } from './picture-file-format.ts';
import { runCommandLine } from './run-command-line.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'plantain-local-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

async function run(...words: string[]) {
  const context = capturedContext({ cwd });
  const exitCode = await runCommandLine(words, context);
  return { exitCode, out: context.out(), err: context.err() };
}

test('without a server and a key the sandbox draws, the file is what its name says, and nothing else is left', async () => {
  const { exitCode, out, err } = await run(
    'generate',
    'A cute baby sea otter',
    '-o',
    'otter.png',
    '--ratio',
    '16:9',
  );
  expect([exitCode, err]).toEqual([0, '']);
  expect(out).toMatch(/^otter\.png {2}1376x768 png {2}\$\d+\.\d+ {2}sandbox {2}\d+\.\d s\n$/);
  expect(describePicture(readFileSync(path.join(cwd, 'otter.png')))).toEqual({
    format: 'png',
    size: '1376x768',
  });
  expect(readdirSync(cwd)).toEqual(['otter.png']);
});

test('a data folder that is named or there already has the order in its ledger', async () => {
  await run('generate', 'A fox', '-o', 'one.png', '--data-dir', 'data');
  await run('generate', 'A fox', '-o', 'two.png');
  expect(JSON.parse((await run('usage', '--by', 'key', '--json')).out)).toMatchObject({
    total: { orders: 2 },
  });
  expect((await run('usage', '--by', 'key')).out).toContain('command line');
});

test('a dry run draws nothing, leaves nothing, and refuses what the drawing would', async () => {
  const { exitCode, out } = await run('generate', 'A fox', '--ratio', '16:9', '-o', 'fox.png', '--dry-run');
  expect([exitCode, out]).toEqual([
    0,
    expect.stringMatching(/size +1376x768 \(16:9, 1K\)[^]*at most \$0\.\d+/),
  ]);
  expect(JSON.parse((await run('generate', 'A fox', '--dry-run', '--json')).out)).toMatchObject({
    object: 'image.dry_run',
    operation: 'generate',
    n: 1,
  });
  expect((await run('generate', 'A fox', '--ratio', '7:7', '--dry-run')).exitCode).toBe(2);
  expect((await run('generate', 'A fox', '-o', 'fox.gif', '--dry-run')).exitCode).toBe(2);
  expect(readdirSync(cwd)).toEqual([]);
});

test('a picture can be edited the same way', async () => {
  await run('generate', 'A cat', '-o', 'cat.png');
  const { exitCode, out } = await run('edit', '-i', 'cat.png', 'Give the cat a scarf', '-o', 'scarf.webp');
  expect([exitCode, out]).toEqual([0, expect.stringContaining('webp')]);
  expect(describePicture(readFileSync(path.join(cwd, 'scarf.webp')))?.format).toBe('webp');
});

test('refusals and mistakes end with their exit codes and leave no file', async () => {
  const refused = await run('generate', 'A fox [scenario: image-safety]', '-o', 'fox.png');
  expect([refused.exitCode, refused.err]).toEqual([3, expect.stringMatching(/^plantain: .+\n$/)]);
  const wrong = await run('generate', 'A fox', '--ratio', '7:7', '-o', 'fox.png');
  expect([wrong.exitCode, wrong.err]).toEqual([2, expect.stringContaining('16:9')]);
  expect(readdirSync(cwd)).toEqual([]);
});
