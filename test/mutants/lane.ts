import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Trial, Verdict } from './lane-process.ts';

export const repository = resolve(import.meta.dirname, '../..');
const notCopied = new Set(['node_modules', '.git', 'dist', 'data', 'coverage', '.cache', 'results']);

/**
 * A copy of the repository whose files may be broken, and a process with a warm test runner in it. Broken on disk, so
 * that the threads and processes that tests start are broken too.
 */
export class Lane {
  readonly #root = mkdtempSync(join(tmpdir(), 'plantain-mutants-'));
  #process: ChildProcess | undefined;

  constructor() {
    cpSync(repository, this.#root, { recursive: true, filter: (path) => !notCopied.has(basename(path)) });
    symlinkSync(join(repository, 'node_modules'), join(this.#root, 'node_modules'));
  }

  /** Runs tests with a broken file. `timeout` when they did not end in time: whatever turns in circles is then killed. */
  async run(trial: Trial, limitMs: number): Promise<Verdict | 'timeout'> {
    const runner = (this.#process ??= await this.#start());
    const answer = once(runner, 'message') as Promise<[Verdict]>;
    runner.send(trial);
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<'timeout'>((resolve) => {
      timer = setTimeout(resolve, limitMs, 'timeout');
    });
    const verdict = await Promise.race([answer.then(([verdict]) => verdict), tooLong]);
    clearTimeout(timer);
    if (verdict === 'timeout') {
      this.#kill();
      writeFileSync(join(this.#root, trial.file), trial.original);
    }
    return verdict;
  }

  /**
   * Which of these texts the type checker refuses, by their index. All at once, each as a file beside the one it would
   * replace: checking a program takes seconds, however many of its files are broken.
   */
  async mistyped(texts: readonly { readonly file: string; readonly text: string }[]): Promise<Set<number>> {
    const paths = texts.map(({ file }, index) => file.replace(/\.ts$/, `.mutant-${index}.ts`));
    for (const [index, path] of paths.entries())
      writeFileSync(join(this.#root, path), texts[index]?.text ?? '');
    const compiler = join(this.#root, 'node_modules/typescript/bin/tsc');
    const check = promisify(execFile)(process.execPath, [compiler, '--noEmit'], { cwd: this.#root });
    const told = await check.then(
      () => '',
      (failure: { readonly stdout: string }) => failure.stdout,
    );
    for (const path of paths) rmSync(join(this.#root, path));
    return new Set([...told.matchAll(/\.mutant-(\d+)\.ts\(/g)].map(([, index]) => Number(index)));
  }

  close(): void {
    this.#kill();
    rmSync(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }

  async #start(): Promise<ChildProcess> {
    const program = join(import.meta.dirname, 'lane-process.ts');
    // In a group of its own, so that it can be killed with all that its tests started.
    const runner = fork(program, [this.#root], { cwd: this.#root, detached: true, stdio: 'ignore' });
    await once(runner, 'message');
    return runner;
  }

  #kill(): void {
    const pid = this.#process?.pid;
    this.#process = undefined;
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  }
}
