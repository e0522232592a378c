import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { UsageQuarter } from '../../usage/report-desk.ts';
import type { Database } from './database-schema.ts';
import { hourMs } from './hour-columns.ts';
import { ledgerFromMs } from './ledger-from.ts';
import type { DialectName } from './migrations/column-kinds.ts';
import { daysThatDiffer, daysWithOrders } from './quarter-days.ts';
import { writeQuarters } from './usage-quarters.ts';

const dayMs = 24 * hourMs;
/** What lies between two days: orders are written in between. */
const pauseMs = 5;

export interface MakeQuartersOptions {
  readonly db: Kysely<Database>;
  readonly dialect: DialectName;
  /** Days that end later may still have orders under way. */
  readonly beforeMs: number;
  /** A day of the ledger by quarter hours, read beside orders. */
  readonly read: (startMs: number) => Promise<readonly UsageQuarter[]>;
  readonly signal: AbortSignal;
}

/** Makes the quarters of days that have none that hold, one day after the other; how many days those were. */
export async function makeQuarters({
  db,
  dialect,
  beforeMs,
  read,
  signal,
}: MakeQuartersOptions): Promise<number> {
  // Of days before it orders may be forgotten: they keep the quarters that they have.
  const keptMs = (await ledgerFromMs(db)) ?? Number.MIN_SAFE_INTEGER;
  const toMs = Math.floor(beforeMs / dayMs) * dayMs;
  let made = 0;
  for (const day of await daysWithOrders(db, { fromMs: keptMs, toMs })) {
    if (signal.aborted) break;
    const span = { fromMs: day, toMs: day + dayMs };
    const { rows } = await sql`${daysThatDiffer([span])}`.execute(db);
    if (rows.length === 0) await setImmediate();
    else {
      await writeQuarters(db, dialect, day, await read(day));
      made++;
      await sleep(pauseMs);
    }
  }
  return made;
}
