import type { DatabaseSync } from 'node:sqlite';
import {
  type Dialect,
  type DialectAdapter,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { SqliteDriver } from './sqlite-driver.ts';

/** Kysely's SQLite dialect on Node's own SQLite, with this product's driver. */
export function sqliteDialect(database: DatabaseSync, lockWaitMs: number, asArrays = false): Dialect {
  return {
    createDriver: () => new SqliteDriver(database, lockWaitMs, asArrays),
    createAdapter: () => new TransactionalSqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

class TransactionalSqliteAdapter extends SqliteAdapter implements DialectAdapter {
  /** Kysely leaves SQLite migrations outside transactions; SQLite can roll back DDL, so ours run inside one. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** The driver keeps its logical connections apart. With one alone, a waiting write would hold up every read. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
