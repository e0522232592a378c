import { type Kysely, sql } from 'kysely';
import type { BookStatements, EndedRow } from './book-statements.ts';
import { storedPeriods } from './budget-zone.ts';
import type { Database } from './database-schema.ts';
import type { Alerting } from './group-alerts.ts';
import { GroupAllowances } from './group-allowances.ts';
import { lostOrder } from './lost-order.ts';
import { UsageHours } from './usage-hours.ts';

/** Closed at a time, so that no lock is held for long. */
const batch = 500;

/**
 * Closes, as `unknown` at the reserved price, open orders of processes that have ended; how many. Any process may, several
 * at once: what another is closing is left to it. Rows of living processes are never touched.
 */
export async function closeLost(
  db: Kysely<Database>,
  statements: BookStatements,
  atMs: number,
  alerting?: Alerting,
): Promise<number> {
  for (let closed = 0; ; ) {
    const rows = await db.transaction().execute(async (transaction) => {
      const lost = await sql<EndedRow>`select * from ledger where status = 'open'
          and (instance_id is null or instance_id in (select id from instances where ended_at_ms is not null))
        order by id limit ${sql.lit(batch)} for update skip locked`.execute(transaction);
      if (lost.rows.length === 0) return 0;
      const allowances = new GroupAllowances(statements, transaction);
      for (const row of lost.rows) allowances.want(row);
      await allowances.lock();
      await allowances.lockUnseen();
      for (const row of lost.rows)
        allowances.end(row, { costMicroUsd: row.reserved_micro_usd, imagesDelivered: row.images_requested });
      allowances.settleEnded();
      const hours = new UsageHours();
      const closedRows = await transaction
        .updateTable('ledger')
        .set(lostOrder(atMs))
        .where(
          'id',
          'in',
          lost.rows.map(({ id }) => id),
        )
        .returningAll()
        .execute();
      for (const row of closedRows) hours.add(row);
      if (alerting !== undefined) await allowances.tell(alerting, await storedPeriods(transaction), atMs);
      await allowances.write();
      await hours.write(statements, transaction);
      return lost.rows.length;
    });
    closed += rows;
    if (rows < batch) return closed;
  }
}
