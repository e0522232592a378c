import { type Kysely, sql } from 'kysely';
import { isStorageFailure } from '../../kernel/storage-failure.ts';
import { defaultAlertAt } from '../../admission/alert-rules.ts';
import type {
  Ledger,
  LedgerAttempt,
  LedgerCompletion,
  LedgerOpening,
  LedgerRow,
  OrdersQuery,
  TotalsQuery,
  UsageTotals,
} from '../../usage/ledger.ts';
import { toAttempt } from './attempt-row.ts';
import { type BookStatements, bookStatements } from './book-statements.ts';
import { closeLost } from './close-lost.ts';
import { Combiner } from './combiner.ts';
import type { Database } from './database-schema.ts';
import { DoubtList } from './doubt-list.ts';
import { EndUserRoom } from './end-user-room.ts';
import type { Alerting } from './group-alerts.ts';
import { toLedgerRow, toOpenRow } from './ledger-row.ts';
import { lostOrder } from './lost-order.ts';
import { orderPatienceMs } from './patience.ts';
import type { BookResult, BookTask, OrderSubjects } from './book-task.ts';
import { writeGroup } from './order-group.ts';
import { pipelinedTransaction } from './pipelined-transaction.ts';
import { onConnection, type QueryRunner } from './query-runner.ts';
import { sqlOrders } from './sql-orders.ts';
import { withoutCompiling } from './postgres-jit.ts';
import { sqlTotals } from './sql-totals.ts';
import { UsageHours } from './usage-hours.ts';

export interface SqlLedgerOptions {
  /** Brings what is committed to the disk, where a commit alone does not: an order is admitted once it is there. */
  readonly flush?: (() => Promise<void>) | undefined;
  /** PostgreSQL, which several processes may share; absent: SQLite, of one process alone. */
  readonly postgres?: SharedLedgerOptions;
  /** At which percents of a limit something is told, unless an allowance says otherwise. */
  readonly alertAt?: readonly number[];
  /** There is something to tell of a limit. */
  readonly onAlerts?: () => void;
  /** End users that are counted, of each project. */
  readonly mostEndUsers?: number;
}

export interface SharedLedgerOptions {
  /** The process that opens orders, by its id of the moment. */
  readonly instance: { readonly id: string };
  /** False: orders come with their time, as in tests. */
  readonly usesDatabaseClock?: boolean;
}

/**
 * With that many orders under way, those of some milliseconds share a transaction and its flush, which cost more CPU
 * time than the rest of a small order, and go on one after the other while the processor has the program at hand
 * (docs/performance.md); a picture takes seconds. When all of them wait for the book nobody waits longer.
 */
const gathersFromOrders = 4;
const gatherMs = 12;

/** The ledger in SQL, and with it what orders are allowed: both change in the same transaction. */
export class SqlLedger implements Ledger {
  readonly #db: Kysely<Database>;
  readonly #book: Combiner<BookTask, BookResult, QueryRunner>;
  readonly #statements: BookStatements;
  readonly #postgres: SharedLedgerOptions | undefined;
  readonly #doubts: DoubtList;
  readonly #alerting: Alerting;
  /** Orders of this process that are open or being settled, and whose they are. */
  readonly #underWay = new Map<string, OrderSubjects>();
  /** How many there were when the last group began. */
  #wereUnderWay = 0;

