import { idBound } from '../../src/kernel/ids.ts';
import type { OpenDatabase } from '../../src/store/sql/open-database.ts';
import { sqlOrders } from '../../src/store/sql/sql-orders.ts';
import { forgetOrders } from '../../src/store/sql/forget-orders.ts';
import type { ReportReader } from '../../src/usage/report-desk.ts';
import { yearMs } from './make-rows.ts';

export interface Figure {
  readonly what: string;
  readonly bestMs: number;
}

const dayMs = 86_400_000;
const rounds = 3;

/** How long reports take on a year of orders that ends at `endMs`, the best of three, and the removal of its oldest month. */
export async function measureReports(
  { db, dialect }: OpenDatabase,
  reader: ReportReader,
  endMs: number,
): Promise<Figure[]> {
  const month = { fromMs: endMs - 60 * dayMs, toMs: endMs - 30 * dayMs };
  const day = { fromMs: endMs - 31 * dayMs, toMs: endMs - 30 * dayMs };
  const cut = { fromMs: month.fromMs + 1, toMs: month.toMs + 1 };
  const best = async (what: string, work: () => Promise<unknown>, times = rounds): Promise<Figure> => {
    let bestMs = Number.POSITIVE_INFINITY;
    for (let round = 0; round < times; round++) {
      const startMs = performance.now();
      await work();
      bestMs = Math.min(bestMs, performance.now() - startMs);
    }
    return { what, bestMs };
  };
  return [
    await best('all by day', () => reader.totals({ by: ['day'] })),
    await best('all by day in Kolkata', () => reader.totals({ by: ['day'], timeZone: 'Asia/Kolkata' })),
    await best('all by key', () => reader.totals({ by: ['key'] })),
    await best('a month by key', () => reader.totals({ by: ['key'], ...month })),
    await best('a month by key, hours cut', () => reader.totals({ by: ['key'], ...cut })),
    await best('a month by end user', () => reader.totals({ by: ['user'], ...month })),
    await best('a day by key', () => reader.totals({ by: ['key'], ...day })),
    await best('5,000 rows of an export', () =>
      sqlOrders(db, { limit: 5000, beforeId: idBound('req', endMs - 100 * dayMs) }),
    ),
    await best(
      dialect === 'postgres' ? 'months before the last 11 away' : '1 month away, 1,000 rows a turn',
      () => forgetOrders(db, dialect, (yearMs - 30 * dayMs) / dayMs, endMs, new AbortController().signal),
      1,
    ),
  ];
}
