import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { workerUrl } from '../../kernel/worker-url.ts';
import type { ReportAnswer, ReportQuestion } from './report-question.ts';

/** What a report may hold: more than the most rows it may have take. */
const maxHeapMb = 256;

type Answered = Exclude<ReportAnswer, { readonly kind: 'refused' }>;

/** A thread with a connection of its own to a SQLite file, which answers one question after the other. */
export class ReportThread {
  readonly #worker: Worker;
  /** Resolves, however the thread ended. */
  readonly #ended: Promise<undefined>;
  #trouble: Error | undefined;
  #ending: Promise<unknown> | undefined;
  #questions = 0;
  /** Resolves once the question before the next is answered: an answer does not say whose it is. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#worker = new Worker(workerUrl(import.meta.url, 'report-worker'), {
      workerData: path,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    // Unheard, it would end the process; whoever asks next hears it too.
    this.#worker.on('error', (error) => {
      this.#trouble ??= error instanceof Error ? error : new Error(String(error));
    });
    // Not by `once` of events, which rejects with an error of the thread, and perhaps nobody asks and hears that.
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#ending ??= Promise.resolve();
        resolve(undefined);
      });
    });
  }

  /** Whether it could be asked at once. */
  get isIdle(): boolean {
    return this.#questions === 0 && this.#ending === undefined && this.#trouble === undefined;
  }

  /** Waits for the answers to the questions before. Throws what was wrong with the question, the trouble of the thread, or that it ended. */
  async ask(question: ReportQuestion): Promise<Answered> {
    this.#questions++;
    const answered = this.#turn.then(() => this.#answerTo(question)).finally(() => this.#questions--);
    this.#turn = answered.catch(() => undefined);
    const answer = await answered;
    if (answer === undefined)
      throw this.#trouble ?? new Error('the thread of a report ended before it answered');
    if (answer.kind !== 'refused') return answer;
    const { code, message, ...facts } = answer;
    throw new PlantainError(code, message, {
      ...(facts.param !== undefined && { param: facts.param }),
      ...(facts.retryAfterSeconds !== undefined && { retryAfterSeconds: facts.retryAfterSeconds }),
    });
  }

  /** Undefined: it ended, or is about to. */
  async #answerTo(question: ReportQuestion): Promise<ReportAnswer | undefined> {
    const answered = once(this.#worker, 'message').then(([answer]) => answer as ReportAnswer);
    // `once` rejects with an error of the thread, which `ask` tells.
    const heard = answered.catch(() => undefined);
    this.#worker.postMessage(question);
    return Promise.race([heard, this.#ended]);
  }

  /** Whether the process waits for it. */
  hold(isHeld: boolean): void {
    if (isHeld) this.#worker.ref();
    else this.#worker.unref();
  }

  /** Also in the middle of a statement. Calling it again does nothing. */
  async end(): Promise<void> {
    await (this.#ending ??= this.#worker.terminate());
  }
}
