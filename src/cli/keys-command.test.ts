import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { loadConfig } from '../config/load-config.ts';
import { withRecords } from './open-records.ts';
import { runCommandLine } from './run-command-line.ts';

let dataDir = '';
beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'plantain-keys-'));
  await withRecords({ ...loadConfig({ env: {}, cwd: '/' }).config, dataDir }, async () => undefined);
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function keys(...words: string[]) {
  const context = capturedContext();
  const exitCode = await runCommandLine(['keys', ...words, '--data-dir', dataDir], context);
  return { exitCode, out: context.out(), err: context.err() };
}

test('a key is shown once, when it is made, alone on the first line', async () => {
  const { exitCode, out } = await keys('create', '--name', 'website');
  const [key = '', note] = out.split('\n');
  expect([exitCode, /^sk-[0-9A-Za-z]{48}$/.test(key)]).toEqual([0, true]);
  expect(note).toMatch(/^This is the key "website" \(key_\w+\)\. It is shown only now/);
  const listed = await keys('list');
  expect(listed.out).toContain('website');
  expect(listed.out).not.toContain(key);
  expect((await keys('list', '--json')).out).not.toContain(key.slice(12));
});

test('an old secret goes on for a year at most', async () => {
  await keys('create', '--name', 'website');
  const { exitCode, err } = await keys('rotate', 'website', '--overlap', '400d');
  expect([exitCode, err]).toEqual([2, expect.stringContaining('at most a year')]);
  expect((await keys('rotate', 'website', '--overlap', '366d')).exitCode).toBe(0);
});

test('JSON carries the key and its record for scripts', async () => {
  const created = JSON.parse((await keys('create', '--name', 'ci', '--strict', '--json')).out) as Record<
    string,
    unknown
  >;
  expect(created).toMatchObject({
    name: 'ci',
    state: 'live',
    strict: true,
    key: expect.stringMatching(/^sk-/) as string,
  });
  const { key: _key, ...record } = created;
  expect(JSON.parse((await keys('list', '--json')).out)).toEqual([record]);
});

test('a revoked key stays in the list, and a rotated one stays the same key', async () => {
  await keys('create', '--name', 'old');
  await keys('create', '--name', 'leaked');
  expect((await keys('revoke', 'old')).out).toMatch(/^Revoked old \(key_\w+\)\.\n$/);
  const rotated = await keys('rotate', 'leaked');
  expect(rotated.out).toMatch(/^sk-\w{48}\n[^]*The old key sk-\S+ works no more\.\n$/);
  const states = (JSON.parse((await keys('list', '--json')).out) as { name: string; state: string }[]).map(
    ({ name, state }) => `${name} ${state}`,
  );
  expect(states).toEqual(['old revoked', 'leaked live']);
});

test('what cannot be done is one plain line and exit code 2', async () => {
  const { exitCode, err } = await keys('revoke', 'nobody');
  expect([exitCode, err.split('\n').length]).toEqual([2, 2]);
  expect(err).toMatch(/^plantain: There is no key .*nobody/);
  expect((await keys('list')).out).toBe('No keys yet. Make one: plantain keys create --name <name>\n');
});
