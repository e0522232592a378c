import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const launcher = fileURLToPath(new URL('../../bin/plantain.mjs', import.meta.url));
const leave = new URL('./stop-signals.ts', import.meta.url).href;

/** A package with the true launcher around an entry of the test's own, and a Node.js that says it is old. */
let home = '';
let children: ChildProcess[] = [];
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'plantain-launcher-'));
  mkdirSync(path.join(home, 'bin'));
  mkdirSync(path.join(home, 'dist'), { recursive: true });
  copyFileSync(launcher, path.join(home, 'bin', 'plantain.mjs'));
  writeFileSync(path.join(home, 'package.json'), '{"type":"module"}');
  writeFileSync(
    path.join(home, 'old.mjs'),
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });",
  );
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

function bringNode(version = '24.21.0'): void {
  const folder = path.join(home, 'node_modules', `node-${process.platform}-${process.arch}`);
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  symlinkSync(process.execPath, path.join(folder, 'bin', 'node'));
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ version }));
}

function start(entry: string, { isOld = true, words = [] as string[] } = {}) {
  if (entry !== '') writeFileSync(path.join(home, 'dist', 'main.js'), entry);
  const old = isOld ? ['--import', path.join(home, 'old.mjs')] : [];
  const child = spawn(process.execPath, [...old, path.join(home, 'bin', 'plantain.mjs'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let out = '';
  let err = '';
  const waiting: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const wake of waiting.splice(0)) wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
    out,
    err,
  }));
  const until = async (text: string): Promise<void> => {
    while (!out.includes(text)) await new Promise<void>((resolve) => void waiting.push(resolve));
  };
  return { child, ended, until, text: () => out };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const runsUntilTold = `
import { leaveWithLauncher } from ${JSON.stringify(leave)};
leaveWithLauncher();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => { console.log('got ' + signal); setTimeout(() => process.exit(7), 20); });
}
setInterval(() => undefined, 1000);
console.log('pid ' + process.pid + ' ready');
`;

test('a new enough Node.js runs the entry itself', async () => {
  const { ended } = start("console.log('here', process.argv.slice(2).join()); process.exitCode = 5;", {
    isOld: false,
    words: ['a', '--b'],
  });
  expect(await ended).toEqual({ code: 5, signal: null, out: 'here a,--b\n', err: '' });
});

test('an old Node.js starts the one that came with the package, and ends with its exit code', async () => {
  bringNode();
  const { ended } = start('console.log(process.argv.slice(2).join()); process.exitCode = 5;', {
    words: ['a', '--b'],
  });
  expect(await ended).toEqual({ code: 5, signal: null, out: 'a,--b\n', err: '' });
});

test('a command that is done ends, although the launcher listens for it', async () => {
  bringNode();
  const { ended } = start(
    `import { leaveWithLauncher } from ${JSON.stringify(leave)}; leaveWithLauncher(); console.log('done');`,
  );
  expect(await ended).toEqual({ code: 0, signal: null, out: 'done\n', err: '' });
});

test('stop signals reach the server, which ends in its own way', async () => {
  bringNode();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const { child, ended, until } = start(runsUntilTold);
    await until('ready');
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 7, out: expect.stringContaining(`got ${signal}`) as string });
  }
});

test('a server killed by a signal ends the launcher with 128 and its number', async () => {
  bringNode();
  const { ended } = start("process.kill(process.pid, 'SIGKILL');");
  expect(await ended).toMatchObject({ code: 137, signal: null });
});

test('a killed launcher does not leave the server behind', async () => {
  bringNode();
  const { child, ended, until, text } = start(runsUntilTold);
  await until('ready');
  const pid = Number(/pid (\d+)/.exec(text())?.[1]);
  expect(isAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  expect((await ended).out).toContain('got SIGTERM');
  for (let round = 0; round < 200 && isAlive(pid); round++)
    await new Promise((resolve) => setTimeout(resolve, 25));
  expect(isAlive(pid)).toBe(false);
});

test('without a Node.js that can do it, one plain line says what to install', async () => {
  const { code, err } = await start("console.log('never')").ended;
  expect([code, err]).toEqual([
    1,
    `plantain: Node.js 24.15 or newer is needed. This is 20.1.0, and none came with the package for ${process.platform} ${process.arch}. Install Node.js 24 and try again.\n`,
  ]);
  bringNode('22.0.0');
  expect((await start("console.log('never')").ended).code).toBe(1);
});

test('a checkout runs its sources, also beside an older build', async () => {
  mkdirSync(path.join(home, 'src'));
  writeFileSync(path.join(home, 'src', 'main.ts'), "const now: string = 'sources'; console.log(now);");
  expect((await start("console.log('build')", { isOld: false }).ended).out).toBe('sources\n');
});

test('npm scripts go through the launcher, which says on an old Node.js what is missing', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect([scripts['start'], scripts['plantain']]).toEqual([
    'node bin/plantain.mjs serve',
    'node bin/plantain.mjs',
  ]);
});

test('a package without its program says so', async () => {
  const { code, err } = await start('', { isOld: false }).ended;
  expect([code, err]).toEqual([1, expect.stringContaining('dist/main.js is missing') as string]);
});
