import { setPriority } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { Kysely } from 'kysely';
import { PlantainError } from '../../kernel/plantain-error.ts';
import type { Database } from './database-schema.ts';
import type { ReportAnswer, ReportQuestion } from './report-question.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import { type OrderRows, orderRows } from './sql-orders.ts';
import type { StoredOrder } from './ledger-row.ts';
import { sqlTotals } from './sql-totals.ts';
import { quartersOf } from './usage-quarters.ts';

/** The thread of a report: answers one question after the other from a connection that cannot write, until it is ended. */
const lockWaitMs = 5000;

// The system's priority of a thread where it has one: orders go first when there is not enough for both.
if (process.platform === 'linux') setPriority(0, 19);
const file = new DatabaseSync(workerData as string, { readOnly: true, timeout: 0 });
// A thread is ended between two steps of JavaScript, and a statement may be one of minutes: this makes steps in it.
file.function('pulse', () => 1);
const db = new Kysely<Database>({ dialect: sqliteDialect(file, lockWaitMs) });
// Thousands of orders are values, not objects, until they are where they are needed.
const values = new Kysely<Database>({ dialect: sqliteDialect(file, lockWaitMs, true) });
const storedOrders: OrderRows<StoredOrder> = {
  fetch: async (statement) => (await statement.execute(values)).rows,
  idOf: ([id]) => id,
};

parentPort?.on('message', (question: ReportQuestion) => void reply(question));

/** What is thrown here ends the thread, and is told to who asked. */
async function reply(question: ReportQuestion): Promise<void> {
  parentPort?.postMessage(await answer(question));
}

async function answer(question: ReportQuestion): Promise<ReportAnswer> {
  try {
    switch (question.kind) {
      case 'totals':
        return { kind: 'totals', totals: await sqlTotals(db, question.query, { hasPulse: true }) };
      case 'orders':
        return { kind: 'orders', orders: await orderRows(db, question.query, storedOrders) };
      case 'quarters':
        return { kind: 'quarters', quarters: await quartersOf(db, question.dayMs) };
    }
  } catch (error) {
    if (!(error instanceof PlantainError)) throw error;
    const { code, message, param, retryAfterSeconds } = error;
    return { kind: 'refused', code, message, param, retryAfterSeconds };
  }
}
