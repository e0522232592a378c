import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { serveChild } from '../../test/support/serve-child.ts';
import { loadConfig } from '../config/load-config.ts';
import { withRecords } from './open-records.ts';
import { runCommandLine } from './run-command-line.ts';
import { leaveNote, runningServers } from './server-notes.ts';

let root = '';
let cwd = '';
let state = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'plantain-find-'));
  cwd = path.join(root, 'here');
  state = path.join(root, 'state');
  mkdirSync(cwd);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function run(words: readonly string[], env: Record<string, string> = {}) {
  const context = capturedContext({ cwd, env: { XDG_STATE_HOME: state, ...env } });
  const exitCode = await runCommandLine(words, context);
  return { exitCode, out: context.out(), err: context.err() };
}

/** A data folder with a database, as a server leaves it, and the note of one that runs: this process. */
async function serverOn(name: string, port: number): Promise<string> {
  const dataDir = path.join(root, name);
  await withRecords({ ...loadConfig({ env: {}, cwd: '/' }).config, dataDir }, async () => undefined);
  leaveNote(path.join(state, 'plantain'), {
    url: `http://127.0.0.1:${String(port)}`,
    dataDir,
    pid: process.pid,
  });
  return dataDir;
}

test.each([
  ['keys', 'list'],
  ['keys', 'create', '--name', 'x'],
  ['keys', 'revoke', 'x'],
  ['keys', 'rotate', 'x'],
  ['usage'],
])('%s %s makes no database where there is none, and says which flag is missing', async (...words) => {
  for (const more of [[], ['--data-dir', 'elsewhere']]) {
    const { exitCode, out, err } = await run([...words, ...more]);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain(`there is no database in ${path.join(cwd, more[1] ?? 'data')}`);
    expect(err).toContain('--data-dir');
  }
  expect(readdirSync(cwd)).toEqual([]);
});

test('doctor makes nothing either, and calls an empty folder ready', async () => {
  const { out } = await run(['doctor'], { PLANTAIN_PORT: '0' });
  expect(out).toContain(`✓ data      ${path.join(cwd, 'data')} (made at the first start), `);
  expect(out).toContain('✓ database  none yet; the first start makes it\n');
  expect(readdirSync(cwd)).toEqual([]);
});

test('from any folder, keys and usage find the data of the one server that runs, and say so', async () => {
  const dataDir = await serverOn('server', 4747);
  const told = `plantain: on ${dataDir}, the data folder of the server at http://127.0.0.1:4747.\n`;
  expect(await run(['keys', 'create', '--name', 'website'])).toMatchObject({ exitCode: 0, err: told });
  expect((await run(['keys', 'list'])).out).toContain('website');
  expect(await run(['usage'])).toEqual({ exitCode: 0, out: 'No orders in this period.\n', err: told });
  expect((await run(['doctor'])).out).toContain(`✓ server    http://127.0.0.1:4747 runs on ${dataDir}\n`);
  expect(readdirSync(cwd)).toEqual([]);
});

test('a folder that lies here or is named comes before a server that runs elsewhere', async () => {
  await serverOn('here/data', 4747);
  await serverOn('server', 4747);
  expect(await run(['keys', 'list'])).toMatchObject({ exitCode: 0, err: '' });
  expect((await run(['usage', '--data-dir', path.join(root, 'server')])).err).toBe('');
});

test('of several servers none is guessed: the port or the folder decides', async () => {
  const [one, two] = [await serverOn('one', 4801), await serverOn('two', 4802)];
  const { exitCode, err } = await run(['usage']);
  expect([exitCode, err]).toEqual([
    2,
    `plantain: several servers are running. Choose one: --data-dir ${one} (http://127.0.0.1:4801), --data-dir ${two} (http://127.0.0.1:4802)\n`,
  ]);
  expect(await run(['usage'], { PLANTAIN_PORT: '4802' })).toMatchObject({
    exitCode: 0,
    err: expect.stringContaining(two) as string,
  });
});

test('notes of servers that are gone, and what is no note, lead nowhere', async () => {
  const servers = path.join(state, 'plantain', 'servers');
  await serverOn('server', 4747);
  rmSync(path.join(root, 'server'), { recursive: true });
  expect((await run(['usage'])).exitCode).toBe(2);
  leaveNote(path.join(state, 'plantain'), { url: 'http://127.0.0.1:4747', dataDir: root, pid: 2 ** 30 });
  for (const [name, text] of [
    ['1.json', '{'],
    ['2.json', '[]'],
    ['3.json', '{"url":"x"}'],
    ['x.txt', ''],
  ])
    writeFileSync(path.join(servers, name ?? ''), text ?? '');
  expect(runningServers(path.join(state, 'plantain'))).toEqual([]);
});

test('a server takes back its own note alone, and needs no place for one', () => {
  const folder = path.join(state, 'plantain');
  const note = { url: 'http://127.0.0.1:4747', dataDir: root, pid: process.pid };
  const forget = leaveNote(folder, note);
  const file = path.join(folder, 'servers', '4747.json');
  expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
  leaveNote(folder, { ...note, pid: 1 });
  forget();
  expect(existsSync(file)).toBe(true);
  leaveNote(folder, note)();
  expect(existsSync(file)).toBe(false);
  writeFileSync(path.join(root, 'a-file'), '');
  expect(() => leaveNote(path.join(root, 'a-file'), note)()).not.toThrow();
  expect(() => leaveNote(undefined, note)()).not.toThrow();
});

test('serve leaves the note while it serves', async () => {
  const server = await serveChild({ env: { XDG_STATE_HOME: state } });
  try {
    const servers = () => runningServers(path.join(state, 'plantain'));
    await expect
      .poll(servers, { timeout: 10_000 })
      .toEqual([{ url: server.url, dataDir: server.dataDir, pid: server.child.pid }]);
    expect((await run(['keys', 'list'])).out).toContain('bootstrap');
    server.child.kill('SIGTERM');
    await server.exited;
    expect(readdirSync(path.join(state, 'plantain', 'servers'))).toEqual([]);
  } finally {
    await server.close();
  }
}, 30_000);
