import type { Clock } from '../kernel/clock.ts';
import type { BlobStore } from './blob-store.ts';

export interface SweepOutcome {
  readonly removed: number;
  readonly freedBytes: number;
  /** Blobs that could not be removed and are tried again at the next sweep. */
  readonly failed: number;
  /** Remains of interrupted writes. */
  readonly abandoned: number;
  /** What is stored still, those that could not be removed among it. */
  readonly keptPictures: number;
  readonly keptBytes: number;
}

export interface RetentionSweepOptions {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** Age at which a picture is removed, in milliseconds; not less than a link's lifetime. Asked for at each sweep. */
  readonly retentionMs: () => number;
  readonly intervalMs: number;
  /** Removals under way at once. */
  readonly batchSize?: number;
  readonly onSwept?: (outcome: SweepOutcome) => void;
  /**
   * A sweep that could not finish, or blobs that could not be removed: how many, once a sweep, and why the first was not. The
   * next sweep tries again.
   */
  readonly onError?: (error: unknown, unremoved: number) => void;
}

/** An upload takes seconds; what is older than this was left by a process that died. */
const abandonedAfterMs = 60 * 60 * 1000;

/** Removes stored pictures once they are older than the retention, now and then, without holding the process up. */
export class RetentionSweep {
  readonly #options: RetentionSweepOptions;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> = Promise.resolve();

  constructor(options: RetentionSweepOptions) {
    this.#options = options;
  }

  /** Sweeps now and then every interval. The timer does not keep the process alive. */
  start(): void {
    if (this.#timer !== undefined || this.#stopping.signal.aborted) return;
    let busy = false;
    const tick = (): void => {
      // A sweep slower than the interval must not be joined by a second one.
      if (busy) return;
      busy = true;
      this.#underWay = this.#sweepAndReport().finally(() => {
        busy = false;
      });
    };
    this.#timer = setInterval(tick, this.#options.intervalMs);
    this.#timer.unref();
    tick();
  }

  /** No further sweep; waits for the removals under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#underWay;
  }

  /** One sweep. An abort ends it after the batch under way; what is left waits for the next. */
  async sweepOnce(signal: AbortSignal): Promise<SweepOutcome> {
    const { blobs, clock, retentionMs, batchSize = 16, onError } = this.#options;
    const nowMs = clock.nowMs();
    let removed = 0;
    let freedBytes = 0;
    let failed = 0;
    let firstFailure: unknown;
    let keptPictures = 0;
    let keptBytes = 0;
    const keep = (sizeBytes: number): void => {
      keptPictures++;
      keptBytes += sizeBytes;
    };
    let batch: { name: string; sizeBytes: number }[] = [];
    const removeBatch = async (): Promise<void> => {
      await Promise.all(
        batch.map(async ({ name, sizeBytes }) => {
          try {
            if (!(await blobs.remove(name))) return;
            removed++;
            freedBytes += sizeBytes;
          } catch (error) {
            if (failed++ === 0) firstFailure = error;
            keep(sizeBytes);
          }
        }),
      );
      batch = [];
    };
    const beforeMs = nowMs - retentionMs();
    for await (const blob of blobs.list(Number.POSITIVE_INFINITY)) {
      if (signal.aborted) break;
      if (blob.modifiedAtMs >= beforeMs) {
        keep(blob.sizeBytes);
        continue;
      }
      batch.push(blob);
      if (batch.length >= batchSize) await removeBatch();
    }
    if (!signal.aborted) await removeBatch();
    const abandoned = signal.aborted ? 0 : await blobs.removeAbandoned(nowMs - abandonedAfterMs);
    if (failed > 0) onError?.(firstFailure, failed);
    return { removed, freedBytes, failed, abandoned, keptPictures, keptBytes };
  }

  async #sweepAndReport(): Promise<void> {
    try {
      const outcome = await this.sweepOnce(this.#stopping.signal);
      this.#options.onSwept?.(outcome);
    } catch (error) {
      this.#options.onError?.(error, 0);
    }
  }
}
