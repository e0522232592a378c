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
/** A group of orders at work, and what reads beside it. */
const maxConnections = 8;

/** How long what is done over a connection may take. */
const timeouts = {
  /** A holder of locks that stalls is cut off after a second, so that nobody waits for long on a budget that everybody needs. */
  orders: {
    query_timeout: 15_000,
    statement_timeout: 10_000,
    lock_timeout: 2000,
    idle_in_transaction_session_timeout: 1000,
  },
  /** Changing tables takes as long as they are large; whoever waits for a lock meanwhile keeps all others waiting. */
  upkeep: {
    statement_timeout: 0,
    lock_timeout: 3000,
    idle_in_transaction_session_timeout: 60_000,
  },
} as const;

export type PostgresUse = keyof typeof timeouts;

/** Kysely's PostgreSQL dialect. `onTrouble` hears of connections that broke while nobody used them. */
export function postgresDialect(
  url: string,
  onTrouble: (error: Error) => void,
  use: PostgresUse = 'orders',
): Dialect {
  const types = new TypeOverrides();
  types.setTypeParser(int8, Number);
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    types,
    keepAlive: true,
    connectionTimeoutMillis: 3000,
    ...timeouts[use],
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
