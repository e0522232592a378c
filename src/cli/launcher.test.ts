import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

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

/** What this process has, but that nothing is kept outside the test's own folder. */
const inHome = (): NodeJS.ProcessEnv => ({ ...process.env, XDG_CACHE_HOME: path.join(home, 'caches') });

function start(
  entry: string,
  { isOld = true, words = [] as string[], env = inHome(), flags = [] as string[] } = {},
) {
  if (entry !== '') writeFileSync(path.join(home, 'dist', 'main.js'), entry);
  const old = isOld ? ['--import', path.join(home, 'old.mjs')] : flags;
  const child = spawn(process.execPath, [...old, path.join(home, 'bin', 'plantain.mjs'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
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
    // The flag of the launcher, which need not start another process for it then.
    'node --max-semi-space-size=16 bin/plantain.mjs serve',
    'node bin/plantain.mjs',
  ]);
});

test('a package without its program says so', async () => {
  const { code, err } = await start('', { isOld: false }).ended;
  expect([code, err]).toEqual([1, expect.stringContaining('dist/main.js is missing') as string]);
});

describe('compiled code is kept', () => {
  const tell = "import module from 'node:module'; console.log(module.getCompileCacheDir() ?? 'none');";
  /** Of the variables that a place is found by, those alone. */
  const only = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], ...env });
  const placeOf = async (env: NodeJS.ProcessEnv, options = {}): Promise<string> => {
    const { code, out, err } = await start(tell, { isOld: false, env: only(env), ...options }).ended;
    expect([code, err]).toEqual([0, '']);
    return out.trim();
  };

  test.each([
    ['a command', []],
    ['the server, which becomes another process', ['serve']],
  ])("with this user's caches, by %s", async (_who, words) => {
    const caches = path.join(home, 'caches');
    const place = await placeOf({ XDG_CACHE_HOME: caches, HOME: home }, { words });
    expect(path.dirname(place)).toBe(path.join(caches, 'plantain'));
    expect(readdirSync(place).length).toBeGreaterThan(0);
  });

  test('below the home folder, where nothing says otherwise', async () => {
    expect(path.dirname(await placeOf({ HOME: home }))).toBe(path.join(home, '.cache', 'plantain'));
  });

  test('by a server on an old Node.js too', async () => {
    bringNode();
    const place = await placeOf({ HOME: home }, { isOld: true, words: ['serve'] });
    expect(path.dirname(place)).toBe(path.join(home, '.cache', 'plantain'));
  });

  test('in the data folder of who has no home, if it is there; else nowhere', async () => {
    const data = path.join(home, 'data');
    expect(await placeOf({ PLANTAIN_DATA_DIR: data })).toBe('none');
    expect(existsSync(data)).toBe(false);
    mkdirSync(data);
    expect(path.dirname(await placeOf({ PLANTAIN_DATA_DIR: data }))).toBe(path.join(data, 'cache'));
    expect(await placeOf({})).toBe('none');
  });

  test('where NODE_COMPILE_CACHE says', async () => {
    const place = path.join(home, 'mine');
    expect(path.dirname(await placeOf({ HOME: home, NODE_COMPILE_CACHE: place }))).toBe(place);
  });

  test('nowhere, and without a word, where nothing can be written', async () => {
    writeFileSync(path.join(home, 'file'), '');
    expect(await placeOf({ XDG_CACHE_HOME: path.join(home, 'file') })).toBe('none');
    expect(await placeOf({ XDG_CACHE_HOME: path.join(home, 'file') }, { words: ['serve'] })).toBe('none');
  });

  test("never in another user's folder", async () => {
    const somebody = path.join(home, 'somebody.mjs');
    writeFileSync(somebody, 'process.getuid = () => 123456;');
    mkdirSync(path.join(home, 'caches', 'plantain'), { recursive: true });
    const flags = ['--import', somebody];
    expect(await placeOf({ XDG_CACHE_HOME: path.join(home, 'caches') }, { flags })).toBe('none');
    expect(await placeOf({ HOME: home }, { flags })).toBe('none');
  });

  test('in a checkout below node_modules', async () => {
    mkdirSync(path.join(home, 'src'));
    writeFileSync(path.join(home, 'src', 'main.ts'), tell);
    const place = await placeOf({ HOME: home });
    expect(path.dirname(place)).toBe(path.join(home, 'node_modules', '.cache', 'plantain'));
  });
});
