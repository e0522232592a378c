import { formatMicroUsd } from '../kernel/money.ts';
import { snakeCase } from '../kernel/snake-case.ts';
import { ledgerStatuses, type TotalsBy, type UsageTotals } from '../usage/ledger.ts';
import { alignColumns } from './text-table.ts';

const groupTitle: Readonly<Record<TotalsBy, string>> = { key: 'Key', model: 'Model', day: 'Day (UTC)' };

export interface UsageReport {
  readonly by: TotalsBy;
  readonly rows: readonly UsageTotals[];
  /** All rows together; its group is `total`. */
  readonly total: UsageTotals;
}

/**
 * Adds the sum, and puts names in place of ids: `names` maps a group, such as a key id, to what people call it.
 * A group without a name keeps its id.
 */
export function usageReport(
  by: TotalsBy,
  totals: readonly UsageTotals[],
  names: ReadonlyMap<string, string> = new Map(),
): UsageReport {
  const rows = totals.map((row) => ({ ...row, group: names.get(row.group) ?? row.group }));
  return { by, rows, total: totals.reduce(add, emptyTotals) };
}

/** A table for the terminal: one line a group, the sum last, and a note on orders whose outcome nobody knows. */
export function formatUsageTable(report: UsageReport): string {
  if (report.rows.length === 0) return 'No orders in this period.\n';
  const header = [
    groupTitle[report.by],
    'Orders',
    'Images',
    'Refused',
    'Failed',
    'Unknown',
    'Tokens in',
    'Tokens out',
    'Cost',
  ];
  const lines = [header, ...report.rows.map(tableCells), tableCells(report.total)];
  const printed = alignColumns(lines, 1);
  const rule = '-'.repeat(printed[0]?.length ?? 0);
  const unknown = report.total.byStatus.unknown;
  const note =
    unknown === 0
      ? []
      : [
          '',
          `${unknown} ${unknown === 1 ? 'order was' : 'orders were'} cut off when the server died, counted at the reserved price.`,
        ];
  return `${[printed[0], rule, ...printed.slice(1, -1), rule, printed.at(-1), ...note].join('\n')}\n`;
}

/** RFC 4180 with a header line; money in whole micro-USD, statuses in their own columns; no sum, so that tools can add. */
export function formatUsageCsv(report: UsageReport): string {
  const header = [
    report.by,
    ...sumFields.map(snakeCase),
    ...ledgerStatuses.map((status) => `${status}_orders`),
  ];
  const lines = report.rows.map((row) => [
    row.group,
    ...sumFields.map((field) => String(row[field])),
    ...ledgerStatuses.map((status) => String(row.byStatus[status])),
  ]);
  return [header, ...lines].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** One JSON document with rows and sum, money in whole micro-USD. */
export function formatUsageJson(report: UsageReport): string {
  const sums = ({ byStatus, ...row }: UsageTotals) => ({
    ...Object.fromEntries(sumFields.map((field) => [snakeCase(field), jsonNumber(row[field])])),
    by_status: byStatus,
  });
  const rows = report.rows.map((row) => ({ [report.by]: row.group, ...sums(row) }));
  return `${JSON.stringify({ by: report.by, rows, total: sums(report.total) }, null, 2)}\n`;
}

/** Beyond what most readers of JSON hold without rounding, the digits come as text. */
function jsonNumber(amount: number | bigint): number | string {
  return amount <= Number.MAX_SAFE_INTEGER ? Number(amount) : amount.toString();
}

const countFields = ['orders', 'imagesRequested', 'imagesDelivered'] as const;
const amountFields = ['inputTokens', 'outputTokens', 'outputImageTokens', 'costMicroUsd'] as const;
const sumFields = [...countFields, ...amountFields] as const;

const emptyTotals: UsageTotals = {
  group: 'total',
  orders: 0,
  imagesRequested: 0,
  imagesDelivered: 0,
  inputTokens: 0n,
  outputTokens: 0n,
  outputImageTokens: 0n,
  costMicroUsd: 0n,
  byStatus: { open: 0, succeeded: 0, partial: 0, refused: 0, failed: 0, canceled: 0, unknown: 0 },
};

function add(left: UsageTotals, right: UsageTotals): UsageTotals {
  const sum = { ...left, byStatus: { ...left.byStatus } };
  for (const field of countFields) sum[field] += right[field];
  for (const field of amountFields) sum[field] += right[field];
  for (const status of ledgerStatuses) sum.byStatus[status] += right.byStatus[status];
  return sum;
}

function tableCells({ group, byStatus, ...sums }: UsageTotals): string[] {
  const counts = [
    sums.orders,
    sums.imagesDelivered,
    byStatus.refused,
    byStatus.failed,
    byStatus.unknown,
    sums.inputTokens,
    sums.outputTokens,
  ];
  return [group, ...counts.map(String), formatMicroUsd(sums.costMicroUsd)];
}

/** Spreadsheets run cells that start like a formula; a leading apostrophe makes them text. */
function csvCell(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
