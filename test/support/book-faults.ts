import { createHash } from 'node:crypto';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database, LedgerTable } from '../../src/store/sql/database-schema.ts';
import type { UsageHoursTable } from '../../src/store/sql/usage-tables.ts';

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
  return [
    ...faults,
    ...(await sumFaults(db, rows, 'hour', 3_600_000)),
    ...(await sumFaults(db, rows, 'day', 86_400_000)),
  ];
}

/** Every hour, or day, that is not the sum of the closed orders in it, and every one that is missing. */
async function sumFaults(
  db: Kysely<Database>,
  rows: readonly Selectable<LedgerTable>[],
  unit: 'hour' | 'day',
  unitMs: number,
): Promise<string[]> {
  const startOf = (atMs: number): string => new Date(Math.floor(atMs / unitMs) * unitMs).toISOString();
  const sums = new Map<string, Record<string, bigint>>();
  const count = (
    subject: readonly unknown[],
    amounts: Readonly<Record<string, bigint>>,
    sign: bigint,
  ): void => {
    const sum = sums.get(subject.join(' ')) ?? {};
    for (const [name, amount] of Object.entries(amounts)) sum[name] = (sum[name] ?? 0n) + sign * amount;
    sums.set(subject.join(' '), sum);
  };
  for (const row of rows)
    if (row.status !== 'open')
      count(
        [startOf(row.created_at_ms), row.key_id, row.project_id, row.model, row.upstream ?? ''],
        {
          [`${row.status}_orders`]: 1n,
          images_requested: BigInt(row.images_requested),
          images_delivered: BigInt(row.images_delivered),
          input_tokens: BigInt(row.input_tokens),
          output_tokens: BigInt(row.output_tokens),
          output_image_tokens: BigInt(row.output_image_tokens),
          cost_micro_usd: BigInt(row.cost_micro_usd),
          charged_micro_usd: BigInt(row.charged_micro_usd ?? row.cost_micro_usd),
        },
        1n,
      );
  const table = sql.table(`usage_${unit}s`);
  const { rows: kept } = await sql<
    Omit<UsageHoursTable, 'hour_ms'> & { at_ms: number }
  >`select *, ${sql.ref(`${unit}_ms`)} as at_ms from ${table}`.execute(db);
  for (const { at_ms, key_id, project_id, model, upstream, ...amounts } of kept) {
    const whole = Object.entries(amounts).flatMap(([name, amount]): [string, bigint][] =>
      name === `${unit}_ms` ? [] : [[name, BigInt(amount)]],
    );
    const billions = whole.flatMap(([name, amount]): [string, bigint][] =>
      name.endsWith('_billions') ? [[name.replace('_billions', ''), amount * 1_000_000_000n]] : [],
    );
    const subject = [startOf(at_ms), key_id, project_id, model, upstream];
    count(subject, Object.fromEntries(whole.filter(([name]) => !name.endsWith('_billions'))), -1n);
    count(subject, Object.fromEntries(billions), -1n);
  }
  return [...sums].flatMap(([subject, sum]) =>
    Object.entries(sum).flatMap(([name, amount]) =>
      amount === 0n ? [] : [`the ${unit} ${subject}: ${name} is off by ${String(-amount)}`],
    ),
  );
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
