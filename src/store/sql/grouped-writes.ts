import type { Kysely } from 'kysely';
import type { Database } from './database-schema.ts';

/** The statements of one write, which all hold or none does. */
export type Write<Result> = (db: Kysely<Database>) => Promise<Result>;

interface WaitingWrite {
  readonly write: Write<unknown>;
  readonly resolve: (result: unknown) => void;
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
  run<Result>(write: Write<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve: resolve as (result: unknown) => void, reject });
      if (this.#waiting.length === 1) setImmediate(() => void this.#flush());
    });
  }

  async #flush(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    if (group.length > 1) {
      try {
        const results = await this.#together(group);
        for (const [index, { resolve }] of group.entries()) resolve(results[index]);
        return;
      } catch {
        // One bad row undid them all: each is tried by itself, so that only the bad one fails.
      }
    }
    for (const one of group) {
      await this.#together([one]).then(([result]) => one.resolve(result), one.reject);
    }
  }

  #together(group: readonly WaitingWrite[]): Promise<unknown[]> {
    return this.#db.transaction().execute(async (transaction) => {
      const results: unknown[] = [];
      for (const { write } of group) results.push(await write(transaction));
      return results;
    });
  }
}
