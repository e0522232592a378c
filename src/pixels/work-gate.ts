import { PlantainError } from '../kernel/plantain-error.ts';

/**
 * Lets at most `maxParallel` pieces of work run at once and `maxQueued` wait, first come first served. Work
 * that was begun cannot be stopped inside libvips, so an aborted caller leaves at once but its place is only
 * given on when the work has really ended: the bound holds.
 */
export class WorkGate {
  readonly #maxParallel: number;
  readonly #maxQueued: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(maxParallel: number, maxQueued: number) {
    this.#maxParallel = maxParallel;
    this.#maxQueued = maxQueued;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#waiting.length;
  }

  /** Throws `conversion_failed` when the queue is full, and the signal's reason when it is aborted. */
  async run<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    if (signal.aborted) throw abortError(signal);
    if (this.#running >= this.#maxParallel) await this.#wait(signal);
    else this.#running++;
    if (signal.aborted) {
      this.#leave();
      throw abortError(signal);
    }
    const working = work().finally(() => this.#leave());
    return untilAborted(working, signal);
  }

  /** Resolves once a place was handed over; `#running` already counts it then. */
  async #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#maxQueued) {
      throw new PlantainError(
        'conversion_failed',
        'The server has too many pictures waiting to be converted. Ask without output_format and without fit, or again later.',
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leaveQueue = () => {
      const place = this.#waiting.indexOf(resolve);
      // Already handed a place in this very turn: `run` sees the signal and gives it on.
      if (place === -1) return;
      this.#waiting.splice(place, 1);
      reject(abortError(signal));
    };
    this.#waiting.push(resolve);
    signal.addEventListener('abort', leaveQueue, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leaveQueue);
    }
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}

/** The error to end with when `signal` is aborted: its own reason when that is ours, else that the client left. */
export function abortError(signal: AbortSignal): PlantainError {
  const reason: unknown = signal.reason;
  if (reason instanceof PlantainError) return reason;
  return new PlantainError('client_closed', 'The request was given up before its picture was finished.', {
    cause: reason,
  });
}

/** Settles like `working`, or rejects as soon as `signal` is aborted. */
export async function untilAborted<Result>(working: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(abortError(signal));
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([working, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
