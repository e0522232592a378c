/** An upload under way. */
export interface WatchedUpload {
  readonly receivedBytes: number;
  /** The whole of it, as its client said; undefined where it did not. */
  readonly statedBytes: number | undefined;
  /** Whether it waits for us, not we for it. */
  readonly isPaused: () => boolean;
  readonly giveUp: () => void;
}

/** Less than this in the whole time is no progress: a body that trickles holds memory like one that stands still. */
const progressBytes = 64 * 1024;
const looksPerLimit = 4;

interface Mark {
  /** What has to be there for it to count as progress. */
  readonly wantedBytes: number;
  looks: number;
}

/** Gives up uploads that make no progress for a while: one timer for all of them, and soon none when there are none. */
export class IdleWatch {
  readonly #limitMs: number;
  readonly #marks = new Map<WatchedUpload, Mark>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  add(upload: WatchedUpload): void {
    this.#marks.set(upload, nextMark(upload));
    this.#timer ??= setInterval(() => this.#look(), this.#limitMs / looksPerLimit).unref();
  }

  remove(upload: WatchedUpload): void {
    this.#marks.delete(upload);
  }

  #look(): void {
    if (this.#marks.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    for (const [upload, mark] of this.#marks) {
      if (upload.isPaused() || upload.receivedBytes >= mark.wantedBytes)
        this.#marks.set(upload, nextMark(upload));
      // The first look may come at once after the mark, so it takes one more for the whole time to have passed.
      else if (++mark.looks > looksPerLimit) upload.giveUp();
    }
  }
}

function nextMark({ receivedBytes, statedBytes = Infinity }: WatchedUpload): Mark {
  const missingBytes = statedBytes - receivedBytes;
  return { wantedBytes: receivedBytes + Math.max(1, Math.min(progressBytes, missingBytes)), looks: 0 };
}