  constructor(
    db: Kysely<Database>,
    { flush, postgres, alertAt = defaultAlertAt, onAlerts, mostEndUsers }: SqlLedgerOptions = {},
  ) {
    this.#db = db;
    this.#postgres = postgres;
    this.#statements = bookStatements(postgres === undefined ? 'sqlite' : 'postgres');
    const usesDatabaseClock = postgres?.usesDatabaseClock ?? postgres !== undefined;
    this.#alerting = { alertAt, onAlerts };
    const group = {
      statements: this.#statements,
      usesDatabaseClock,
      alerting: this.#alerting,
      endUsers: new EndUserRoom(mostEndUsers),
    };
    this.#book = new Combiner(
      (work) =>
        postgres === undefined
          ? db.transaction().execute((transaction) => onConnection(transaction, work))
          : pipelinedTransaction(db, work),
      (runner, tasks, isRedo) => {
        this.#wereUnderWay = this.#underWay.size;
        return writeGroup(group, runner, tasks, isRedo);
      },
      {
        patienceMs: postgres === undefined ? 0 : orderPatienceMs,
        // Over PostgreSQL they gather by themselves, while the group before is on its way.
        gatherMs: () => (flush !== undefined && this.#wereUnderWay >= gathersFromOrders ? gatherMs : 0),
        mostTasks: () => this.#wereUnderWay,
        flush,
        // An upstream charges for what is asked of it, so an order has to outlive a power cut. An end that is lost to one
        // leaves its order unknown, at the reserved price.
        hasToLast: ({ kind }) => kind === 'open',
      },
    );
    this.#doubts = new DoubtList((id) => this.#cancel(id));
  }

  async open(opening: LedgerOpening): Promise<Readonly<Record<string, string>>> {
    const row = toOpenRow(opening, this.#postgres?.instance.id ?? null);
    this.#underWay.set(row.id, row);
    try {
      return (await this.#book.run({ kind: 'open', row })) as Readonly<Record<string, string>>;
    } catch (error) {
      this.#underWay.delete(opening.id);
      // Nothing was asked of an upstream, but the row may be there: the answer to its commit, or its flush, was lost.
      if (isStorageFailure(error)) this.#doubts.add(opening.id);
      throw error;
    }
  }

  async complete(
    id: string,
    completion: LedgerCompletion,
    attempts: readonly LedgerAttempt[],
  ): Promise<boolean> {
    const subjects = this.#underWay.get(id);
    try {
      if (await this.#book.run({ kind: 'complete', id, completion, attempts, subjects })) return true;
    } finally {
      // Also where it could not be written: only how many there are about now counts.
      this.#underWay.delete(id);
    }
    if ((await this.find(id)) === undefined) throw new Error(`order ${id} is not in the ledger`);
    return false;
  }

  /** An order that is in doubt was never asked of an upstream. */
  async #cancel(id: string): Promise<void> {
    const completion = {
      ...blankCompletion,
      status: 'canceled',
      errorCode: 'storage_unavailable',
      finishedAtMs: Date.now(),
    } as const;
    await this.#book.run({ kind: 'complete', id, completion, attempts: [] });
  }

  closeLeftOpen(atMs: number): Promise<number> {
    if (this.#postgres !== undefined) return closeLost(this.#db, this.#statements, atMs, this.#alerting);
    return this.#db.transaction().execute(async (db) => {
      const closed = await db
        .updateTable('ledger')
        .set(lostOrder(atMs))
        // Spelled out, not a parameter: only so is the index of open rows used.
        .where('status', '=', sql.lit('open'))
        .returningAll()
        .execute();
      const hours = new UsageHours();
      for (const row of closed) hours.add(row);
      await hours.write(this.#statements, db);
      await db.updateTable('allowances').set({ open_orders: 0 }).where('open_orders', '<>', 0).execute();
      return closed.length;
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

  list(query: OrdersQuery): Promise<readonly LedgerRow[]> {
    return sqlOrders(this.#db, query);
  }

  totals(query: TotalsQuery): Promise<readonly UsageTotals[]> {
    if (this.#postgres === undefined) return sqlTotals(this.#db, query);
    return this.#db.connection().execute(async (connection) => {
      await withoutCompiling(connection);
      return sqlTotals(connection, query);
    });
  }
}

const blankCompletion: Omit<LedgerCompletion, 'status'> = {
  errorCode: null,
  upstream: null,
  imagesDelivered: 0,
  inputTokens: 0,
  outputTokens: 0,
  outputImageTokens: 0,
  usageSource: 'none',
  costMicroUsd: 0,
  bytesOut: 0,
  attempts: 0,
  finishedAtMs: 0,
};
