/**
 * Counts the image bytes held by the whole process and pauses reading from upstreams past a cap, so that
 * many large answers at once cannot exhaust memory. The oldest reader always goes on: every order is finished
 * some day, and the cap is exceeded by one order at most.
 */
export class HeldBytes {
  readonly #maxBytes: number;
  #heldBytes = 0;
  /** Readers in order of arrival. */
  readonly #readers = new Set<HeldBytesShare>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Joins as a reader. `onTurn` is called when a paused reader may go on. */
  open(onTurn: () => void): HeldBytesShare {
    const share = new HeldBytesShare(
      (bytes) => {
        this.#heldBytes += bytes;
        if (bytes < 0) this.#wake();
      },
      (self) => {
        this.#readers.delete(self);
        this.#wake();
      },
      (self) => this.#mayRead(self),
      onTurn,
    );
    this.#readers.add(share);
    return share;
  }

  #mayRead(share: HeldBytesShare): boolean {
    if (this.#heldBytes < this.#maxBytes) return true;
    for (const oldest of this.#readers) return oldest === share;
    return true;
  }

  #wake(): void {
    for (const reader of this.#readers) {
      if (this.#mayRead(reader)) reader.wake();
      if (this.#heldBytes >= this.#maxBytes) return;
    }
  }
}

/** What one answer holds of the shared count. */
export class HeldBytesShare {
  #bytes = 0;
  #isPaused = false;
  readonly #count: (bytes: number) => void;
  readonly #leave: (share: HeldBytesShare) => void;
  readonly #may: (share: HeldBytesShare) => boolean;
  readonly #onTurn: () => void;

  constructor(
    count: (bytes: number) => void,
    leave: (share: HeldBytesShare) => void,
    may: (share: HeldBytesShare) => boolean,
    onTurn: () => void,
  ) {
    this.#count = count;
    this.#leave = leave;
    this.#may = may;
    this.#onTurn = onTurn;
  }

  /** Adds received bytes; false when the reader should pause until `onTurn`. */
  add(bytes: number): boolean {
    this.#bytes += bytes;
    this.#count(bytes);
    this.#isPaused = !this.#may(this);
    return !this.#isPaused;
  }

  wake(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#onTurn();
  }

  /** Reading is over; the bytes stay held until `release`. */
  doneReading(): void {
    this.#leave(this);
  }

  /** The bytes are written or given up. May be called more than once. */
  release(): void {
    const bytes = this.#bytes;
    this.#bytes = 0;
    this.#leave(this);
    this.#count(-bytes);
  }
}
