import type { Kysely, QueryResult } from 'kysely';
import type { Database } from './database-schema.ts';
import type { PreparedQuery } from './prepared-query.ts';

interface WaitingWrite {
  readonly query: PreparedQuery<unknown>;
  readonly parameters: readonly unknown[];
  readonly resolve: (result: QueryResult<unknown>) => void;
  readonly reject: (reason: unknown) => void;
}

/** Writes of one turn of the event loop share a transaction; a commit is most of what a small write costs. */
export class GroupedWrites {
  readonly #db: Kysely<Database>;
  #waiting: WaitingWrite[] = [];

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Resolves once the write is committed. */
  run(query: PreparedQuery<unknown>, parameters: readonly unknown[]): Promise<QueryResult<unknown>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ query, parameters, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => void this.#flush());
    });
  }

  async #flush(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    if (group.length > 1) {
      try {
        const results = await this.#together(group);
        for (const [index, { resolve }] of group.entries()) resolve(results[index] ?? { rows: [] });
        return;
      } catch {
        // One bad row undid them all: each is tried by itself, so that only the bad one fails.
      }
    }
    for (const { query, parameters, resolve, reject } of group) {
      await query.run(this.#db, parameters).then(resolve, reject);
    }
  }

  #together(group: readonly WaitingWrite[]): Promise<QueryResult<unknown>[]> {
    return this.#db.transaction().execute(async (transaction) => {
      const results: QueryResult<unknown>[] = [];
      for (const { query, parameters } of group) results.push(await query.run(transaction, parameters));
      return results;
    });
  }
}
