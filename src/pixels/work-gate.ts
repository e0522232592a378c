import { PlantainError } from '../kernel/plantain-error.ts';

/** Whose work it is, and when it may begin. */
export interface Turn {
  /** Turns go round by key, so that one caller's pictures do not hold up everybody else's. */
  readonly key: string;
  /** Drawn pictures go before masks that are still to be drawn: they are paid for. */
  readonly isDrawn: boolean;
  readonly signal: AbortSignal;
}

/** Those who wait, by key; the key that was served last stands last. */
type Line = Map<string, (() => void)[]>;

/**
 * Lets at most `maxParallel` pieces of work run at once and `maxQueued` wait. Work that was begun cannot be stopped
 * inside libvips, so an aborted caller leaves at once but its place is only given on when the work has really ended:
 * the bound holds.
 */
export class WorkGate {
  readonly #maxParallel: number;
  readonly #maxQueued: number;
  readonly #drawn: Line = new Map();
  readonly #undrawn: Line = new Map();
  #running = 0;
  #queued = 0;

  constructor(maxParallel: number, maxQueued: number) {
    this.#maxParallel = maxParallel;
    this.#maxQueued = maxQueued;
  }

  /** Pieces of work that wait for their turn. */
  get waiting(): number {
    return this.#queued;
  }

  /** Throws `conversion_failed` when too many wait, and the signal's reason when it is aborted. */
  async run<Result>(turn: Turn, work: () => Promise<Result>): Promise<Result> {
    const { signal } = turn;
    if (signal.aborted) throw abortError(signal);
    if (this.#running >= this.#maxParallel) await this.#wait(turn);
    else this.#running++;
    if (signal.aborted) {
      this.#leave();
      throw abortError(signal);
    }
    const working = work().finally(() => this.#leave());
    return untilAborted(working, signal);
  }

  /** Resolves once a place was handed over; `#running` already counts it then. */
  async #wait({ key, isDrawn, signal }: Turn): Promise<void> {
    if (this.#queued >= this.#maxQueued) {
      throw new PlantainError(
        'conversion_failed',
        'The server has too many pictures waiting to be converted. Ask without output_format and without fit, or again later.',
      );
    }
    const line = isDrawn ? this.#drawn : this.#undrawn;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leaveQueue = () => {
      const own = line.get(key);
      const place = own?.indexOf(resolve) ?? -1;
      // Already handed a place in this very turn: `run` sees the signal and gives it on.
      if (own === undefined || place === -1) return;
      own.splice(place, 1);
      if (own.length === 0) line.delete(key);
      this.#queued--;
      reject(abortError(signal));
    };
    const own = line.get(key);
    if (own === undefined) line.set(key, [resolve]);
    else own.push(resolve);
    this.#queued++;
    signal.addEventListener('abort', leaveQueue, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leaveQueue);
    }
  }

  #leave(): void {
    const next = takeNext(this.#drawn) ?? takeNext(this.#undrawn);
    if (next === undefined) {
      this.#running--;
      return;
    }
    this.#queued--;
    next();
  }
}

/** The first of the key that has waited longest for a turn; that key then stands last. */
function takeNext(line: Line): (() => void) | undefined {
  for (const [key, own] of line) {
    const next = own.shift();
    line.delete(key);
    if (own.length > 0) line.set(key, own);
    return next;
  }
  return undefined;
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
async function untilAborted<Result>(working: Promise<Result>, signal: AbortSignal): Promise<Result> {
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
