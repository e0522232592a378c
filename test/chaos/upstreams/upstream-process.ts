import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { CallNote } from './troubled-upstream.ts';
import type { Troubles } from './troubles.ts';
import { UpstreamBook } from './upstream-book.ts';

export interface UpstreamProgramOptions {
  readonly troubles: Troubles;
  readonly seed: number;
  readonly port: number;
}

type Message = CallNote | { readonly kind: 'listening'; readonly url: string };

const program = resolve(import.meta.dirname, 'upstream-program.ts');

/** A troubled upstream in a process of its own. What it notes is kept here, whatever becomes of it. */
export class UpstreamProcess {
  readonly troubles: Troubles;
  readonly book = new UpstreamBook();
  readonly #seed: number;
  #child: ChildProcess | undefined;
  #url = '';

  constructor(troubles: Troubles, seed: number) {
    this.troubles = troubles;
    this.#seed = seed;
  }

  get url(): string {
    return this.#url;
  }

  /** Starts it, the second time at the address it had. */
  async start(): Promise<void> {
    const port = this.#url === '' ? 0 : Number(new URL(this.#url).port);
    const options: UpstreamProgramOptions = { troubles: this.troubles, seed: this.#seed, port };
    const child = fork(program, [JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.#url = await new Promise<string>((listening, failed) => {
      child.once('exit', (code) => failed(new Error(`an upstream ended with ${code} before it listened`)));
      child.on('message', (message: Message) => {
        if (message.kind === 'listening') listening(message.url);
        else this.book.add(message);
      });
    });
  }

  /** `kill -9`. Resolves when it is gone; its address refuses connections then. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
