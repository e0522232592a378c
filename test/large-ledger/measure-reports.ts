import { idBound } from '../../src/kernel/ids.ts';
import { forgetOrders } from '../../src/store/sql/forget-orders.ts';
import type { OpenDatabase } from '../../src/store/sql/open-database.ts';
import type { OrdersQuery, TotalsQuery } from '../../src/usage/ledger.ts';
import { exportHead, exportLines } from '../../src/usage/order-documents.ts';
import type { ReportReader } from '../../src/usage/report-desk.ts';
import { keyOf, yearMs } from './orders-in-sql.ts';

export interface Figure {
  readonly what: string;
  readonly bestMs: number;
  /** Of this process, the report's thread with it. */
  readonly cpuMs: number;
}

const dayMs = 86_400_000;
/** At least so many rounds, and for so long: of a few milliseconds the disturbances of the machine are half. */
const fewestRounds = 3;
const shortestMs = 500;
const nobody = { keys: new Map<string, string>(), projects: new Map<string, string>() };

/** How long reports and lists take on a year of orders that ends at `endMs`, the best of three or of all that half a second has room for, and the removal of its oldest month. */
export async function* measureReports(
  { db, dialect }: OpenDatabase,
  reader: ReportReader,
  endMs: number,
): AsyncGenerator<Figure> {
  const midnightMs = Math.floor(endMs / dayMs) * dayMs;
  const month = { fromMs: midnightMs - 60 * dayMs, toMs: midnightMs - 30 * dayMs };
  const day = { fromMs: midnightMs - 31 * dayMs, toMs: midnightMs - 30 * dayMs };
  const reports: readonly (readonly [string, TotalsQuery])[] = [
    ['year by day', { by: ['day'] }],
    ['year by day in Berlin', { by: ['day'], timeZone: 'Europe/Berlin' }],
    ['year by day in Kolkata', { by: ['day'], timeZone: 'Asia/Kolkata' }],
    ['year by hour', { by: ['hour'] }],
    ['year by hour in Kathmandu', { by: ['hour'], timeZone: 'Asia/Kathmandu' }],
    ["year by hour in St John's", { by: ['hour'], timeZone: 'America/St_Johns' }],
    ['year by day and model in Kathmandu', { by: ['day', 'model'], timeZone: 'Asia/Kathmandu' }],
    ['year by key', { by: ['key'] }],
    ['year by model', { by: ['model'] }],
    ['year by day, of a key', { by: ['day'], keyIds: [keyOf(500)] }],
    ['year by day in Berlin, of a key', { by: ['day'], keyIds: [keyOf(500)], timeZone: 'Europe/Berlin' }],
    ['year by day in Kolkata, of a key', { by: ['day'], keyIds: [keyOf(500)], timeZone: 'Asia/Kolkata' }],
    ['month by key', { by: ['key'], ...month }],
    ['month by key, days and hours cut', { by: ['key'], fromMs: month.fromMs + 1, toMs: month.toMs + 1 }],
    ['month by key and day', { by: ['key', 'day'], ...month }],
    ['month by end user', { by: ['user'], ...month }],
    ['day by key', { by: ['key'], ...day }],
    [
      'day of another clock by key',
      { by: ['key'], fromMs: day.fromMs + dayMs / 2, toMs: day.toMs + dayMs / 2 },
    ],
  ];
  for (const [what, query] of reports) yield await best(what, () => reader.totals(query));
  const deepId = idBound('req', endMs - 300 * dayMs).padEnd(28, '0');
  const lists: readonly (readonly [string, Partial<OrdersQuery>])[] = [
    ['list: the youngest 100', {}],
    ['list: 100 of 300 days ago', { beforeId: deepId }],
    ['list: 100 of the busiest key', { keyIds: [keyOf(0)] }],
    ['list: 100 of the key with fewest', { keyIds: [keyOf(999)] }],
    ['list: the same, 300 days ago', { keyIds: [keyOf(999)], beforeId: deepId }],
    ['list: of a key without orders', { keyIds: ['key_none'] }],
    ['list: 100 of a project', { projectIds: ['proj_49'] }],
    ['list: 100 that failed', { statuses: ['failed'] }],
    ['list: unknown ones, none', { statuses: ['unknown'] }],
    ['list: open ones, none', { statuses: ['open'] }],
    ['list: 100 of a model', { model: 'gemini-3-pro-image-preview' }],
    ['list: 100 by the name they were asked for', { model: 'gpt-image-1' }],
    ['list: of a model without orders', { model: 'none' }],
    ['list: 100 of an upstream', { upstream: 'vertex' }],
    ['list: of an upstream without orders', { upstream: 'none' }],
    ['list: 100 of an end user', { endUser: 'user_77' }],
    ['list: of an end user without orders', { endUser: 'none' }],
  ];
  for (const [what, query] of lists) yield await best(what, () => reader.orders({ limit: 100, ...query }));
  yield await best('export: a page of 5,000', () => reader.orders({ limit: 5000, beforeId: deepId }));
  yield await best('export: a day as CSV', async () => {
    let text = exportHead('csv');
    for (let beforeId: string | undefined; ; ) {
      const rows = await reader.orders({ limit: 5000, ...day, ...(beforeId !== undefined && { beforeId }) });
      text += exportLines(rows, nobody, 'csv');
      if (rows.length < 5000) return text;
      beforeId = rows.at(-1)?.id;
    }
  });
  yield await best(
    dialect === 'postgres' ? 'months before the last 11 away' : '1 month away, 1,000 rows a turn',
    () => forgetOrders(db, dialect, (yearMs - 30 * dayMs) / dayMs, endMs, new AbortController().signal),
    true,
  );
}

async function best(what: string, work: () => Promise<unknown>, onlyOnce = false): Promise<Figure> {
  let [bestMs, cpuMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const enoughAtMs = performance.now() + shortestMs;
  for (let round = 1; ; round++) {
    const [startMs, before] = [performance.now(), process.cpuUsage()];
    await work();
    const { user, system } = process.cpuUsage(before);
    bestMs = Math.min(bestMs, performance.now() - startMs);
    cpuMs = Math.min(cpuMs, (user + system) / 1000);
    if (onlyOnce || (round >= fewestRounds && performance.now() >= enoughAtMs))
      return { what, bestMs, cpuMs };
  }
}
