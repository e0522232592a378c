import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, without a shell. */
export function runCommand(
  program: string,
  args: readonly string[],
  { cwd, env, timeoutMs = 600_000 }: CommandOptions = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', (error) => reject(new Error(`${program} could not be started: ${error.message}`)));
    child.once('close', (exitCode) =>
      resolve({
        exitCode,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    );
  });
}

/** The same; anything but exit code 0 is an error that carries the end of what was printed. */
export async function mustRun(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Finished> {
  const finished = await runCommand(program, args, options);
  if (finished.exitCode === 0) return finished;
  const printed = `${finished.stdout}\n${finished.stderr}`.trim().slice(-4000);
  throw new Error(
    `${[program, ...args].join(' ').slice(0, 200)} ended with ${finished.exitCode ?? 'a signal'}:\n${printed}`,
  );
}

/** Whether a program is on this machine. */
export async function isInstalled(program: string, versionArgument: string): Promise<boolean> {
  return runCommand(program, [versionArgument], { timeoutMs: 20_000 }).then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
}
