// Builds the console of a checkout before the server starts, where its sources are newer than what was built. Whatever goes
// wrong is told in a line and keeps nothing from starting: the API needs no console.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(root, 'dist', 'web', 'manifest.json');
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
const timeoutMs = 60_000;

/** The last change of anything the console is built from. */
function changedMs() {
  const files = readdirSync(join(root, 'web'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return Math.max(...[...files, join(root, 'package-lock.json')].map((file) => statSync(file).mtimeMs));
}

const say = (text) => process.stderr.write(`plantain: ${text}\n`);
const later = 'The server starts without it; `npm run build:web` builds it.';
try {
  const isStale = !existsSync(built) || statSync(built).mtimeMs < changedMs();
  if (isStale && !existsSync(vite)) say(`the console needs Vite, which is not installed. ${later}`);
  else if (isStale) {
    const began = Date.now();
    const { status, error, stderr } = spawnSync(
      process.execPath,
      [vite, 'build', join(root, 'web'), '--logLevel', 'warn'],
      {
        cwd: root,
        timeout: timeoutMs,
        stdio: ['ignore', 'ignore', 'pipe'],
        encoding: 'utf8',
      },
    );
    if (status === 0) say(`built the console in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    else
      say(
        `the console could not be built (${error?.message ?? stderr.trim().split('\n')[0] ?? 'no reason given'}). ${later}`,
      );
  }
} catch (error) {
  say(`the console could not be built (${error instanceof Error ? error.message : String(error)}). ${later}`);
}
