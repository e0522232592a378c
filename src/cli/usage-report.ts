import { formatMicroUsd } from '../kernel/money.ts';
import { snakeCase } from '../kernel/snake-case.ts';
import { ledgerStatuses, type TotalsBy, type UsageTotals } from '../usage/ledger.ts';
import { alignColumns } from './text-table.ts';

const groupTitle: Readonly<Record<TotalsBy, string>> = {
  key: 'Key',
  model: 'Model',
  day: 'Day (UTC)',
  upstream: 'Upstream',
  user: 'User',
  error: 'Error',
};

export interface UsageReport {
  readonly by: readonly TotalsBy[];
  readonly rows: readonly UsageTotals[];
  /** All rows together; it belongs to no group. */
  readonly total: UsageTotals;
}

/**
 * Adds the sum, and puts names in place of key ids: `names` maps an id to what people call it. A key without a name
 * keeps its id.
 */
export function usageReport(
  by: readonly TotalsBy[],
  totals: readonly UsageTotals[],
  names: ReadonlyMap<string, string> = new Map(),
): UsageReport {
  const named = (group: string | null, index: number): string | null =>
    group !== null && by[index] === 'key' ? (names.get(group) ?? group) : group;
  const rows = totals.map((row) => ({ ...row, groups: row.groups.map(named) }));
  return { by, rows, total: totals.reduce(add, emptyTotals) };
}

/** A table for the terminal: one line a group, the sum last, and a note on orders whose outcome nobody knows. */
export function formatUsageTable(report: UsageReport): string {
  if (report.rows.length === 0) return 'No orders in this period.\n';
  const { by, rows, total } = report;
  const hasSandbox = total.sandboxCostMicroUsd > 0n;
  const header = [
    ...by.map((group) => groupTitle[group]),
    'Orders',
    'Images',
    'Refused',
    'Failed',
    'Canceled',
    'Unknown',
    'Tokens in',
    'Tokens out',
    'Cost',
    ...(hasSandbox ? ['Sandbox'] : []),
  ];
  const cells = (groups: readonly string[], row: UsageTotals): string[] => [
    ...groups,
    ...countCells(row),
    formatMicroUsd(row.costMicroUsd),
    ...(hasSandbox ? [formatMicroUsd(row.sandboxCostMicroUsd)] : []),
  ];
  const lines = [
    header,
    ...rows.map((row) =>
      cells(
        row.groups.map((group) => group ?? '-'),
        row,
      ),
    ),
    cells(
      by.map((_, index) => (index === 0 ? 'total' : '')),
      total,
    ),
  ];
  const printed = alignColumns(lines, by.length);
  const rule = '-'.repeat(printed[0]?.length ?? 0);
  const unknown = total.byStatus.unknown;
  const notes = [
    ...(hasSandbox ? ['Sandbox: what Google would have taken. Nothing was charged.'] : []),
    ...(unknown === 0
      ? []
      : [
          `${unknown} ${unknown === 1 ? 'order was' : 'orders were'} cut off when the server died, counted at the reserved price.`,
        ]),
  ];
  const table = [printed[0], rule, ...printed.slice(1, -1), rule, printed.at(-1)];
  return `${[...table, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')}\n`;
}

/** RFC 4180 with a header line; money in whole micro-USD, statuses in their own columns; no sum, so that tools can add. */
export function formatUsageCsv(report: UsageReport): string {
  const header = [
    ...report.by,
    ...sumFields.map(snakeCase),
    ...ledgerStatuses.map((status) => `${status}_orders`),
  ];
  const lines = report.rows.map((row) => [
    ...row.groups.map((group) => group ?? ''),
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
  const rows = report.rows.map((row) => ({
    ...Object.fromEntries(report.by.map((group, index) => [group, row.groups[index] ?? null])),
    ...sums(row),
  }));
  return `${JSON.stringify({ by: report.by.join(','), rows, total: sums(report.total) }, null, 2)}\n`;
}

/** Beyond what most readers of JSON hold without rounding, the digits come as text. */
function jsonNumber(amount: number | bigint): number | string {
  return amount <= Number.MAX_SAFE_INTEGER ? Number(amount) : amount.toString();
}

const countFields = ['orders', 'imagesRequested', 'imagesDelivered'] as const;
const amountFields = [
  'inputTokens',
  'outputTokens',
  'outputImageTokens',
  'costMicroUsd',
  'sandboxCostMicroUsd',
] as const;
const sumFields = [...countFields, ...amountFields] as const;

const emptyTotals: UsageTotals = {
  groups: [],
  orders: 0,
  imagesRequested: 0,
  imagesDelivered: 0,
  inputTokens: 0n,
  outputTokens: 0n,
  outputImageTokens: 0n,
  costMicroUsd: 0n,
  sandboxCostMicroUsd: 0n,
  byStatus: { open: 0, succeeded: 0, partial: 0, refused: 0, failed: 0, canceled: 0, unknown: 0 },
};

function add(left: UsageTotals, right: UsageTotals): UsageTotals {
  const sum = { ...left, byStatus: { ...left.byStatus } };
  for (const field of countFields) sum[field] += right[field];
  for (const field of amountFields) sum[field] += right[field];
  for (const status of ledgerStatuses) sum.byStatus[status] += right.byStatus[status];
  return sum;
}

function countCells({ byStatus, ...sums }: UsageTotals): string[] {
  const counts = [
    sums.orders,
    sums.imagesDelivered,
    byStatus.refused,
    byStatus.failed,
    byStatus.canceled,
    byStatus.unknown,
    sums.inputTokens,
    sums.outputTokens,
  ];
  return counts.map(String);
}

/** Spreadsheets run cells that start like a formula; a leading apostrophe makes them text. */
function csvCell(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
