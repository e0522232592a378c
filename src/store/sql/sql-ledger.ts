import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql } from 'kysely';
import {
  type Ledger,
  type LedgerAttempt,
  type LedgerCompletion,
  type LedgerOpening,
  type LedgerRow,
  type LedgerStatus,
  maxLedgerTextLength,
  type OrdersQuery,
  type TotalsQuery,
  type UsageTotals,
} from '../../usage/ledger.ts';
import type { Database, LedgerTable } from './database-schema.ts';
import { blankAttemptRow, toAttempt, toAttemptRow } from './attempt-row.ts';
import { GroupedWrites } from './grouped-writes.ts';
import { PreparedQuery } from './prepared-query.ts';
import { sqlOrders, toLedgerRow } from './sql-orders.ts';
import { sqlTotals } from './sql-totals.ts';

/** Stand-ins while the queries of every order are compiled; the real values come as parameters, in this order. */
const blankRow: LedgerTable = toOpenRow({
  id: '',
  keyId: '',
  operation: 'generate',
  model: '',
  requestedModel: '',
  imagesRequested: 0,
  reservedMicroUsd: 0,
  createdAtMs: 0,
  endUser: null,
  upstream: null,
});

/** The ledger in SQL, the same queries for every database Kysely speaks to. */
export class SqlLedger implements Ledger {
  readonly #db: Kysely<Database>;
  readonly #writes: GroupedWrites;
  readonly #open: PreparedQuery<unknown>;
  readonly #complete: PreparedQuery<unknown>;
  readonly #addAttempt: PreparedQuery<unknown>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
    this.#writes = new GroupedWrites(db);
    this.#open = new PreparedQuery(
      db
        .insertInto('ledger')
        .values(blankRow)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .compile(),
    );
    // One statement decides, so that of two completions at the same time exactly one holds.
    this.#complete = new PreparedQuery(
      db
        .updateTable('ledger')
        .set(completedColumns(blankCompletion))
        .where('id', '=', '')
        .where('status', 'in', ['open', 'unknown'])
        .compile(),
    );
    this.#addAttempt = new PreparedQuery(db.insertInto('attempts').values(blankAttemptRow).compile());
  }

  async open(opening: LedgerOpening): Promise<void> {
    const row = toOpenRow(opening);
    const result = await this.#writes.run((db) => this.#open.run(db, Object.values(row)));
    if (result.numAffectedRows === 1n) return;
    // The same row is no second order: a group whose commit went through unheard is written again, row by row.
    const query = this.#db.selectFrom('ledger').selectAll().where('id', '=', opening.id);
    if (isDeepStrictEqual({ ...(await query.executeTakeFirst()) }, row)) return;
    throw new Error(`order ${opening.id} is in the ledger already`);
  }

  async complete(
    id: string,
    completion: LedgerCompletion,
    attempts: readonly LedgerAttempt[],
  ): Promise<boolean> {
    // An `unknown` row may still be told what became of it, but not once more that it is unknown.
    const alsoFrom: LedgerStatus = completion.status === 'unknown' ? 'open' : 'unknown';
    const completed = [...Object.values(completedColumns(completion)), id, 'open', alsoFrom];
    const isFirst = await this.#writes.run(async (db) => {
      const { numAffectedRows } = await this.#complete.run(db, completed);
      if (numAffectedRows !== 1n) return false;
      for (const [index, attempt] of attempts.entries())
        await this.#addAttempt.run(db, Object.values(toAttemptRow(id, index + 1, attempt)));
      return true;
    });
    if (isFirst) return true;
    if ((await this.find(id)) === undefined) throw new Error(`order ${id} is not in the ledger`);
    return false;
  }

  async closeLeftOpen(atMs: number): Promise<number> {
    const result = await this.#db
      .updateTable('ledger')
      .set((row) => ({
        status: 'unknown',
        cost_micro_usd: row.ref('reserved_micro_usd'),
        finished_at_ms: atMs,
      }))
      // Spelled out, not a parameter: only so is the index of open rows used.
      .where('status', '=', sql.lit('open'))
      .executeTakeFirst();
    return Number(result.numUpdatedRows);
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
    return sqlTotals(this.#db, query);
  }
}

const blankCompletion: LedgerCompletion = {
  status: 'unknown',
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

function completedColumns(completion: LedgerCompletion) {
  return {
    status: completion.status,
    error_code: completion.errorCode,
    upstream: completion.upstream,
    images_delivered: completion.imagesDelivered,
    input_tokens: completion.inputTokens,
    output_tokens: completion.outputTokens,
    output_image_tokens: completion.outputImageTokens,
    usage_source: completion.usageSource,
    cost_micro_usd: completion.costMicroUsd,
    bytes_out: completion.bytesOut,
    attempts: completion.attempts,
    finished_at_ms: completion.finishedAtMs,
  };
}

function toOpenRow(opening: LedgerOpening): LedgerTable {
  return {
    id: opening.id,
    key_id: opening.keyId,
    operation: opening.operation,
    model: opening.model,
    requested_model: storableText(opening.requestedModel),
    upstream: opening.upstream,
    status: 'open',
    error_code: null,
    images_requested: opening.imagesRequested,
    images_delivered: 0,
    input_tokens: 0,
    output_tokens: 0,
    output_image_tokens: 0,
    usage_source: 'none',
    reserved_micro_usd: opening.reservedMicroUsd,
    cost_micro_usd: 0,
    bytes_out: 0,
    attempts: 0,
    created_at_ms: opening.createdAtMs,
    finished_at_ms: null,
    end_user: opening.endUser === null ? null : storableText(opening.endUser),
  };
}

/** The caller chose this text, so it is cut, and rid of what PostgreSQL refuses or SQLite mangles. */
function storableText(text: string): string {
  return text.slice(0, maxLedgerTextLength).replaceAll('\0', '').toWellFormed();
}
