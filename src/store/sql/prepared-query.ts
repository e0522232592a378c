import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Database } from './database-schema.ts';

/**
 * A query built and compiled once, of which only the parameters change. Building one costs more than running
 * it, which counts where orders come: for finding a key, and for opening and ending the claims of
 * those that have one.
 */
export class PreparedQuery<Row> {
  readonly #compiled: CompiledQuery<Row>;

  /** `compiled` was made with stand-in values; `run` takes the real ones, in the order of its placeholders. */
  constructor(compiled: CompiledQuery<Row>) {
    this.#compiled = compiled;
  }

  run(db: Kysely<Database>, parameters: readonly unknown[]): Promise<QueryResult<Row>> {
    return db.executeQuery({ ...this.#compiled, parameters });
  }
}
