import type { Kysely } from 'kysely';
import type { Database } from '../../../src/store/sql/database-schema.ts';
import { bookFaults } from '../../support/book-faults.ts';
import { type ToldOrder, userOf } from './money-load.ts';

export interface MoneyBooks {
  /** Of each order how often the upstream was asked for it, by the upstream's own count. */
  readonly calls: ReadonlyMap<number, number>;
  readonly told: readonly ToldOrder[];
}

interface Row {
  readonly end_user: string | null;
  readonly status: string;
  readonly cost_micro_usd: number;
  readonly lost_at_ms: number | null;
}

/** What the book says at the end beside what the upstream counted and the callers were told. */
export async function compareMoney(
  db: Kysely<Database>,
  { calls, told }: MoneyBooks,
): Promise<{ readonly rows: (readonly string[])[]; readonly broken: string[] }> {
  const ledger: Row[] = await db
    .selectFrom('ledger')
    .select(['end_user', 'status', 'cost_micro_usd', 'lost_at_ms'])
    .execute();
  const byUser = new Map(ledger.map((row) => [row.end_user, row]));
  const called = [...calls].map(([order, times]) => ({ order, times, row: byUser.get(userOf(order)) }));
  const answered = told.map(({ order, costMicroUsd }) => ({ costMicroUsd, row: byUser.get(userOf(order)) }));
  const faults = await bookFaults(db);
  const found: readonly (readonly [what: string, count: number])[] = [
    ['calls without a row', called.filter(({ row }) => row === undefined).length],
    ['orders that the upstream was asked for twice', called.filter(({ times }) => times > 1).length],
    ['calls whose row costs nothing', called.filter(({ row }) => row?.cost_micro_usd === 0).length],
    ['orders with two rows', ledger.length - byUser.size],
    [
      'pictures whose row is neither settled nor unknown',
      answered.filter(({ row }) => row?.status !== 'succeeded' && row?.status !== 'unknown').length,
    ],
    [
      'pictures that cost something else than their callers were told',
      answered.filter(
        ({ row, costMicroUsd }) => row?.status === 'succeeded' && row.cost_micro_usd !== costMicroUsd,
      ).length,
    ],
    ['counters that are not the sum of the ledger, or are over their limit', faults.length],
  ];
  const statuses = Map.groupBy(ledger, ({ status }) => status);
  const spent = ledger.reduce((sum, row) => sum + row.cost_micro_usd, 0);
  return {
    rows: [
      ['calls, as the upstream counted', String([...calls.values()].reduce((sum, times) => sum + times, 0))],
      ['rows', String(ledger.length)],
      ['of these', [...statuses].map(([status, rows]) => `${String(rows.length)} ${status}`).join(', ')],
      [
        'closed as unknown, and corrected when their server told after all',
        String(ledger.filter((row) => row.lost_at_ms !== null && row.status !== 'unknown').length),
      ],
      ['sum of the ledger', `$${(spent / 1e6).toFixed(6)}`],
      ...found.map(([what, count]) => [what, String(count)]),
    ],
    broken: [
      ...found.filter(([, count]) => count > 0).map(([what, count]) => `${String(count)} ${what}`),
      ...faults.slice(0, 5),
    ],
  };
}
