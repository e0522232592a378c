import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../bench/measure/free-port.ts';

export interface PostgresServer {
  readonly url: string;
  /** Ends it as a power cut would. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** Sends a signal to all of its processes: SIGKILL, or SIGSTOP as when its machine stands still. */
  signal(signal: NodeJS.Signals): void;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

/** Debian's place, where each version has a folder; not in the path. */
const installed = '/usr/lib/postgresql';

/** A real PostgreSQL of its own, in a new folder in this place, as a user that is not root, which it refuses to run as. */
export function startPostgres(place = tmpdir()): Promise<PostgresServer> {
  return startPostgresIn(mkdtempSync(join(place, 'plantain-postgres-')));
}

/** The same in a folder of one's choice; one that was stopped there and left goes on. */
export async function startPostgresIn(folder: string): Promise<PostgresServer> {
  const folderOfBinaries = binaries();
  const binary = (name: string): string => join(folderOfBinaries, name);
  const user = process.getuid?.() === 0 ? userOf('postgres') : undefined;
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const run = async (name: string, args: readonly string[]): Promise<void> => {
    const child = spawn(binary(name), args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...user });
    let trouble = '';
    child.stderr.on('data', (chunk: Buffer) => {
      trouble += chunk.toString();
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`${name} ended with ${String(code)}: ${trouble}`);
  };
  const data = join(folder, 'data');
  if (!existsSync(data))
    await run('initdb', [
      '-D',
      data,
      '-U',
      'plantain',
      '-A',
      'trust',
      '--no-sync',
      '-E',
      'UTF8',
      '--locale=C',
    ]);
  const port = await freePort();
  const options = `-p ${String(port)} -c listen_addresses=127.0.0.1 -k ${folder} -c max_connections=60`;
  const start = (): Promise<void> =>
    run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start']);
  const stop = (mode: 'fast' | 'immediate' = 'immediate'): Promise<void> =>
    run('pg_ctl', ['-D', data, '-w', '-m', mode, 'stop']);
  await start();
  return {
    url: `postgres://plantain@127.0.0.1:${String(port)}/postgres`,
    start,
    stop,
    signal(signal) {
      for (const pid of processesOf(data)) killIfThere(pid, signal);
    },
    async remove() {
      for (const pid of processesOf(data)) killIfThere(pid, 'SIGCONT');
      await stop().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A process of the database may end by itself between being seen and being told. */
function killIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** The postmaster, whose id is the first line of its lock file, and its children; nobody when it has ended. */
function processesOf(data: string): number[] {
  const lock = join(data, 'postmaster.pid');
  if (!existsSync(lock)) return [];
  const postmaster = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (!existsSync(`/proc/${String(postmaster)}/task`)) return [];
  const task = `/proc/${String(postmaster)}/task/${String(postmaster)}/children`;
  const children = readFileSync(task, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  // It first: what it would start in place of a child is not started then.
  return [postmaster, ...children];
}

function binaries(): string {
  if (existsSync(installed)) {
    const [version = ''] = readdirSync(installed).toSorted((one, other) => Number(other) - Number(one));
    return join(installed, version, 'bin');
  }
  try {
    return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error('The tests need PostgreSQL, 15 or newer: apt-get install postgresql');
  }
}

function userOf(name: string): { readonly uid: number; readonly gid: number } {
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
