interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that jumps from event to event, so that an hour takes a second. */
export class VirtualTime {
  #nowMs = 0;
  #order = 0;
  /** A heap: the earliest first, those of one time in the order they were planned. */
  readonly #heap: Event[] = [];
  readonly #calledOff = new Set<Event>();

  nowMs(): number {
    return this.#nowMs;
  }

  /** Runs something at a time, or at once if it has passed; what it returns calls it off. */
  at(atMs: number, run: () => void): () => void {
    const event = { atMs: Math.max(atMs, this.#nowMs), order: this.#order++, run };
    this.#heap.push(event);
    this.#rise(this.#heap.length - 1);
    return () => this.#calledOff.add(event);
  }

  /** Lets time pass until nothing is planned any more. */
  async run(): Promise<void> {
    for (let event = this.#pop(); event !== undefined; event = this.#pop()) {
      if (this.#calledOff.delete(event)) continue;
      this.#nowMs = event.atMs;
      event.run();
      // All that follows of it without waiting, before time goes on.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #pop(): Event | undefined {
    const [first] = this.#heap;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first;
  }

  #rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfLater(parent, index)) return;
      index = parent;
    }
  }

  #sink(): void {
    for (let index = 0; ; ) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      const child = this.#isEarlier(right, left) ? right : left;
      if (!this.#swapIfLater(index, child)) return;
      index = child;
    }
  }

  #isEarlier(one: number, other: number): boolean {
    const [left, right] = [this.#heap[one], this.#heap[other]];
    if (left === undefined || right === undefined) return left !== undefined;
    return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
  }

  #swapIfLater(upper: number, lower: number): boolean {
    const [above, below] = [this.#heap[upper], this.#heap[lower]];
    if (above === undefined || below === undefined || !this.#isEarlier(lower, upper)) return false;
    this.#heap[upper] = below;
    this.#heap[lower] = above;
    return true;
  }
}
