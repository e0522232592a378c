import { ledgerStatuses, type TopGroups, type TotalsBy, type UsageTotals } from './ledger.ts';

/** What people call keys and projects, by their ids. */
export interface KnownNames {
  readonly keys: ReadonlyMap<string, string>;
  readonly projects: ReadonlyMap<string, string>;
}

/** Which orders a report is of. */
export interface ReportPeriod {
  /** At or after, and before; null: without a bound. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Whose days and hours they are. */
  readonly timeZone: string;
  /** How many groups are told by themselves; absent: all. */
  readonly top?: TopGroups | undefined;
}

export interface UsageRow extends UsageTotals {
  /** The groups in words: a key or project without a name keeps its id. */
  readonly names: readonly (string | null)[];
}

export interface UsageReport extends ReportPeriod {
  readonly by: readonly TotalsBy[];
  readonly rows: readonly UsageRow[];
  /** All rows together; it belongs to no group. */
  readonly total: UsageTotals;
}

/** Adds the sum, and the names of keys and projects. */
export function usageReport(
  by: readonly TotalsBy[],
  totals: readonly UsageTotals[],
  known: KnownNames,
  period: ReportPeriod,
): UsageReport {
  const named = (group: string | null, index: number): string | null => {
    const names = by[index] === 'key' ? known.keys : by[index] === 'project' ? known.projects : undefined;
    return group === null ? null : (names?.get(group) ?? group);
  };
  const rows = totals.map((row) => ({ ...row, names: row.groups.map(named) }));
  return { by, rows, total: sumOf(totals), ...period };
}

export const countFields = ['orders', 'imagesRequested', 'imagesDelivered'] as const;
export const amountFields = [
  'inputTokens',
  'outputTokens',
  'outputImageTokens',
  'costMicroUsd',
  'chargedMicroUsd',
  'sandboxCostMicroUsd',
] as const;

function sumOf(rows: readonly UsageTotals[]): UsageTotals {
  const sum = {
    groups: [],
    orders: 0,
    imagesRequested: 0,
    imagesDelivered: 0,
    inputTokens: 0n,
    outputTokens: 0n,
    outputImageTokens: 0n,
    costMicroUsd: 0n,
    chargedMicroUsd: 0n,
    sandboxCostMicroUsd: 0n,
    byStatus: { open: 0, succeeded: 0, partial: 0, refused: 0, failed: 0, canceled: 0, unknown: 0 },
  };
  for (const row of rows) {
    for (const field of countFields) sum[field] += row[field];
    for (const field of amountFields) sum[field] += row[field];
    for (const status of ledgerStatuses) sum.byStatus[status] += row.byStatus[status];
  }
  return sum;
}
