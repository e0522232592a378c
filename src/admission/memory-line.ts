/** Somebody who holds memory. The line keeps the numbers; others only read them. */
export interface Holder {
  /** Smaller is older. */
  readonly age: number;
  heldBytes: number;
  /** How many of his works go on by themselves, and so will give memory back: reading, pixel work, sending. */
  moving: number;
  /** His order has ended: whatever of it is still running counts no more. */
  hasLeft: boolean;
}

/** Memory asked for by a holder. */
export interface Taking {
  readonly holder: Holder;
  readonly bytes: number;
  readonly onGrant: () => void;
  isGranted: boolean;
}

/**
 * The line for memory. The oldest holder stands first, and nobody takes past him, so that what he began he can end.
 *
 * Past the cap goes one holder at a time, and only when no other is moving: then all the memory is held by those who
 * wait for more, and nothing would ever come back.
 */
export class MemoryLine {
  readonly #maxBytes: number;
  readonly #onChange: () => void;
  #waiters: Taking[] = [];
  #wasEmpty = true;
  #heldBytes = 0;
  #peakBytes = 0;
  #entered = 0;
  #movingHolders = 0;
  #passing: Holder | undefined;
  #waits = 0;

  /** `onChange` is called when the line has become empty, or is so no longer. */
  constructor(maxBytes: number, onChange: () => void) {
    this.#maxBytes = maxBytes;
    this.#onChange = onChange;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** Takings that wait. */
  get length(): number {
    return this.#waiters.length;
  }

  /** How often a taking had to wait. */
  get waits(): number {
    return this.#waits;
  }

  /** A new holder, younger than all before. */
  enter(): Holder {
    return { age: this.#entered++, heldBytes: 0, moving: 0, hasLeft: false };
  }

  /** Takes memory, now or when it is his turn; `onGrant` is called then, and also at once. */
  take(holder: Holder, bytes: number, onGrant: () => void): Taking {
    const taking: Taking = { holder, bytes, onGrant, isGranted: false };
    if (holder.hasLeft) this.#grant(taking);
    else {
      const younger = this.#waiters.findIndex((other) => other.holder.age > holder.age);
      this.#waiters.splice(younger === -1 ? this.#waiters.length : younger, 0, taking);
      this.#serve();
      if (!taking.isGranted) this.#waits++;
    }
    return taking;
  }

  /** A taking leaves the line; does nothing once it is granted. */
  cancel(taking: Taking): void {
    this.#remove((other) => other === taking);
  }

  /** Counts what is here already, whether or not it fits. */
  count(holder: Holder, bytes: number): void {
    if (holder.hasLeft) return;
    holder.heldBytes += bytes;
    this.#heldBytes += bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#heldBytes);
    if (this.#heldBytes > this.#maxBytes) this.#passing ??= holder;
  }

  giveBack(holder: Holder, bytes: number): void {
    if (holder.hasLeft) return;
    holder.heldBytes -= bytes;
    this.#heldBytes -= bytes;
    if (this.#heldBytes <= this.#maxBytes) this.#passing = undefined;
    this.#serve();
  }

  /** One work more of his goes on by itself, or one less. */
  move(holder: Holder, change: 1 | -1): void {
    if (holder.hasLeft) return;
    const wasMoving = holder.moving > 0;
    holder.moving += change;
    const isMoving = holder.moving > 0;
    if (wasMoving === isMoving) return;
    this.#movingHolders += change;
    this.#serve();
  }

  /** The holder is gone: nothing of his waits, moves or is held. */
  leave(holder: Holder): void {
    if (holder.hasLeft) return;
    holder.hasLeft = true;
    if (holder.moving > 0) this.#movingHolders--;
    this.#heldBytes -= holder.heldBytes;
    if (this.#passing === holder || this.#heldBytes <= this.#maxBytes) this.#passing = undefined;
    this.#remove((waiter) => waiter.holder === holder);
  }

  #mayTake(holder: Holder, bytes: number): boolean {
    if (this.#heldBytes + bytes <= this.#maxBytes || this.#passing === holder) return true;
    const othersMove = this.#movingHolders - (holder.moving > 0 ? 1 : 0) > 0;
    return this.#passing === undefined && !othersMove;
  }

  /** Whose turn it is: his who is past the cap already, since all others wait for him; else the oldest. */
  #next(): number {
    return Math.max(
      0,
      this.#waiters.findIndex(({ holder }) => holder === this.#passing),
    );
  }

  #serve(): void {
    for (;;) {
      const index = this.#next();
      const waiter = this.#waiters[index];
      if (waiter === undefined || !this.#mayTake(waiter.holder, waiter.bytes)) break;
      this.#waiters.splice(index, 1);
      this.#grant(waiter);
    }
    const isEmpty = this.#waiters.length === 0;
    if (isEmpty === this.#wasEmpty) return;
    this.#wasEmpty = isEmpty;
    this.#onChange();
  }

  #grant(taking: Taking): void {
    taking.isGranted = true;
    this.count(taking.holder, taking.bytes);
    taking.onGrant();
  }

  #remove(isGone: (waiter: Taking) => boolean): void {
    this.#waiters = this.#waiters.filter((waiter) => !isGone(waiter));
    this.#serve();
  }
}
