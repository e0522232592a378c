import type { MemoryReader, MemorySource, OrderMemory } from '../journey/order-memory.ts';
import { memoryIsTaken } from '../journey/order-memory.ts';
import { HeldReader } from './held-reader.ts';
import { type Holder, MemoryLine } from './memory-line.ts';

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
  readonly #readers = new Set<HeldReader>();
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

  /** Takings of memory that wait now, and how many ever had to. */
  get waiting(): number {
    return this.#line.length;
  }

  get waits(): number {
    return this.#line.waits;
  }

  /** The share of one more order, the youngest. */
  open(): OrderShare {
    return new OrderShare(this.#line, this.#readers);
  }

  /** Sources are watched only while somebody waits for what they hold. */
  #watchWhileWanted(): void {
    if (this.#line.length === 0) {
      clearInterval(this.#watch);
      this.#watch = undefined;
    } else if (this.#watch === undefined) {
      const watch = (): void => {
        for (const reader of this.#readers) reader.noteSilence(watchIntervalMs, this.#stalledMs);
      };
      this.#watch = setInterval(watch, watchIntervalMs);
      this.#watch.unref();
    }
  }
}

/** One order's share of the memory. */
class OrderShare implements OrderMemory {
  readonly #line: MemoryLine;
  readonly #holder: Holder;
  /** The readers of all orders, and those of this one. */
  readonly #all: Set<HeldReader>;
  readonly #own = new Set<HeldReader>();

  constructor(line: MemoryLine, readers: Set<HeldReader>) {
    this.#line = line;
    this.#holder = line.enter();
    this.#all = readers;
  }

  get isWanted(): boolean {
    return this.#line.length > 0;
  }

  async reserve(bytes: number, signal: AbortSignal, maxWaitMs?: number): Promise<() => void> {
    const line = this.#line;
    const holder = this.#holder;
    await this.#granted(bytes, signal, maxWaitMs);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      line.move(holder, -1);
      line.giveBack(holder, bytes);
    };
  }

  count(bytes: number): void {
    this.#line.count(this.#holder, bytes);
  }

  openReader(source: MemorySource): MemoryReader {
    const reader = new HeldReader(this.#line, this.#holder, source, (ended) => {
      this.#own.delete(ended);
      this.#all.delete(ended);
    });
    this.#own.add(reader);
    this.#all.add(reader);
    return reader;
  }

  startSending(): void {
    this.#line.move(this.#holder, 1);
  }

  /** Gives back all of it. */
  close(): void {
    for (const reader of this.#own) reader.release();
    this.#line.leave(this.#holder);
  }

  /** Waits for `bytes` to be granted, at most `maxWaitMs`. */
  #granted(bytes: number, signal: AbortSignal, maxWaitMs: number | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const stopWaiting = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      const leave = (reason: unknown): void => {
        stopWaiting();
        this.#line.cancel(taking);
        reject(reason);
      };
      const onAbort = (): void => leave(signal.reason);
      let timer: NodeJS.Timeout | undefined;
      const taking = this.#line.take(this.#holder, bytes, () => {
        this.#line.move(this.#holder, 1);
        stopWaiting();
        resolve();
      });
      if (taking.isGranted) return;
      signal.addEventListener('abort', onAbort, { once: true });
      if (maxWaitMs !== undefined) timer = setTimeout(() => leave(memoryIsTaken()), maxWaitMs);
    });
  }
}
