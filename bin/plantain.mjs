#!/usr/bin/env node
// Starts Plantain on a Node.js that can run it. Plain JavaScript for old ones: the machine's own Node may be
// 18 or 20, and then the one that came with the package as an optional dependency does the work.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)));
// A checkout runs its sources, built or not; a package has none.
const entry = [join(packageRoot, 'src', 'main.ts'), join(packageRoot, 'dist', 'main.js')].find((file) => existsSync(file));

/** node:sqlite is usable from 24.15 on. */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 15);
}

/** The Node.js beside this package, found as the module system finds it: upwards through node_modules. */
function broughtNode() {
  const require = createRequire(import.meta.url);
  try {
    const manifest = require.resolve(`node-${process.platform}-${process.arch}/package.json`);
    const binary = join(dirname(manifest), 'bin', 'node');
    return isNewEnough(require(manifest).version) && existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Flags for a server's life. Waiting orders are young objects: a bound on their room keeps a thousand of them
 * under 60 kB each, at no cost in speed (docs/performance.md).
 */
const flags = process.argv[2] === 'serve' ? ['--max-semi-space-size=16'] : [];

/** Becomes a process with the flags, same id, same files; where the system cannot do that, goes on without. */
function becomeFlagged() {
  const isFlagged = flags.every((flag) => process.execArgv.some((given) => given.startsWith(flag.split('=')[0])));
  if (isFlagged || typeof process.execve !== 'function' || process.platform === 'win32') return;
  const args = [process.execPath, ...process.execArgv, ...flags, entry, ...process.argv.slice(2)];
  process.execve(process.execPath, args, process.env);
}

function refuse(reason) {
  process.stderr.write(`plantain: ${reason}\n`);
  process.exitCode = 1;
}

function runOn(node) {
  // Over the fourth, a channel, the child notices when this process is gone, even by SIGKILL, and stops too.
  const child = spawn(node, [...flags, entry, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`the Node.js that came with it does not start (${error.message}). Install Node.js 24.15 or newer.`));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0);
    for (const name of signals) process.removeAllListeners(name);
  });
}

if (entry === undefined) {
  refuse('the package is incomplete: dist/main.js is missing. Install it again.');
} else if (isNewEnough(process.versions.node)) {
  becomeFlagged();
  await import(pathToFileURL(entry).href);
} else {
  const node = broughtNode();
  if (node !== undefined) runOn(node);
  else {
    refuse(
      `Node.js 24.15 or newer is needed. This is ${process.versions.node}, and none came with the package for ${process.platform} ${process.arch}. Install Node.js 24 and try again.`,
    );
  }
}
