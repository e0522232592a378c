import type { MemoryReader, MemorySource } from '../journey/order-memory.ts';
import type { Holder, MemoryLine, Taking } from './memory-line.ts';

/** What a reader asks for when there is more to come than it expected. */
const stepBytes = 1024 * 1024;
const quietMs = 1000;

/** Bytes that arrive and stay: they were reserved before they came, and more is reserved when they run out. */
export class HeldReader implements MemoryReader {
  readonly #line: MemoryLine;
  readonly #holder: Holder;
  readonly #source: MemorySource;
  readonly #onEnd: (reader: HeldReader) => void;
  #reservedBytes = 0;
  #receivedBytes = 0;
  #taking: Taking | undefined;
  /** Whether it may read and has not ended. */
  #isReading = false;
  #isMoving = false;
  #hasEnded = false;
  #silentMs = 0;

  /** `onEnd` is called when nothing is read any more. */
  constructor(line: MemoryLine, holder: Holder, source: MemorySource, onEnd: (reader: HeldReader) => void) {
    this.#line = line;
    this.#holder = holder;
    this.#source = source;
    this.#onEnd = onEnd;
    this.#ask(source.expectedBytes);
  }

  get mayRead(): boolean {
    return this.#taking === undefined;
  }

  add(bytes: number): boolean {
    this.#receivedBytes += bytes;
    this.#silentMs = 0;
    if (this.#isReading) this.#setMoving(true);
    const excessBytes = this.#receivedBytes - this.#reservedBytes;
    if (excessBytes > 0 && !this.#hasEnded) {
      // They are here, so they count, reserved or not; whoever waits already waits for enough.
      this.#reservedBytes = this.#receivedBytes;
      this.#line.count(this.#holder, excessBytes);
      if (this.#taking === undefined) this.#ask(stepBytes);
    }
    return this.mayRead;
  }

  /**
   * The source brought nothing since it was last asked, `passedMs` ago. After a second it is no longer taken for one
   * that moves, so that others may go on; past `limitMs` it is given up. Waiting for memory is no silence.
   */
  noteSilence(passedMs: number, limitMs: number): void {
    if (!this.#isReading) return;
    this.#silentMs += passedMs;
    // The first time may come at once after the last bytes.
    if (this.#silentMs > quietMs) this.#setMoving(false);
    if (this.#silentMs > limitMs && this.#silentMs - passedMs <= limitMs) this.#source.giveUp();
  }

  doneReading(): void {
    this.#end(this.#receivedBytes);
  }

  release(): void {
    this.#end(0);
  }

  #end(keptBytes: number): void {
    this.#hasEnded = true;
    const surplusBytes = this.#reservedBytes - keptBytes;
    this.#reservedBytes = keptBytes;
    if (this.#taking !== undefined) this.#line.cancel(this.#taking);
    this.#setReading(false);
    this.#onEnd(this);
    this.#line.giveBack(this.#holder, surplusBytes);
  }

  #ask(bytes: number): void {
    let isAtOnce = true;
    const taking = this.#line.take(this.#holder, bytes, () => {
      this.#reservedBytes += bytes;
      this.#taking = undefined;
      this.#setReading(true);
      if (!isAtOnce) this.#source.resume();
    });
    isAtOnce = false;
    if (taking.isGranted) return;
    this.#taking = taking;
    this.#setReading(false);
  }

  #setReading(isReading: boolean): void {
    this.#isReading = isReading;
    this.#setMoving(isReading);
  }

  #setMoving(isMoving: boolean): void {
    if (this.#isMoving === isMoving) return;
    this.#isMoving = isMoving;
    this.#line.move(this.#holder, isMoving ? 1 : -1);
  }
}
