import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { isStorageFailure } from '../../kernel/storage-failure.ts';
import type { Database } from './database-schema.ts';

/** The statements of one write, which all hold or none does. */
export type Write<Result> = (db: Kysely<Database>) => Promise<Result>;

interface WaitingWrite {
  readonly write: Write<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** A transaction holds the event loop from its first write to its commit: this many take a few milliseconds. */
const maxGroup = 200;

/**
 * Writes of one turn of the event loop share a transaction; a commit is most of what a small write costs. So do
 * all that come while another process has the database locked. When the lock does not come free in time, or the
 * store fails, all that waited fail with that one error: trying each by itself would only make them wait in line.
 */
export class GroupedWrites {
  readonly #db: Kysely<Database>;
  #waiting: WaitingWrite[] = [];
  #isFlushing = false;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Resolves once the write is committed. */
  run<Result>(write: Write<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve: resolve as (result: unknown) => void, reject });
      if (this.#isFlushing) return;
      this.#isFlushing = true;
      setImmediate(() => void this.#flush());
    });
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#writeGroup();
      if (this.#waiting.length > 0) await nextTurn();
    }
    this.#isFlushing = false;
  }

  /** Never rejects: each write hears of its own end. */
  async #writeGroup(): Promise<void> {
    let group: WaitingWrite[] = [];
    try {
      const results = await this.#db.transaction().execute(async (transaction) => {
        // Taken only now that the lock is held: what came while it was waited for goes along.
        group = this.#waiting.splice(0, maxGroup);
        const done: unknown[] = [];
        for (const { write } of group) done.push(await write(transaction));
        return done;
      });
      for (const [index, { resolve }] of group.entries()) resolve(results[index]);
    } catch (error) {
      if (group.length === 0) for (const { reject } of this.#waiting.splice(0)) reject(error);
      else if (isStorageFailure(error) || group.length === 1) for (const { reject } of group) reject(error);
      else await this.#writeEach(group);
    }
  }

  /** One bad write undid a whole group: each is tried by itself, so that only the bad one fails. */
  async #writeEach(group: readonly WaitingWrite[]): Promise<void> {
    let failure: unknown;
    for (const { write, resolve, reject } of group) {
      if (failure !== undefined) {
        reject(failure);
        continue;
      }
      await this.#db
        .transaction()
        .execute(write)
        .then(resolve, (error: unknown) => {
          if (isStorageFailure(error)) failure = error;
          reject(error);
        });
    }
  }
}
