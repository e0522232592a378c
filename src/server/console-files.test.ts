import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConsoleFiles } from './console-files.ts';

let folder: string;
let files: ConsoleFiles;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'plantain-test-'));
  for (const name of ['assets', 'pages']) mkdirSync(path.join(folder, 'web', name), { recursive: true });
  writeFileSync(path.join(folder, 'secret.json'), 'secret');
  for (const name of ['a.js', 'a.js.br', 'a.js.gz', 'b.css', 'c.exe'])
    writeFileSync(path.join(folder, 'web/assets', name), name);
  files = new ConsoleFiles(path.join(folder, 'web'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('files that are asked for at once are all there, each in the coding its client takes', async () => {
  const [br, gzip, plain, style] = await Promise.all([
    files.asset('assets/a.js', 'gzip, br'),
    files.asset('assets/a.js', 'gzip'),
    files.asset('assets/a.js', undefined),
    files.asset('assets/b.css', 'gzip, br'),
  ]);
  expect([br, gzip, plain, style].map((file) => [String(file?.bytes), file?.coding])).toEqual([
    ['a.js.br', 'br'],
    ['a.js.gz', 'gzip'],
    ['a.js', undefined],
    ['b.css', undefined],
  ]);
  expect(style?.contentType).toBe('text/css; charset=utf-8');
});

test('nothing else is: what lies elsewhere, of no known kind, or nowhere', async () => {
  for (const name of [
    '../secret.json',
    'assets/../../secret.json',
    'assets/c.exe',
    'assets/none.js',
    '',
    'assets',
  ])
    expect(await files.asset(name, undefined)).toBeUndefined();
});

test('a page has its own document where the build made one, and else the one of all', async () => {
  writeFileSync(path.join(folder, 'web/index.html'), 'all');
  writeFileSync(path.join(folder, 'web/pages/orders.html'), 'orders');
  writeFileSync(path.join(folder, 'web/pages/orders.one.html'), 'one order');
  const documents = await Promise.all(
    ['orders', 'orders.one', 'nowhere', undefined].map((name) => files.page(name)),
  );
  expect(documents).toEqual(['orders', 'one order', 'all', 'all']);
});

test('without a build there is no page, and no fault', async () => {
  expect(await files.page('orders')).toBeUndefined();
  const none = new ConsoleFiles(path.join(folder, 'none'));
  expect([await none.page('orders'), await none.asset('assets/a.js', 'br')]).toEqual([undefined, undefined]);
});
