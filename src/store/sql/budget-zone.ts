import { type Kysely, sql } from 'kysely';
import { createPeriods, type Periods } from '../../admission/periods.ts';
import { countersOf, ledgerSums, rowsSince, sumsByAllowance } from './count-from-ledger.ts';
import type { Database } from './database-schema.ts';

const stateName = 'time_zone';

/** Days and months in the time zone that the counters were last counted in. */
export async function storedPeriods(db: Kysely<Database>): Promise<(nowMs: number) => Periods> {
  const timeZone = (await storedZone(db)) ?? 'UTC';
  // What was worked out of the running day and month is kept with it.
  const known = periodsOfZone.get(timeZone) ?? createPeriods(timeZone);
  periodsOfZone.set(timeZone, known);
  return known;
}

/** By the zones that were ever stored, which are few. */
const periodsOfZone = new Map<string, (nowMs: number) => Periods>();

/**
 * Days and months of a time zone. Where the counters were counted in another, or never, the running day and month are
 * counted anew from the ledger, in one transaction.
 */
export async function periodsIn(
  db: Kysely<Database>,
  timeZone: string,
  nowMs: number,
): Promise<(nowMs: number) => Periods> {
  const periodsOf = createPeriods(timeZone);
  if ((await storedZone(db)) !== timeZone)
    await db.transaction().execute(async (transaction) => {
      await recount(transaction, periodsOf(nowMs));
      await transaction
        .insertInto('book_state')
        .values({ name: stateName, value: timeZone })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: timeZone }))
        .execute();
    });
  return periodsOf;
}

async function storedZone(db: Kysely<Database>): Promise<string | undefined> {
  const row = await db
    .selectFrom('book_state')
    .select('value')
    .where('name', '=', stateName)
    .executeTakeFirst();
  return row?.value;
}

async function recount(db: Kysely<Database>, periods: Periods): Promise<void> {
  const { dayStartMs, monthStartMs } = periods;
  const fresh = {
    day_start_ms: dayStartMs,
    day_images: 0,
    day_used_micro_usd: 0,
    month_start_ms: monthStartMs,
    month_used_micro_usd: 0,
  };
  await db.updateTable('allowances').set(fresh).execute();
  const rows = await ledgerSums(db, periods, rowsSince(Math.min(dayStartMs, monthStartMs)));
  for (const [id, sums] of sumsByAllowance(rows)) {
    const { dayImages, dayUsedMicroUsd, monthUsedMicroUsd } = countersOf(sums, periods);
    await db
      .updateTable('allowances')
      .set({
        day_images: dayImages,
        day_used_micro_usd: dayUsedMicroUsd,
        month_used_micro_usd: monthUsedMicroUsd,
      })
      .where('id', '=', id)
      .execute();
  }
  const credits = await db
    .selectFrom('adjustments')
    .select(['allowance_id', 'amount_micro_usd', 'at_ms'])
    .where('at_ms', '>=', Math.min(dayStartMs, monthStartMs))
    .execute();
  for (const credit of credits)
    await db
      .updateTable('allowances')
      .set((row) => ({
        day_used_micro_usd: sql`${row.ref('day_used_micro_usd')} - ${credit.at_ms >= dayStartMs ? credit.amount_micro_usd : 0}`,
        month_used_micro_usd: sql`${row.ref('month_used_micro_usd')} - ${credit.at_ms >= monthStartMs ? credit.amount_micro_usd : 0}`,
      }))
      .where('id', '=', credit.allowance_id)
      .execute();
}
