import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LoadJob, LoadReport } from './load-messages.ts';
import { benchDir } from './paths.ts';

/** The load generator, seen from the bench. */
export class LoadProcess {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(join(benchDir, 'load.ts'), { stdio: 'inherit', serialization: 'advanced' });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async run(job: LoadJob): Promise<LoadReport> {
    this.#child.send(job);
    const [report] = (await once(this.#child, 'message')) as [LoadReport];
    return report;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
