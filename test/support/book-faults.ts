import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../../src/store/sql/database-schema.ts';

/**
 * Every counter of every allowance that is not what the ledger and the credits say, counted row by row, by other means
 * than the book counts with.
 */
export async function bookFaults(db: Kysely<Database>): Promise<string[]> {
  const rows = await db.selectFrom('ledger').selectAll().execute();
  const credits = await db.selectFrom('adjustments').selectAll().execute();
  const faults: string[] = [];
  for (const allowance of await db.selectFrom('allowances').selectAll().execute()) {
    if (allowance.id.endsWith('/user/*')) continue;
    const own = rows.filter((row) => owners(row).includes(allowance.id));
    const given = credits.filter((credit) => credit.allowance_id === allowance.id);
    const usedSince = (ms: number): number =>
      own
        .filter((row) => row.created_at_ms >= ms)
        .reduce(
          (sum, row) =>
            sum +
            (row.status === 'open' ? row.reserved_micro_usd : (row.charged_micro_usd ?? row.cost_micro_usd)),
          0,
        ) -
      given.filter((credit) => credit.at_ms >= ms).reduce((sum, credit) => sum + credit.amount_micro_usd, 0);
    const expected = {
      open_orders: own.filter((row) => row.status === 'open').length,
      day_images: own
        .filter((row) => row.created_at_ms >= allowance.day_start_ms)
        .reduce((sum, row) => {
          const isSettled = row.status !== 'open' && row.status !== 'unknown';
          return (
            sum + (isSettled ? Math.min(row.images_delivered, row.images_requested) : row.images_requested)
          );
        }, 0),
      day_used_micro_usd: usedSince(allowance.day_start_ms),
      month_used_micro_usd: usedSince(allowance.month_start_ms),
      total_used_micro_usd: usedSince(Number.NEGATIVE_INFINITY),
    };
    for (const [name, value] of Object.entries(expected)) {
      const counted = allowance[name as keyof typeof expected];
      if (counted !== value) faults.push(`${allowance.id} ${name}: ${String(counted)}, not ${String(value)}`);
    }
    const budgets = [
      ['day_used_micro_usd', 'day_micro_usd'],
      ['month_used_micro_usd', 'month_micro_usd'],
      ['total_used_micro_usd', 'total_micro_usd'],
    ] as const;
    for (const [used, limit] of budgets)
      if (allowance[used] > (allowance[limit] ?? Number.POSITIVE_INFINITY))
        faults.push(`${allowance.id} ${used}: ${String(allowance[used])} of ${String(allowance[limit])}`);
  }
  return faults;
}

function owners(row: {
  key_id: string;
  project_id: string;
  model: string;
  end_user: string | null;
}): string[] {
  const ids = [
    row.key_id,
    `${row.key_id}/model/${row.model}`,
    row.project_id,
    `${row.project_id}/model/${row.model}`,
  ];
  if (row.end_user === null) return ids;
  const digest = createHash('sha256').update(row.end_user).digest('base64url').slice(0, 22);
  return [...ids, `${row.project_id}/user/${digest}`];
}
