import { open } from 'node:fs/promises';
import { PlantainError } from '../../kernel/plantain-error.ts';

/** What of an open file is needed. */
export interface FlushedFile {
  datasync(): Promise<void>;
  close(): Promise<void>;
}

const retryAfterSeconds = 5;

/**
 * Brings what is committed to the disk, without the event loop: SQLite's own flush would stop every stream of the server
 * for as long as the disk takes. With `synchronous = normal` a commit is in the write-ahead log, and SQLite flushes the
 * log itself before it moves it into the database; so a commit lasts once the log was flushed after it. Commits that come
 * while a flush is under way share the next.
 */
export class WalFlush {
  readonly #openLog: () => Promise<FlushedFile>;
  #log: Promise<FlushedFile> | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** `path` is the database's; its log is there from the first write until it is closed. */
  constructor(path: string, openLog: () => Promise<FlushedFile> = () => open(`${path}-wal`, 'r+')) {
    this.#openLog = openLog;
  }

  /** Resolves when everything that was committed before the call is on the disk. */
  flush(): Promise<void> {
    if (this.#running === undefined) return this.#run();
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#run();
      });
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#running?.catch(() => undefined);
    await this.#closeLog();
  }

  #run(): Promise<void> {
    this.#running = this.#sync().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #sync(): Promise<void> {
    try {
      this.#log ??= this.#openLog();
      await (await this.#log).datasync();
    } catch (thrown) {
      // Also where it could not be opened, or cannot be closed: the next flush opens it anew.
      await this.#closeLog().catch(() => undefined);
      const message = 'The database of the server cannot be brought to the disk. Tell its operator.';
      throw new PlantainError('storage_unavailable', message, { cause: thrown, retryAfterSeconds });
    }
  }

  async #closeLog(): Promise<void> {
    const log = this.#log;
    this.#log = undefined;
    await (await log)?.close();
  }
}
