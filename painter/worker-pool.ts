import { Worker } from 'node:worker_threads';

/** What a pool sends its workers. */
export interface JobRequest<Payload> {
  readonly job: number;
  readonly payload: Payload;
}

/** What a worker answers: a result or the reason for having none. */
export type JobAnswer<Result> =
  | { readonly job: number; readonly result: Result }
  | { readonly job: number; readonly failure: string };

export interface WorkerPoolOptions {
  readonly workerUrl: URL;
  /** How many threads at most; each starts when there is first work for it. */
  readonly workers: number;
  /** How many jobs may wait for a free worker. */
  readonly maxQueued: number;
  /** A job that runs longer has its worker ended and fails. */
  readonly jobTimeoutMs: number;
}

/** Thrown when as many jobs wait as may. Trying again a little later can help. */
export class PoolBusy extends Error {
  constructor(maxQueued: number) {
    super(`The sandbox renderer is busy: ${maxQueued} pictures already wait. Try again in a moment.`);
    this.name = 'PoolBusy';
  }
}

interface Job<Payload, Result> {
  readonly number: number;
  readonly payload: Payload;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

interface Seat<Payload, Result> {
  readonly worker: Worker;
  job: Job<Payload, Result> | null;
  timer: NodeJS.Timeout | undefined;
}

/**
 * A few worker threads that do one job at a time each. Idle workers don't keep the process alive; a worker
 * that dies takes only its own job with it, and the next job gets a fresh one.
 */
export class WorkerPool<Payload, Result> {
  readonly #options: WorkerPoolOptions;
  readonly #seats = new Set<Seat<Payload, Result>>();
  readonly #queue: Job<Payload, Result>[] = [];
  #nextJob = 1;
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /**
   * Runs one job. An abort takes a waiting job out of the queue; a running one is let finish, and its
   * result is dropped.
   *
   * @throws PoolBusy when the queue is full; the signal's reason when aborted; an Error when the worker fails.
   */
  run(payload: Payload, signal?: AbortSignal): Promise<Result> {
    if (this.#closed) return Promise.reject(new Error('The sandbox renderer is closed.'));
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    const idle =
      [...this.#seats].some((seat) => seat.job === null) || this.#seats.size < this.#options.workers;
    if (!idle && this.#queue.length >= this.#options.maxQueued)
      return Promise.reject(new PoolBusy(this.#options.maxQueued));
    return new Promise<Result>((resolve, reject) => {
      const abort = (): void => {
        const waiting = this.#queue.indexOf(job);
        if (waiting >= 0) this.#queue.splice(waiting, 1);
        reject(signal?.reason as Error);
      };
      const settle =
        <Value>(then: (value: Value) => void) =>
        (value: Value): void => {
          signal?.removeEventListener('abort', abort);
          then(value);
        };
      const job: Job<Payload, Result> = {
        number: this.#nextJob,
        payload,
        resolve: settle(resolve),
        reject: settle(reject),
      };
      this.#nextJob += 1;
      signal?.addEventListener('abort', abort, { once: true });
      this.#queue.push(job);
      this.#assign();
    });
  }

  /** Ends every worker. Jobs not finished fail. */
  async close(): Promise<void> {
    this.#closed = true;
    const ended = new Error('The sandbox renderer was closed before the picture was ready.');
    for (const job of this.#queue.splice(0)) job.reject(ended);
    const seats = [...this.#seats];
    for (const seat of seats) this.#dismiss(seat, ended);
    await Promise.all(seats.map((seat) => seat.worker.terminate()));
  }

  #assign(): void {
    while (this.#queue.length > 0) {
      const free = [...this.#seats].find((seat) => seat.job === null);
      const seat = free ?? (this.#seats.size < this.#options.workers ? this.#seatWorker() : undefined);
      if (seat === undefined) return;
      const job = this.#queue.shift();
      if (job === undefined) return;
      seat.job = job;
      seat.worker.ref();
      seat.timer = setTimeout(() => {
        this.#dismiss(
          seat,
          new Error(`The sandbox renderer gave up after ${this.#options.jobTimeoutMs} ms.`),
        );
        void seat.worker.terminate();
      }, this.#options.jobTimeoutMs);
      try {
        seat.worker.postMessage({ job: job.number, payload: job.payload } satisfies JobRequest<Payload>);
      } catch (error) {
        this.#release(seat)?.reject(error);
      }
    }
  }

  #seatWorker(): Seat<Payload, Result> {
    const worker = new Worker(this.#options.workerUrl, { execArgv: [] });
    const seat: Seat<Payload, Result> = { worker, job: null, timer: undefined };
    worker.unref();
    worker.on('message', (answer: JobAnswer<Result>) => {
      if (answer.job !== seat.job?.number) return;
      const job = this.#release(seat);
      if ('failure' in answer) job?.reject(new Error(answer.failure));
      else job?.resolve(answer.result);
      this.#assign();
    });
    worker.on('error', (error) =>
      this.#dismiss(
        seat,
        new Error('The sandbox renderer crashed while drawing this picture.', { cause: error }),
      ),
    );
    worker.on('exit', () =>
      this.#dismiss(seat, new Error('The sandbox renderer stopped while drawing this picture.')),
    );
    this.#seats.add(seat);
    return seat;
  }

  /** Takes the job off a seat and lets the process end again. */
  #release(seat: Seat<Payload, Result>): Job<Payload, Result> | null {
    clearTimeout(seat.timer);
    seat.worker.unref();
    const { job } = seat;
    seat.job = null;
    return job;
  }

  /** Gives up a worker; whoever waits gets a new one. */
  #dismiss(seat: Seat<Payload, Result>, reason: Error): void {
    if (!this.#seats.delete(seat)) return;
    this.#release(seat)?.reject(reason);
    if (!this.#closed) this.#assign();
  }
}
