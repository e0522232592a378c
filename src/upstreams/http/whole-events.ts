/** Empty lines, which end an event, in every way of writing them. */
const ends = ['\n\n', '\n\r\n', '\r\r'].map((text) => Buffer.from(text));
/** As much of what came as an empty line may have begun in. */
const tailBytes = 3;

/**
 * Server-sent events that are passed on whole or not at all: of one that breaks off nobody could read anything, nor what
 * follows it.
 */
export class WholeEvents {
  readonly #onChunk: (chunk: Buffer) => void;
  #held: Buffer[] = [];
  #tail = Buffer.alloc(0);

  constructor(onChunk: (chunk: Buffer) => void) {
    this.#onChunk = onChunk;
  }

  /** Whether all that came is passed on. */
  get isAtEnd(): boolean {
    return this.#held.length === 0;
  }

  push(chunk: Buffer): void {
    const end = lastEnd(chunk) || this.#endAcross(chunk);
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-tailBytes)]).subarray(-tailBytes);
    if (end > 0) {
      this.flush();
      this.#onChunk(chunk.subarray(0, end));
    }
    if (end < chunk.length) this.#held.push(chunk.subarray(end));
  }

  /** Passes on what is left: the last event needs no empty line when the answer is over. */
  flush(): void {
    const held = this.#held;
    this.#held = [];
    for (const chunk of held) this.#onChunk(chunk);
  }

  /** Where an empty line ends in the chunk that began before it; 0 where none does. */
  #endAcross(chunk: Buffer): number {
    const seam = Buffer.concat([this.#tail, chunk.subarray(0, tailBytes - 1)]);
    return Math.max(0, lastEnd(seam) - this.#tail.length);
  }
}

/** Behind the last empty line; 0 without one. */
function lastEnd(bytes: Buffer): number {
  return Math.max(
    ...ends.map((end) => {
      const at = bytes.lastIndexOf(end);
      return at === -1 ? 0 : at + end.length;
    }),
  );
}
