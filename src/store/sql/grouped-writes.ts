import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely, QueryResult } from 'kysely';
import { isStorageFailure } from '../../kernel/storage-failure.ts';
import type { Database } from './database-schema.ts';
import type { PreparedQuery } from './prepared-query.ts';

interface WaitingWrite {
  readonly query: PreparedQuery<unknown>;
  readonly parameters: readonly unknown[];
  readonly resolve: (result: QueryResult<unknown>) => void;
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
  run(query: PreparedQuery<unknown>, parameters: readonly unknown[]): Promise<QueryResult<unknown>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ query, parameters, resolve, reject });
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
        const done: QueryResult<unknown>[] = [];
        for (const { query, parameters } of group) done.push(await query.run(transaction, parameters));
        return done;
      });
      for (const [index, { resolve }] of group.entries()) resolve(results[index] ?? { rows: [] });
    } catch (error) {
      if (group.length === 0) for (const { reject } of this.#waiting.splice(0)) reject(error);
      else if (isStorageFailure(error) || group.length === 1) for (const { reject } of group) reject(error);
      else await this.#writeEach(group);
    }
  }

  /** One bad row undid a whole group: each is tried by itself, so that only the bad one fails. */
  async #writeEach(group: readonly WaitingWrite[]): Promise<void> {
    let failure: unknown;
    for (const { query, parameters, resolve, reject } of group) {
      if (failure !== undefined) {
        reject(failure);
        continue;
      }
      await query.run(this.#db, parameters).then(resolve, (error: unknown) => {
        if (isStorageFailure(error)) failure = error;
        reject(error);
      });
    }
  }
}
