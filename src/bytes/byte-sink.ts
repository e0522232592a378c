/** So few are copied sooner one by one than by a call out of JavaScript: the structure of a document comes in dozens of them. */
const fewBytes = 24;

/** A growing run of bytes with an upper bound: the small text around the pictures of a document. */
export class ByteSink {
  #bytes: Buffer;
  #length = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number, initialBytes = 2048) {
    this.#bytes = Buffer.allocUnsafe(Math.min(initialBytes, maxBytes));
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#length;
  }

  append(chunk: Buffer, start: number, end: number): void {
    this.#reserve(end - start);
    const bytes = this.#bytes;
    const offset = this.#length - start;
    if (end - start > fewBytes) chunk.copy(bytes, this.#length, start, end);
    else for (let index = start; index < end; index++) bytes[offset + index] = chunk[index] ?? 0;
    this.#length += end - start;
  }

  appendByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  appendText(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** The bytes so far; valid until the next append. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** The first `end` bytes as text. */
  text(end: number): string {
    return this.#bytes.toString('utf8', 0, end);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Hands the bytes over and starts empty. */
  take(): Buffer {
    const taken = Buffer.from(this.view());
    this.#length = 0;
    return taken;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    if (needed > this.#maxBytes) {
      throw new RangeError(`more than ${this.#maxBytes} bytes of text`);
    }
    const grown = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(needed, this.#bytes.length * 2)));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
