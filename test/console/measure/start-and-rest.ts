import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../../../bench/measure/statistics.ts';
import { generate } from '../../support/http.ts';
import { testKey } from '../../support/start-gateway.ts';

const repository = join(import.meta.dirname, '../../..');
const orders = 50;
/** After this long nothing of what was done is still going on. */
const quietMs = 1000;
/** Linux counts a process's time in hundredths of a second. */
const msPerTick = 10;

/** What one start took, and what the server held. */
export interface Rest {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Proportional megabytes, as the kernel counts them: after the start, after some orders, and after all of the console was asked for. */
  readonly startedMb: number;
  readonly servedMb: number;
  readonly visitedMb: number;
}

/** Medians of starts of the program, each in a process of its own, with the console and without in turns. */
export async function startAndRest(
  upstreamUrl: string,
  starts: number,
): Promise<{ readonly without: Rest; readonly withConsole: Rest }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plantain-rest-'));
  const taken: { readonly off: Rest[]; readonly on: Rest[] } = { off: [], on: [] };
  try {
    // The first makes the database, and what it compiles is kept.
    await startOnce(dataDir, upstreamUrl, true);
    for (let turn = 0; turn < starts; turn++)
      for (const isOn of turn % 2 === 0 ? [true, false] : [false, true])
        taken[isOn ? 'on' : 'off'].push(await startOnce(dataDir, upstreamUrl, isOn));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
  return { without: mediansOf(taken.off), withConsole: mediansOf(taken.on) };
}

async function startOnce(dataDir: string, upstreamUrl: string, isOn: boolean): Promise<Rest> {
  const startMs = performance.now();
  const server = spawn(
    process.execPath,
    ['--max-semi-space-size=16', join(repository, 'bin/plantain.mjs'), 'serve'],
    {
      cwd: dataDir,
      env: {
        ...process.env,
        PLANTAIN_PORT: '0',
        PLANTAIN_DATA_DIR: dataDir,
        PLANTAIN_BOOTSTRAP_KEY: testKey,
        PLANTAIN_CONSOLE_ENABLED: String(isOn),
        GEMINI_API_KEY: 'measured',
        GOOGLE_GEMINI_BASE_URL: upstreamUrl,
        XDG_STATE_HOME: dataDir,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  try {
    const url = await addressTold(server);
    const wallMs = performance.now() - startMs;
    const cpuMs = cpuMsOf(server);
    await quiet();
    const startedMb = residentMb(server);
    for (let order = 0; order < orders; order++)
      await (await generate({ url, key: testKey }, { prompt: 'a fox' })).arrayBuffer();
    await quiet();
    const servedMb = residentMb(server);
    if (isOn) for (const path of ['', ...filesOfConsole()]) await visit(`${url}/console/${path}`);
    await quiet();
    return { wallMs, cpuMs, startedMb, servedMb, visitedMb: residentMb(server) };
  } finally {
    const exited = once(server, 'exit');
    server.kill('SIGTERM');
    await exited;
  }
}

/** Where it says that it listens. What it says later is read and thrown away. */
function addressTold(server: ChildProcess): Promise<string> {
  let told = '';
  return new Promise((resolve, reject) => {
    server.stderr?.on('data', (chunk) => {
      told += String(chunk);
      const url = /address +(http:\/\/127\.0\.0\.1:\d+)/.exec(told)?.[1];
      if (url !== undefined) resolve(url);
    });
    server.once('exit', () => reject(new Error(`the server did not start: ${told}`)));
  });
}

const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, quietMs));

function residentMb({ pid }: ChildProcess): number {
  const text = readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'utf8');
  return Number(/^Pss: +(\d+) kB/m.exec(text)?.[1]) / 1000;
}

/** User and system time until now. */
function cpuMsOf({ pid }: ChildProcess): number {
  const [, rest = ''] = readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(') ');
  const fields = rest.split(' ').map(Number);
  return ((fields[11] ?? 0) + (fields[12] ?? 0)) * msPerTick;
}

async function visit(url: string): Promise<void> {
  const answer = await fetch(url, { headers: { 'accept-encoding': 'br', accept: 'text/html' } });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} was answered with ${String(answer.status)}`);
}

function filesOfConsole(): string[] {
  const manifest = readFileSync(join(repository, 'dist/web/manifest.json'), 'utf8');
  return [...new Set(manifest.match(/assets\/[\w.-]+/g))];
}

function mediansOf(rests: readonly Rest[]): Rest {
  const of = (name: keyof Rest): number => median(rests.map((rest) => rest[name]));
  return {
    wallMs: of('wallMs'),
    cpuMs: of('cpuMs'),
    startedMb: of('startedMb'),
    servedMb: of('servedMb'),
    visitedMb: of('visitedMb'),
  };
}
