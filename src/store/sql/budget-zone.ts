import { CompiledQuery, type Kysely, sql } from 'kysely';
import { createPeriods, type Periods } from '../../admission/periods.ts';
import { countersOf, ledgerSums, rowsSince, sumsByAllowance } from './count-from-ledger.ts';
import type { Database } from './database-schema.ts';
import type { DialectName } from './migrations/column-kinds.ts';
import type { QueryRunner } from './query-runner.ts';

const stateName = 'time_zone';
const zoneQuery: CompiledQuery<{ readonly value: string }> = CompiledQuery.raw(
  `select value from book_state where name = '${stateName}'`,
);

/**
 * Days and months in the time zone that the counters were last counted in. Whoever counts reads it behind the locks of the
 * counters, in the same transaction: a process that remembered it would count on in a zone that another one has replaced.
 */
export async function storedPeriods(runner: QueryRunner): Promise<(nowMs: number) => Periods> {
  const timeZone = (await storedZone(runner)) ?? 'UTC';
  // What was worked out of the running day and month is kept with it.
  const known = periodsOfZone.get(timeZone) ?? createPeriods(timeZone);
  periodsOfZone.set(timeZone, known);
  return known;
}

/** By the zones that were ever stored, which are few. */
const periodsOfZone = new Map<string, (nowMs: number) => Periods>();

/**
 * Puts the book into a time zone, for every process that shares it; the one that it was in, if that was another. The running
 * day and month are counted anew from the ledger then, in one transaction, which orders of other processes wait for.
 */
export async function changeZone(
  db: Kysely<Database>,
  dialect: DialectName,
  timeZone: string,
  nowMs: number,
): Promise<string | undefined> {
  return enterZone(db, dialect, timeZone, nowMs, (stored) => stored === timeZone);
}

/** The same of a book that never was in one, as before its first server. One that is in a zone stays there. */
export async function enterFirstZone(
  db: Kysely<Database>,
  dialect: DialectName,
  timeZone: string,
  nowMs: number,
): Promise<void> {
  await enterZone(db, dialect, timeZone, nowMs, (stored) => stored !== undefined);
}

async function enterZone(
  db: Kysely<Database>,
  dialect: DialectName,
  timeZone: string,
  nowMs: number,
  mayStay: (stored: string | undefined) => boolean,
): Promise<string | undefined> {
  if (mayStay(await storedZone(db))) return undefined;
  return db.transaction().execute(async (transaction) => {
    // Before all else: nobody counts by the zone before in an allowance that is not there yet. Reports go on.
    if (dialect === 'postgres') await sql`lock table allowances in exclusive mode`.execute(transaction);
    const before = await storedZone(transaction);
    if (mayStay(before)) return undefined;
    await recount(transaction, createPeriods(timeZone)(nowMs));
    await transaction
      .insertInto('book_state')
      .values({ name: stateName, value: timeZone })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: timeZone }))
      .execute();
    return before;
  });
}

async function storedZone(runner: QueryRunner): Promise<string | undefined> {
  const { rows } = await runner.executeQuery(zoneQuery);
  return rows[0]?.value;
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
