import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { isStorageFailure } from '../../kernel/storage-failure.ts';
import { answeredWithin, isPassing } from './patience.ts';

/**
 * Does all tasks of a group in a transaction that is given, and answers each, in order: an Error is that task's alone.
 * What it throws undoes the group. `isRedo`: the group was tried before, and it is not known what became of it.
 */
export type GroupWork<Task, Result, Handle> = (
  handle: Handle,
  tasks: readonly Task[],
  isRedo: boolean,
) => Promise<readonly (Result | Error)[]>;

/** Does its work in a transaction, by what it gives it: one that holds unless the work throws. */
export type Transact<Handle> = <Value>(work: (handle: Handle) => Promise<Value>) => Promise<Value>;

export interface CombinerOptions<Task> {
  /** How long a group is tried again that failed because the store could not be used, and waited for where it does not answer. */
  readonly patienceMs?: number;
  /** How long a task lets others come along before its group begins; absent: not at all. */
  readonly gatherMs?: () => number;
  /** With so many tasks waiting nobody else is expected, and the group begins; absent: never. */
  readonly mostTasks?: () => number;
  /** What committed tasks are answered after that have to last; absent: a commit is enough. */
  readonly flush?: (() => Promise<void>) | undefined;
  /** Which those are. The others of their group do not wait for the flush, and neither does the next group. */
  readonly hasToLast?: (task: Task) => boolean;
}

interface Waiting<Task, Result> {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/** A transaction holds the event loop from its first write to its commit: this many take a few milliseconds. */
const maxGroup = 256;
const retryMs = 50;
/** Timers count whole milliseconds. */
const shortestWaitMs = 0.5;

/**
 * Tasks that come while a transaction is at work share the next one: a commit, and the lock of a row that everybody
 * needs, is most of what a small write costs. When the lock does not come free in time, or the store fails, all that
 * waited fail with that one error: trying each by itself would only make them wait in line.
 */
export class Combiner<Task, Result, Handle> {
  readonly #transact: Transact<Handle>;
  readonly #work: GroupWork<Task, Result, Handle>;
  readonly #patienceMs: number;
  readonly #gatherMs: () => number;
  readonly #mostTasks: () => number;
  readonly #flush: CombinerOptions<Task>['flush'];
  readonly #hasToLast: (task: Task) => boolean;
  #waiting: Waiting<Task, Result>[] = [];
  /** When the first of them has waited long enough for others. */
  #dueAtMs = Number.POSITIVE_INFINITY;
  #isWriting = false;
  /** While a group gathers: lets it begin. */
  #begin: (() => void) | undefined;

  constructor(
    transact: Transact<Handle>,
    work: GroupWork<Task, Result, Handle>,
    {
      patienceMs = 0,
      gatherMs = () => 0,
      mostTasks = () => Number.POSITIVE_INFINITY,
      flush,
      hasToLast = () => true,
    }: CombinerOptions<Task> = {},
  ) {
    this.#transact = transact;
    this.#work = work;
    this.#patienceMs = patienceMs;
    this.#gatherMs = gatherMs;
    this.#mostTasks = mostTasks;
    this.#flush = flush;
    this.#hasToLast = hasToLast;
  }

  /** Resolves once the task is committed. */
  run(task: Task): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) this.#dueAtMs = performance.now() + this.#gatherMs();
      this.#waiting.push({ task, resolve, reject });
      if (this.#begin !== undefined && this.#isDue()) this.#begin();
      if (this.#isWriting) return;
      this.#isWriting = true;
      void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Never by microtasks alone: over a database that answers at once they would let no timer run.
      await (this.#isDue() ? nextTurn() : this.#gather());
      await this.#writeNext();
    }
    this.#isWriting = false;
  }

  /** Resolves when the time is over, or everybody who is expected is there. */
  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const begin = (): void => {
        clearTimeout(timer);
        this.#begin = undefined;
        resolve();
      };
      const timer = setTimeout(begin, this.#dueAtMs - performance.now());
      this.#begin = begin;
    });
  }

  #isDue(): boolean {
    return this.#dueAtMs - performance.now() <= shortestWaitMs || this.#waiting.length >= this.#mostTasks();
  }

  /** Never rejects: each task hears of its own end. */
  async #writeNext(): Promise<void> {
    const patienceMs = this.#patienceMs;
    const giveUpAtMs = performance.now() + patienceMs;
    let group: Waiting<Task, Result>[] = [];
    let isOver = false;
    for (let isRedo = false; ; isRedo = group.length > 0) {
      try {
        const done = this.#transact((transaction) => {
          // It was given up before it began: what waits now is another group's.
          if (isOver) throw new Error('nobody waits for this transaction any more');
          // Taken only now that the lock is held: what came while it was waited for goes along.
          if (group.length === 0) group = this.#waiting.splice(0, maxGroup);
          return this.#work(
            transaction,
            group.map(({ task }) => task),
            isRedo,
          );
        });
        const leftMs = Math.max(0, giveUpAtMs - performance.now());
        const results = await (patienceMs === 0 ? done : answeredWithin(done, leftMs));
        this.#answer(group, results);
        return;
      } catch (error) {
        if (isPassing(error) && performance.now() + retryMs < giveUpAtMs) {
          await sleep(retryMs);
          continue;
        }
        isOver = true;
        // Whoever waited behind it has waited as long.
        if (patienceMs > 0 && isPassing(error)) group = [...group, ...this.#waiting.splice(0)];
        if (group.length === 0) for (const { reject } of this.#waiting.splice(0)) reject(error);
        else if (isStorageFailure(error)) for (const { reject } of group) reject(error);
        else await this.#redo(group, error);
        return;
      }
    }
  }

  /** One bad task undid a whole group: it is halved until the bad one is alone, and fails alone. */
  async #redo(group: readonly Waiting<Task, Result>[], cause: unknown): Promise<void> {
    let failure = cause;
    // A single one is tried once more too: its commit may have gone through unheard.
    const parts =
      group.length === 1 ? [group] : [group.slice(0, group.length >> 1), group.slice(group.length >> 1)];
    for (const part of parts) {
      if (isStorageFailure(failure)) {
        for (const { reject } of part) reject(failure);
        continue;
      }
      try {
        const tasks = part.map(({ task }) => task);
        this.#answer(part, await this.#transact((transaction) => this.#work(transaction, tasks, true)));
      } catch (error) {
        failure = error;
        if (part.length === 1 || isStorageFailure(error)) for (const { reject } of part) reject(error);
        else await this.#redo(part, error);
      }
    }
  }

  #answer(group: readonly Waiting<Task, Result>[], results: readonly (Result | Error)[]): void {
    const flush = this.#flush;
    const lasting: Committed<Task, Result>[] = [];
    for (const [index, waiting] of group.entries()) {
      const committed = { waiting, result: results[index] as Result | Error };
      if (flush !== undefined && this.#hasToLast(waiting.task)) lasting.push(committed);
      else answer(committed);
    }
    if (flush === undefined || lasting.length === 0) return;
    flush().then(
      () => lasting.forEach(answer),
      (error: unknown) => lasting.forEach(({ waiting }) => waiting.reject(error)),
    );
  }
}

interface Committed<Task, Result> {
  readonly waiting: Waiting<Task, Result>;
  readonly result: Result | Error;
}

function answer<Task, Result>({ waiting, result }: Committed<Task, Result>): void {
  if (result instanceof Error) waiting.reject(result);
  else waiting.resolve(result);
}
