import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type Dialect,
} from 'kysely';
import type { Database } from './database-schema.ts';
import type { DialectName } from './migrations/column-kinds.ts';

/**
 * What runs a compiled query: a Kysely, or a connection itself. The queries of every order go to the connection: Kysely's
 * layers cost more than some of them (docs/performance.md).
 */
export interface QueryRunner {
  /** A transaction that hears every answer before it is over, so that nobody else has to wait for those of writes. */
  readonly hearsAll?: boolean;
  executeQuery<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>>;
}

/** Does `work` on the connection of a transaction itself. */
export function onConnection<Value>(
  db: Kysely<Database>,
  work: (connection: QueryRunner) => Promise<Value>,
): Promise<Value> {
  return db.getExecutor().provideConnection(work);
}

/** Waits for writes whose answers nobody needs, unless their transaction does. */
export async function heard(runner: QueryRunner, writes: Promise<unknown>): Promise<void> {
  if (runner.hearsAll !== true) await writes;
  else writes.catch(() => undefined);
}

/** Databases that are not there: queries for them can be compiled, and run to no effect. */
export const dryDialects: Readonly<Record<DialectName, Dialect>> = {
  sqlite: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  postgres: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
};

/** Compile queries and run none. */
export const compilers: Readonly<Record<DialectName, Kysely<Database>>> = {
  sqlite: new Kysely({ dialect: dryDialects.sqlite }),
  postgres: new Kysely({ dialect: dryDialects.postgres }),
};
