import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { storageTrouble, toStorageError } from './storage-error.ts';

interface CachedStatement {
  readonly statement: StatementSync;
  readonly givesRows: boolean;
}

/** More than the program has different queries; the bound is for the day one is built from data. */
const maxCachedStatements = 200;
const retryMs = 20;

/**
 * Kysely's driver on Node's own SQLite: one file, any number of logical connections.
 *
 * A file that another process is writing is waited for by timer, never inside SQLite, which would hold up the
 * whole process; so the file is opened with a busy time-out of 0. While a transaction waits to begin, other
 * statements go on: with a write-ahead log, reads do not care for the lock. Whoever still finds it locked by
 * another process after `lockWaitMs` gets `storage_unavailable`. A transaction of this process that has begun is
 * waited for until it ends: it holds the lock already, and in a server it waits for nothing but its own
 * statements. Every failure of the file itself leaves as a catalogue error.
 */
export class SqliteDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #lockWaitMs: number;
  readonly #asArrays: boolean;
  readonly #statements = new Map<string, CachedStatement>();
  /** The transaction that has begun. Until it ends, others wait: their statements would become part of it. */
  #begun: { readonly by: DatabaseConnection; readonly ended: PromiseWithResolvers<void> } | undefined;

  /** `asArrays`: rows come as the values of their columns, in half the time. */
  constructor(database: DatabaseSync, lockWaitMs: number, asArrays = false) {
    this.#database = database;
    this.#lockWaitMs = lockWaitMs;
    this.#asArrays = asArrays;
  }

  async init(): Promise<void> {
    // The file is open already.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const connection: DatabaseConnection = {
      executeQuery: (query) => this.#execute(connection, query),
      streamQuery: () => {
        throw new Error('Rows are not streamed from SQLite; ask for them in parts.');
      },
    };
    return connection;
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#whenUnlocked(() => {
      // A deferred transaction that reads and then writes fails for good when another process wrote in
      // between. All our transactions write, so they take the write lock, and the wait, at the start.
      this.#statement('begin immediate').statement.run();
      this.#begun = { by: connection, ended: Promise.withResolvers<void>() };
    });
  }

  /** A commit that fails leaves nothing half done: the transaction is rolled back. */
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      this.#statement('commit').statement.run();
    } catch (thrown) {
      throw toStorageError(thrown);
    } finally {
      this.#end(connection);
    }
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.#end(connection);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.#end(connection);
  }

  async destroy(): Promise<void> {
    this.#statements.clear();
    this.#database.close();
  }

  /** SQLite may have rolled back by itself, and the connection may have no transaction (any more): both are fine. */
  #end(connection: DatabaseConnection): void {
    const begun = this.#begun;
    if (begun?.by !== connection) return;
    try {
      if (this.#database.isTransaction) this.#database.exec('rollback');
    } catch (thrown) {
      throw toStorageError(thrown);
    } finally {
      this.#begun = undefined;
      begun.ended.resolve();
    }
  }

  async #execute<Row>(connection: DatabaseConnection, query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#begun?.by !== connection) return this.#whenUnlocked(() => this.#run<Row>(query));
    try {
      return this.#run<Row>(query);
    } catch (thrown) {
      throw toStorageError(thrown);
    }
  }

  async #whenUnlocked<Value>(work: () => Value): Promise<Value> {
    const giveUpAtMs = performance.now() + this.#lockWaitMs;
    for (;;) {
      while (this.#begun !== undefined) await this.#begun.ended.promise;
      try {
        return work();
      } catch (thrown) {
        const isLocked = storageTrouble(thrown) === 'is locked by another program';
        if (!isLocked || performance.now() >= giveUpAtMs) throw toStorageError(thrown);
      }
      await sleep(retryMs);
    }
  }

  #run<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const { statement, givesRows } = this.#statement(sql);
    if (givesRows) return { rows: statement.all(...(parameters as SQLInputValue[])) as Row[] };
    const { changes, lastInsertRowid } = statement.run(...(parameters as SQLInputValue[]));
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  /**
   * Prepared statements are kept by their text, the least recently used leaves first: preparing costs more than
   * running for the queries of an order.
   */
  #statement(sql: string): CachedStatement {
    let cached = this.#statements.get(sql);
    if (cached === undefined) {
      const statement = this.#database.prepare(sql);
      if (this.#asArrays) statement.setReturnArrays(true);
      cached = { statement, givesRows: statement.columns().length > 0 };
      if (this.#statements.size >= maxCachedStatements)
        this.#statements.delete(this.#statements.keys().next().value ?? '');
    } else {
      this.#statements.delete(sql);
    }
    this.#statements.set(sql, cached);
    return cached;
  }
}
