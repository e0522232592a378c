import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../bench/measure/free-port.ts';

export interface Plantain {
  /** With `/v1`, as clients want it. */
  readonly baseUrl: string;
  readonly key: string;
  /** What it has printed so far. */
  readonly output: () => string;
  stop(): Promise<void>;
}

export const repository = resolve(import.meta.dirname, '../../..');
const startTimeoutMs = 60_000;
const stopTimeoutMs = 15_000;

/**
 * Plantain as an operator starts it: its own process, a new data directory, a key given, the sandbox inside; or with
 * another Plantain as its only upstream.
 */
export async function startPlantain(upstream?: Plantain): Promise<Plantain> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plantain-clients-'));
  const configFile = join(dataDir, 'plantain.yaml');
  if (upstream !== undefined) await writeFile(configFile, behind(upstream));
  const key = `sk-${[...randomBytes(48)].map((byte) => base62[byte % base62.length]).join('')}`;
  const port = await freePort();
  const child = spawn(process.execPath, ['src/main.ts', 'serve'], {
    cwd: repository,
    env: {
      ...strangersEnvironment(),
      PLANTAIN_PORT: String(port),
      PLANTAIN_DATA_DIR: dataDir,
      PLANTAIN_BOOTSTRAP_KEY: key,
      PLANTAIN_SHUTDOWN_DELAY_MS: '0',
      ...(upstream !== undefined && { PLANTAIN_CONFIG: configFile }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = `${output}${chunk.toString()}`.slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const origin = `http://127.0.0.1:${port}`;
  const giveUpAt = Date.now() + startTimeoutMs;
  while (!(await isReady(origin))) {
    if (child.exitCode !== null || Date.now() > giveUpAt) {
      child.kill('SIGKILL');
      throw new Error(`Plantain did not start:\n${output}`);
    }
    await sleep(200);
  }
  return {
    baseUrl: `${origin}/v1`,
    key,
    output: () => output,
    async stop() {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGTERM');
      // Without a reference, so that the program does not wait for the timer after the server has stopped.
      const patience = sleep(stopTimeoutMs, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
      await Promise.race([ended, patience]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function behind({ baseUrl, key }: Plantain): string {
  const profile = { kind: 'openai-compatible', profile: 'plantain' };
  return JSON.stringify({ upstreams: [{ name: 'inner', ...profile, base_url: baseUrl, api_key: key }] });
}

/** This process's environment without what would configure a server: the sandbox is wanted, and nothing else. */
function strangersEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(?:PLANTAIN_|GEMINI_|GOOGLE_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

async function isReady(origin: string): Promise<boolean> {
  return fetch(`${origin}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}
