import { type Kysely, sql } from 'kysely';
import { createPeriods, type Periods } from '../../admission/periods.ts';
import type {
  Ledger,
  LedgerAttempt,
  LedgerCompletion,
  LedgerOpening,
  LedgerRow,
  TotalsQuery,
  UsageTotals,
} from '../../usage/ledger.ts';
import { toAttempt } from './attempt-row.ts';
import { bookStatements } from './book-statements.ts';
import { Combiner } from './combiner.ts';
import type { Database } from './database-schema.ts';
import { toLedgerRow, toOpenRow } from './ledger-row.ts';
import type { DialectName } from './migrations/column-kinds.ts';
import { type BookResult, type BookTask, writeGroup } from './order-group.ts';
import { sqlTotals } from './sql-totals.ts';

export interface SqlLedgerOptions {
  readonly dialect?: DialectName;
  /** Days and months of budgets. */
  readonly periodsOf?: (nowMs: number) => Periods;
  /** Whose rows are open, where several processes share the ledger. */
  readonly instanceId?: string | null;
  readonly usesDatabaseClock?: boolean;
}

/** The ledger in SQL, and with it what orders are allowed: both change in the same transaction. */
export class SqlLedger implements Ledger {
  readonly #db: Kysely<Database>;
  readonly #book: Combiner<BookTask, BookResult>;
  readonly #instanceId: string | null;

  constructor(db: Kysely<Database>, options: SqlLedgerOptions = {}) {
    const { dialect = 'sqlite', periodsOf = createPeriods('UTC'), usesDatabaseClock = false } = options;
    this.#db = db;
    this.#instanceId = options.instanceId ?? null;
    const group = { statements: bookStatements(dialect), periodsOf, usesDatabaseClock };
    this.#book = new Combiner(db, (transaction, tasks, isRedo) =>
      writeGroup(group, transaction, tasks, isRedo),
    );
  }

  async open(opening: LedgerOpening): Promise<Readonly<Record<string, string>>> {
    const headers = await this.#book.run({ kind: 'open', row: toOpenRow(opening, this.#instanceId) });
    return headers as Readonly<Record<string, string>>;
  }

  async complete(
    id: string,
    completion: LedgerCompletion,
    attempts: readonly LedgerAttempt[],
  ): Promise<boolean> {
    if (await this.#book.run({ kind: 'complete', id, completion, attempts })) return true;
    if ((await this.find(id)) === undefined) throw new Error(`order ${id} is not in the ledger`);
    return false;
  }

  closeLeftOpen(atMs: number): Promise<number> {
    return this.#db.transaction().execute(async (db) => {
      const result = await db
        .updateTable('ledger')
        .set((row) => ({
          status: 'unknown',
          cost_micro_usd: row.ref('reserved_micro_usd'),
          finished_at_ms: atMs,
          lost_at_ms: atMs,
        }))
        // Spelled out, not a parameter: only so is the index of open rows used.
        .where('status', '=', sql.lit('open'))
        .executeTakeFirst();
      await db.updateTable('allowances').set({ open_orders: 0 }).where('open_orders', '<>', 0).execute();
      return Number(result.numUpdatedRows);
    });
  }

  async find(id: string): Promise<LedgerRow | undefined> {
    const row = await this.#db.selectFrom('ledger').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toLedgerRow(row);
  }

  async attempts(id: string): Promise<readonly LedgerAttempt[]> {
    const rows = await this.#db
      .selectFrom('attempts')
      .selectAll()
      .where('order_id', '=', id)
      .orderBy('ordinal')
      .execute();
    return rows.map(toAttempt);
  }

  totals(query: TotalsQuery): Promise<readonly UsageTotals[]> {
    return sqlTotals(this.#db, query);
  }
}
