import { blockBytes, takeBytes } from '../../bytes/blocks.ts';
import { freeBytes } from '../../bytes/free-bytes.ts';

const smallestBytes = 16 * 1024;
/** More than is expected: a read that fills its buffer is followed by another one, to see whether there is more. */
const spareBytes = 64;
/** With less left a buffer is full: what one TLS record brings. */
const leastRoomBytes = 16 * 1024;

/**
 * The memory that a connection's bytes are read into. A large answer is gathered in large buffers of its own, which are
 * handed on as they are: a picture then comes in a tenth of the pieces, and none of its bytes is copied here
 * (docs/performance.md, "What was tried"). What has waited for a turn of the event loop without anything behind it is
 * copied out of its buffer, so that nothing downstream holds more memory than it has bytes.
 */
export class ReadBuffers {
  readonly #push: (chunk: Buffer) => void;
  #buffer: Buffer | undefined;
  /** The bytes from `start` to `end` were read, and are not handed on yet. */
  #start = 0;
  #end = 0;
  #expectedBytes = 0;
  /** What had been read when the turn began that ends the wait for more. */
  #seenEnd = 0;
  #isWaiting = false;

  constructor(push: (chunk: Buffer) => void) {
    this.#push = push;
  }

  /** `bytes` more are to come of an answer; `Infinity`: nobody knows how many. */
  expect(bytes: number): void {
    this.#expectedBytes = bytes;
  }

  /** Where the next bytes are to be read to. Only for when no read is under way: an old buffer is freed. */
  next(): Buffer {
    const bytes = Math.max(smallestBytes, Math.min(blockBytes, this.#expectedBytes + spareBytes));
    const isEmpty = this.#start === this.#end;
    if (isEmpty) this.#start = this.#end = 0;
    if (this.#buffer === undefined || (isEmpty && this.#buffer.length !== bytes)) {
      if (this.#buffer !== undefined) freeBytes([this.#buffer]);
      this.#buffer = takeBytes(bytes);
    }
    return this.#end === 0 ? this.#buffer : this.#buffer.subarray(this.#end);
  }

  /** `count` bytes were read there. To be called from within the read, with `next` behind it. */
  take(count: number): void {
    const buffer = this.#buffer ?? Buffer.alloc(0);
    this.#end += count;
    const readBytes = this.#end - this.#start;
    const isFull = buffer.length - this.#end < leastRoomBytes;
    if (readBytes < this.#expectedBytes && !isFull) return this.#wait();
    if (readBytes < buffer.length * 0.75) return this.flush();
    const read = buffer.subarray(this.#start, this.#end);
    this.#buffer = undefined;
    this.#start = this.#end = 0;
    this.#push(read);
  }

  /** Hands on what waits for more, in memory of its own: the system may be about to read into what is behind it. */
  flush(): void {
    if (this.#buffer === undefined || this.#start === this.#end) return;
    const read = Buffer.from(this.#buffer.subarray(this.#start, this.#end));
    this.#start = this.#end;
    this.#push(read);
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#seenEnd = this.#end;
    setImmediate(this.#endWait);
  }

  readonly #endWait = (): void => {
    this.#isWaiting = false;
    if (this.#start === this.#end) return;
    if (this.#seenEnd === this.#end) this.flush();
    else this.#wait();
  };
}
