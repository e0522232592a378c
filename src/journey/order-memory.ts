import { PlantainError } from '../kernel/plantain-error.ts';

/**
 * What one order holds of the process's memory: its upload, its references, its upstream answers until their last byte
 * is with the client, its pixels while they are worked on. `admission/` counts it for all orders in one place.
 */
export interface OrderMemory {
  /**
   * Waits until `bytes` more fit; older orders go first. They are held until they are given back by what it resolves
   * to, or the order ends. Rejects with the signal's reason, or with `too_many_orders` after `maxWaitMs`.
   */
  reserve(bytes: number, signal: AbortSignal, maxWaitMs?: number): Promise<() => void>;
  /** Counts bytes that are here already, until the order ends. */
  count(bytes: number): void;
  /** Reads bytes whose number is known roughly at best. They stay counted until `release` or the order's end. */
  openReader(source: MemorySource): MemoryReader;
  /** From now on the order waits for nobody but its client. */
  startSending(): void;
  /** Whether others wait for memory: then nobody may hold his without making use of it. */
  readonly isWanted: boolean;
}

/** Where bytes come from that are to be held. */
export interface MemorySource {
  /** The likely number of bytes. Reserved at once, so that what is begun can also be ended. */
  readonly expectedBytes: number;
  /** Called when a paused reader may go on. */
  readonly resume: () => void;
  /** Called when the source was silent for too long while others wait; it must `release` or end the order. */
  readonly giveUp: () => void;
}

export interface MemoryReader {
  /** False: the source is to be paused until `resume`. */
  readonly mayRead: boolean;
  /** Counts received bytes. Answers `mayRead`. */
  add(bytes: number): boolean;
  /** The last byte is here; what was reserved beyond it is given back. */
  doneReading(): void;
  /** The bytes are of no use any more. May be called more than once. */
  release(): void;
}

/** The refusal of an order for which no memory came free in time. */
export function memoryIsTaken(): PlantainError {
  const message = 'This server holds as many pictures in memory as it may. Try again in a few seconds.';
  return new PlantainError('too_many_orders', message, { retryAfterSeconds: 5, cause: memoryCause });
}

const memoryCause = 'limits.max_held_bytes is reached';

/** Whether an order was refused for want of memory. */
export function isForMemory({ cause }: PlantainError): boolean {
  return cause === memoryCause;
}
