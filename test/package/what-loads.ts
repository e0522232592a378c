/**
 * What the built program loads, and no more: `node test/package/what-loads.ts dist/main.js`. Memory and time that nobody
 * notices come back one import at a time; here such an import has a name.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const main = path.resolve(process.argv[2] ?? 'dist/main.js');
const folder = mkdtempSync(path.join(tmpdir(), 'plantain-loads-'));
const record = path.join(folder, 'record.json');
const preload = path.join(folder, 'preload.mjs');
writeFileSync(
  preload,
  `import { registerHooks } from 'node:module';
import { writeFileSync } from 'node:fs';
const files = [];
const intl = [];
registerHooks({ load: (url, context, next) => (url.startsWith('file:') && files.push(url.split('/').at(-1)), next(url, context)) });
Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, { construct: (...args) => (intl.push('DateTimeFormat'), Reflect.construct(...args)) });
process.once('SIGTERM', () => process.exit());
process.on('exit', () => writeFileSync(${JSON.stringify(record)}, JSON.stringify({ files, intl, own: process.moduleLoadList })));
`,
);

interface Loaded {
  /** Of the program. */
  readonly files: readonly string[];
  /** Node's own modules. */
  readonly own: readonly string[];
  readonly intl: readonly string[];
}

/** Runs a command to its end; a server is stopped as soon as it is ready. */
async function loadedBy(words: readonly string[], env: Record<string, string> = {}): Promise<Loaded> {
  rmSync(record, { force: true });
  const child = spawn(process.execPath, ['--import', preload, main, ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, PLANTAIN_SHUTDOWN_DELAY_MS: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (/^ {2}data /m.test(said)) child.kill('SIGTERM');
  });
  const tooLong = setTimeout(() => child.kill('SIGKILL'), 60_000);
  await new Promise((resolve) => child.on('exit', resolve));
  clearTimeout(tooLong);
  return JSON.parse(readFileSync(record, 'utf8')) as Loaded;
}

const problems: string[] = [];
function mustNot(who: string, loaded: readonly string[], unwanted: RegExp): void {
  const found = loaded.filter((name) => unwanted.test(name));
  if (found.length > 0) problems.push(`${who} loads ${found.join(', ')}`);
}

/** What only HTTPS and HTTP/2 need, and the undici that Node brings along: we bring our own. */
const ofOtherServers = /^NativeModule (?:https|http2|internal\/deps\/undici\/undici)$/;
/** Of the program, what every command loads. */
const ofEveryCommand = /^(?:preload\.mjs|main\.js|node-version\.js|run-process\d?\.js|rolldown-runtime\.js)$/;

try {
  const probe = await loadedBy(['health', '--port', '1']);
  mustNot(
    'a probe',
    probe.files.filter((name) => !ofEveryCommand.test(name)),
    /./,
  );
  mustNot('a probe', probe.own, ofOtherServers);
  const upstream = { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:1' };
  for (const [who, env] of [
    ['a server', upstream],
    ['a server in the sandbox', {}],
  ] as const) {
    const server = await loadedBy(['serve', '--port', '0'], env);
    if (server.files.length < 50) problems.push(`${who} did not start`);
    mustNot(who, server.own, ofOtherServers);
    mustNot(who, server.intl, /./);
    mustNot(who, server.files, /sharp|resvg|meter|tracer|pg|s3-|oidc|tar-stream|undici\.js/);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
