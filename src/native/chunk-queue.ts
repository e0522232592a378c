/** Bytes on their way from an upstream to a client: pushed as they come, taken when there is room for them. */
export class ChunkQueue implements AsyncIterable<readonly Buffer[]> {
  #chunks: Buffer[] = [];
  #isClosed = false;
  #wake: (() => void) | undefined;
  #begin: () => void = () => undefined;
  /** Resolves with the first byte, or with the end. */
  readonly hasBegun = new Promise<void>((resolve) => {
    this.#begin = resolve;
  });
  #bytes = 0;

  /** All bytes that were pushed. */
  get byteLength(): number {
    return this.#bytes;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#begin();
    this.#wake?.();
  }

  close(): void {
    this.#isClosed = true;
    this.#begin();
    this.#wake?.();
  }

  /** What is here and not taken. */
  take(): Buffer[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  /** Throws away what is not taken, as if it had not come. */
  clear(): void {
    for (const chunk of this.take()) this.#bytes -= chunk.length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Buffer[]> {
    for (;;) {
      const chunks = this.take();
      if (chunks.length > 0) yield chunks;
      else if (this.#isClosed) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
