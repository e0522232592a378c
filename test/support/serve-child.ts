import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { testKey, upstreamKey } from './start-gateway.ts';

const main = resolve(import.meta.dirname, '../../src/main.ts');

export interface ServeChild {
  readonly url: string;
  readonly key: string;
  readonly dataDir: string;
  readonly child: ChildProcess;
  /** Standard output and standard error so far. */
  output(): string;
  /** Resolves with the exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  close(): Promise<void>;
}

/** `plantain serve` as operators run it: a process of its own, its log captured. Rejects when it ends before it listens. */
export async function serveChild(
  options: {
    readonly upstreamUrl?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly dataDir?: string;
    /** The file that is run; left out, the sources. */
    readonly program?: string;
  } = {},
): Promise<ServeChild> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'plantain-serve-')));
  const child = spawn(process.execPath, [options.program ?? main, 'serve'], {
    cwd: dataDir,
    env: {
      PATH: process.env['PATH'],
      PLANTAIN_DATA_DIR: dataDir,
      PLANTAIN_PORT: '0',
      PLANTAIN_SHUTDOWN_DELAY_MS: '0',
      PLANTAIN_BOOTSTRAP_KEY: testKey,
      ...(options.upstreamUrl !== undefined && {
        GEMINI_API_KEY: upstreamKey,
        GOOGLE_GEMINI_BASE_URL: options.upstreamUrl,
      }),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = new Promise<number | string>((ended) =>
    child.once('close', (code, signal) => ended(code ?? signal ?? 'unknown')),
  );
  const url = await new Promise<string>((found, lost) => {
    let isFound = false;
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      // A long log is not searched again with each of its lines.
      if (isFound) return;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(
        output.replaceAll(options.upstreamUrl ?? '\0', ''),
      )?.[0];
      if (address === undefined) return;
      isFound = true;
      found(address);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    void exited.then((code) => lost(new Error(`serve ended with ${code}:\n${output}`)));
  });
  return {
    url,
    key: testKey,
    dataDir,
    child,
    output: () => output,
    exited,
    async close() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
