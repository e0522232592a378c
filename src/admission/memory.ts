import { memoryIsTaken, type MemorySource, type OrderMemory } from '../journey/order-memory.ts';
import { HeldReader } from './held-reader.ts';
import { MemoryLine } from './memory-line.ts';

const watchIntervalMs = 1000;

export interface MemoryOptions {
  /** The cap. One order at a time may pass it, and only where nobody else could go on. */
  readonly maxBytes: number;
  /** A source that is silent for this long while others wait is given up. */
  readonly stalledMs: number;
}

/** The memory of all orders: uploads, references, answers, pixels. One counter, one cap, one line for it. */
export class Memory {
  readonly #line: MemoryLine;
  readonly #stalledMs: number;
  /** What each order under way is reading. */
  readonly #readings = new Set<Set<HeldReader>>();
  #watch: NodeJS.Timeout | undefined;

  constructor({ maxBytes, stalledMs }: MemoryOptions) {
    this.#stalledMs = stalledMs;
    this.#line = new MemoryLine(maxBytes, () => this.#watchWhileWanted());
  }

  /** Bytes held by all orders together. */
  get heldBytes(): number {
    return this.#line.heldBytes;
  }

  /** The most that was ever held. */
  get peakBytes(): number {
    return this.#line.peakBytes;
  }

  /** The share of one more order, the youngest. `close` gives back all of it. */
  open(): OrderMemory & { close(): void } {
    const line = this.#line;
    const holder = line.enter();
    const readers = new Set<HeldReader>();
    this.#readings.add(readers);
    return {
      reserve: async (bytes, signal, maxWaitMs) => {
        await granted(signal, maxWaitMs, (onGrant) =>
          line.take(holder, bytes, () => {
            line.move(holder, 1);
            onGrant();
          }),
        );
        let isHeld = true;
        return () => {
          if (!isHeld) return;
          isHeld = false;
          line.move(holder, -1);
          line.giveBack(holder, bytes);
        };
      },
      count: (bytes) => line.count(holder, bytes),
      openReader: (source: MemorySource) => {
        const reader = new HeldReader(line, holder, source, () => readers.delete(reader));
        readers.add(reader);
        return reader;
      },
      startSending: () => line.move(holder, 1),
      get isWanted() {
        return line.length > 0;
      },
      close: () => {
        this.#readings.delete(readers);
        line.leave(holder);
      },
    };
  }

  /** Sources are watched only while somebody waits for what they hold. */
  #watchWhileWanted(): void {
    if (this.#line.length === 0) {
      clearInterval(this.#watch);
      this.#watch = undefined;
    } else if (this.#watch === undefined) {
      const watch = (): void => {
        for (const readers of this.#readings)
          for (const reader of readers) reader.noteSilence(watchIntervalMs, this.#stalledMs);
      };
      this.#watch = setInterval(watch, watchIntervalMs);
      this.#watch.unref();
    }
  }
}

/** Waits for a taking to be granted, at most `maxWaitMs`. */
function granted(
  signal: AbortSignal,
  maxWaitMs: number | undefined,
  take: (onGrant: () => void) => { readonly isGranted: boolean; cancel(): void },
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stopWaiting = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const leave = (reason: unknown): void => {
      stopWaiting();
      taking.cancel();
      reject(reason);
    };
    const onAbort = (): void => leave(signal.reason);
    let timer: NodeJS.Timeout | undefined;
    const taking = take(() => {
      stopWaiting();
      resolve();
    });
    if (taking.isGranted) return;
    signal.addEventListener('abort', onAbort);
    if (maxWaitMs !== undefined) timer = setTimeout(() => leave(memoryIsTaken()), maxWaitMs);
  });
}
