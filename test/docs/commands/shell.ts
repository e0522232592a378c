import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const timeoutMs = 300_000;

export interface ShellResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/** One shell after another in the same folder, each with the variables that the one before it left. */
export class Shell {
  readonly #variables: string;
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(name: string, cwd: string, env: NodeJS.ProcessEnv, work: string) {
    this.#variables = join(work, `${name.replaceAll(/\W/g, '-')}.variables`);
    this.#cwd = cwd;
    this.#env = env;
  }

  run(command: string): ShellResult {
    if (!existsSync(this.#variables)) writeFileSync(this.#variables, '');
    // A reader's next command is typed into the same shell, so what one assigns the next one has.
    const exporting = command.replace(/^(?=[A-Z]+=\$\()/, 'export ');
    const script = `. '${this.#variables}'\n${exporting}\nstatus=$?; export -p >'${this.#variables}'; exit $status`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
      cwd: this.#cwd,
      env: this.#env,
      encoding: 'utf8',
      timeout: timeoutMs,
      maxBuffer: 256 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { exitCode: status, output: `${stdout}${stderr}` };
  }
}
