import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const startTimeoutMs = 240_000;
const stopTimeoutMs = 40_000;

/** A command that serves until it is stopped, started as people do: in a terminal. */
export class TerminalServer {
  readonly #child: ChildProcess;
  #output = '';

  constructor(command: string, cwd: string, env: NodeJS.ProcessEnv) {
    this.#child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
      cwd,
      env: { ...env, SHELL: '/bin/sh', TERM: 'dumb', COLUMNS: '120' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
  }

  /** What it has printed, without the terminal's colours and carriage returns. */
  get output(): string {
    // oxlint-disable-next-line no-control-regex
    return this.#output.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]|\r/g, '');
  }

  /** Its address, once it answers there. Throws what it printed when it ends before. */
  async ready(path: string): Promise<string> {
    const giveUpAtMs = Date.now() + startTimeoutMs;
    while (this.#child.exitCode === null && Date.now() < giveUpAtMs) {
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(this.output) ?? [];
      if (address !== undefined && (await answers(`${address}${path}`))) return address;
      await sleep(100);
    }
    throw new Error(`it does not serve:\n${this.output.slice(-3000)}`);
  }

  /** Ctrl-C, as a person stops it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.write('\u0003');
    const patience = sleep(stopTimeoutMs, undefined, { ref: false }).then(() => this.#child.kill('SIGKILL'));
    await Promise.race([ended, patience]);
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ status }) => status < 500,
    () => false,
  );
}
