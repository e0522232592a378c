import type { TotalsBy, UsageTotals } from '../../src/usage/ledger.ts';
import { type UsageReport, usageReport } from '../../src/usage/usage-report.ts';

/** A row of a report. */
export function usageTotals(group: string, fields: Partial<UsageTotals> = {}, unknown = 0): UsageTotals {
  const byStatus = { open: 0, succeeded: 3, partial: 0, refused: 1, failed: 0, canceled: 0, unknown };
  const sums = {
    orders: 4 + unknown,
    imagesRequested: 5,
    imagesDelivered: 3,
    inputTokens: 40n,
    outputTokens: 3400n,
    outputImageTokens: 3360n,
    costMicroUsd: 134_400n,
    chargedMicroUsd: fields.costMicroUsd ?? 134_400n,
    sandboxCostMicroUsd: 0n,
  };
  return { groups: [group], ...sums, byStatus, ...fields };
}

/** A report of these rows, since the epoch, in India. */
export function reportOf(
  by: readonly TotalsBy[],
  rows: readonly UsageTotals[],
  keys: ReadonlyMap<string, string> = new Map(),
): UsageReport {
  const names = { keys, projects: new Map([['proj_1', 'shop']]) };
  return usageReport(by, rows, names, { fromMs: 0, toMs: null, timeZone: 'Asia/Kolkata' });
}
