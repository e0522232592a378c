import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import { Pool, TypeOverrides } from 'pg';
import { toPostgresError } from './postgres-error.ts';

/** 64-bit columns, which the driver hands back as text: all of ours are whole numbers below 2^53. */
const int8 = 20;
/**
 * For orders: a group at work, and what reads beside it. A holder of locks that stalls is cut off after a second, so that
 * nobody waits for long on a budget that everybody needs.
 */
const orderBounds: PostgresBounds = {
  maxConnections: 8,
  longestMs: 10_000,
  longestLockWaitMs: 2000,
  longestIdleMs: 1000,
};
/**
 * For changing tables and copying them, which takes as long as they are large. Whoever waits for the lock of a table keeps
 * all others waiting that come behind.
 */
export const upkeepBounds: PostgresBounds = {
  maxConnections: 2,
  longestMs: 0,
  longestLockWaitMs: 3000,
  longestIdleMs: 60_000,
};
/** What the client waits longer than the database does, so that the database's word comes first. */
const graceMs = 5000;

export interface PostgresBounds {
  readonly maxConnections: number;
  /** How long a statement may take; 0: as long as it does. */
  readonly longestMs: number;
  readonly longestLockWaitMs: number;
  /** How long a transaction may be left waiting for its next statement. */
  readonly longestIdleMs: number;
}

/** Kysely's PostgreSQL dialect. `onTrouble` hears of connections that broke while nobody used them. */
export function postgresDialect(
  url: string,
  onTrouble: (error: Error) => void,
  bounds: Partial<PostgresBounds> = {},
): Dialect {
  const { maxConnections, longestMs, longestLockWaitMs, longestIdleMs } = { ...orderBounds, ...bounds };
  const types = new TypeOverrides();
  types.setTypeParser(int8, Number);
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    types,
    keepAlive: true,
    // Statements that need not wait for each other's answers do not (pipelinedTransaction).
    pipeline: true,
    connectionTimeoutMillis: 3000,
    ...(longestMs > 0 && { query_timeout: longestMs + graceMs }),
    statement_timeout: longestMs,
    lock_timeout: longestLockWaitMs,
    idle_in_transaction_session_timeout: longestIdleMs,
    application_name: 'plantain',
  });
  pool.on('error', onTrouble);
  // A connection in use that breaks tells it too, and unheard that would end the process.
  pool.on('connect', (client) => client.on('error', onTrouble));
  return {
    createDriver: () => new TellingDriver({ pool }),
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

/** Failures of the database itself leave as errors of the catalogue. */
class TellingDriver extends PostgresDriver {
  readonly #telling = new WeakSet<DatabaseConnection>();

  override async acquireConnection(): ReturnType<PostgresDriver['acquireConnection']> {
    const connection = await super.acquireConnection().catch(told);
    if (!this.#telling.has(connection)) {
      this.#telling.add(connection);
      const execute = connection.executeQuery.bind(connection);
      connection.executeQuery = <Row>(query: CompiledQuery): Promise<QueryResult<Row>> =>
        execute<Row>(query).catch(told);
    }
    return connection;
  }
}

function told(thrown: unknown): never {
  throw toPostgresError(thrown);
}
