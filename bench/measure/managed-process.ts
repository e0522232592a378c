import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessTree } from './process-tree.ts';

export interface ProcessCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output and error go here, as they would on a server. */
  readonly logFile: string;
  readonly port: number;
  /** Asked until it answers at all. */
  readonly readyPath: string;
  /** The status that means ready; absent, any. */
  readonly readyStatus?: number;
  readonly readyTimeoutMs?: number;
}

const pollMs = 4;
const defaultReadyTimeoutMs = 60_000;
const stopTimeoutMs = 5000;

/** A server under measurement, started and stopped by the bench. */
export class ManagedProcess {
  readonly tree: ProcessTree;
  /** From the start of the process to its first good answer. */
  readonly startMs: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, startMs: number) {
    this.#child = child;
    this.startMs = startMs;
    this.tree = new ProcessTree(child.pid ?? 0);
  }

  static async start(options: ProcessCommand): Promise<ManagedProcess> {
    const log = openSync(options.logFile, 'a');
    const startedAt = performance.now();
    const child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...options.env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    let failure: string | undefined;
    child.once('error', (error) => (failure = error.message));
    child.once('exit', (code, signal) => (failure ??= `it ended with ${signal ?? `code ${code}`}`));
    const deadline = startedAt + (options.readyTimeoutMs ?? defaultReadyTimeoutMs);
    while (!(await answers(options))) {
      if (failure === undefined && performance.now() > deadline) failure = 'it does not answer';
      if (failure !== undefined) {
        child.kill('SIGKILL');
        throw new Error(
          `${options.command} ${options.args.join(' ')}: ${failure}\n${readFileSync(options.logFile, 'utf8').slice(-2000)}`,
        );
      }
      await sleep(pollMs);
    }
    return new ManagedProcess(child, performance.now() - startedAt);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const pids = this.tree.pids();
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const isGone = await Promise.race([exited.then(() => true), sleep(stopTimeoutMs, false)]);
    if (isGone) return;
    // Only what this bench started, by its id.
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
    }
  }
}

function answers({ port, readyPath, readyStatus }: ProcessCommand): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(
      { host: '127.0.0.1', port, path: readyPath, agent: false, timeout: 2000 },
      (response) => {
        response.resume();
        resolve(readyStatus === undefined || response.statusCode === readyStatus);
      },
    );
    asked.on('error', () => resolve(false));
    asked.on('timeout', () => asked.destroy());
    asked.end();
  });
}
