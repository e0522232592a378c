import { type Kysely, sql } from 'kysely';
import { errorCodeOf } from '../../kernel/error-code.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { ReportReader, ReportSource } from '../../usage/report-desk.ts';
import type { Database } from './database-schema.ts';
import { openPostgres } from './open-postgres.ts';
import { withoutCompiling } from './postgres-jit.ts';
import { sqlOrders } from './sql-orders.ts';
import { sqlTotals } from './sql-totals.ts';
import { quartersOf } from './usage-quarters.ts';

/** Beyond this a report is given up: whoever asked has long left. */
const longestMs = 120_000;
/** Nobody waits for a report's locks, so it may wait longer for those of others than an order, which others stand behind. */
const longestLockWaitMs = 10_000;

/**
 * Reports on PostgreSQL: connections of their own, which may take longer than an order's, and are told to stop when nobody
 * waits any more.
 */
export function postgresReports(url: string, onTrouble: (error: Error) => void): ReportSource {
  const { db, close } = openPostgres(url, onTrouble, { maxConnections: 3, longestMs, longestLockWaitMs });
  return { open: async (signal) => new PostgresReader(db, signal), close };
}

class PostgresReader implements ReportReader {
  readonly #db: Kysely<Database>;
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;

  constructor(db: Kysely<Database>, signal: AbortSignal) {
    this.#db = db;
    this.#signal = AbortSignal.any([signal, this.#ended.signal]);
  }

  totals: ReportReader['totals'] = (query) => this.#ask((db) => sqlTotals(db, query));
  orders: ReportReader['orders'] = (query) => this.#ask((db) => sqlOrders(db, query));
  quarters: ReportReader['quarters'] = (dayMs) => this.#ask((db) => quartersOf(db, dayMs));

  async close(): Promise<void> {
    this.#ended.abort(new Error('the report is closed'));
  }

  async #ask<Result>(work: (db: Kysely<Database>) => Promise<Result>): Promise<Result> {
    const signal = this.#signal;
    signal.throwIfAborted();
    return this.#db.connection().execute(async (connection) => {
      await withoutCompiling(connection);
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(connection);
      let canceling: Promise<unknown> | undefined;
      const cancel = (): void => {
        canceling = sql`select pg_cancel_backend(${rows[0]?.pid})`.execute(this.#db).catch(() => undefined);
      };
      signal.throwIfAborted();
      signal.addEventListener('abort', cancel, { once: true });
      try {
        return await work(connection);
      } catch (error) {
        signal.throwIfAborted();
        throw isTooLong(error) ? tooLong(error) : error;
      } finally {
        signal.removeEventListener('abort', cancel);
        // It must not hit whoever has the connection next.
        await canceling;
      }
    });
  }
}

function isTooLong(error: unknown): boolean {
  return error instanceof Error && errorCodeOf(error.cause) === '57014';
}

function tooLong(cause: unknown): PlantainError {
  return new PlantainError(
    'storage_unavailable',
    `The report took longer than ${String(longestMs / 1000)} s and was given up. Ask for a shorter period, or by fewer groups.`,
    { cause },
  );
}
