import { formatMicroUsd } from '../kernel/money.ts';
import { isTimeGroup, type TotalsBy, type UsageTotals } from '../usage/ledger.ts';
import type { UsageReport } from '../usage/usage-report.ts';
import { evenMoney } from './even-money.ts';
import { alignColumns } from './text-table.ts';

const groupTitle: Readonly<Record<TotalsBy, (timeZone: string) => string>> = {
  key: () => 'Key',
  project: () => 'Project',
  model: () => 'Model',
  upstream: () => 'Upstream',
  user: () => 'User',
  error: () => 'Error',
  day: (timeZone) => `Day (${timeZone})`,
  hour: () => 'Hour',
};

/**
 * Tables of the same orders for the terminal: one line a group, the sum last. Below them, once, what has to be known
 * of the sums.
 */
export function formatUsageTables(reports: readonly UsageReport[]): string {
  const [first] = reports;
  if (first === undefined || first.rows.length === 0) return 'No orders in this period.\n';
  const notes = notesOn(first.total);
  return [...reports.map(usageTable), ...(notes === '' ? [] : [notes])].join('\n');
}

/** Titles of amounts; no group is called so. */
const moneyTitles: ReadonlySet<string> = new Set(['Cost', 'Charged', 'Sandbox']);

function usageTable({ by, rows, total, timeZone }: UsageReport): string {
  const hasSandbox = total.sandboxCostMicroUsd > 0n;
  const hasMarkup = total.chargedMicroUsd !== total.costMicroUsd;
  const header = [
    ...by.map((group) => groupTitle[group](timeZone)),
    'Orders',
    'Images',
    'Refused',
    'Failed',
    'Canceled',
    'Unknown',
    'Tokens in',
    'Tokens out',
    'Cost',
    ...(hasMarkup ? ['Charged'] : []),
    ...(hasSandbox ? ['Sandbox'] : []),
  ];
  const cells = (groups: readonly string[], row: UsageTotals): string[] => [
    ...groups,
    ...countCells(row),
    formatMicroUsd(row.costMicroUsd),
    ...(hasMarkup ? [formatMicroUsd(row.chargedMicroUsd)] : []),
    ...(hasSandbox ? [formatMicroUsd(row.sandboxCostMicroUsd)] : []),
  ];
  const lines = [
    header,
    ...rows.map((row) =>
      cells(
        row.names.map((name, index) => name ?? (isOthers(row, by[index]) ? othersText(row) : '-')),
        row,
      ),
    ),
    cells(
      by.map((_, index) => (index === 0 ? 'total' : '')),
      total,
    ),
  ];
  const money = header.flatMap((title, column) => (moneyTitles.has(title) ? [column] : []));
  const printed = alignColumns(evenMoney(lines, money), by.length);
  const rule = '-'.repeat(printed[0]?.length ?? 0);
  return `${[printed[0], rule, ...printed.slice(1, -1), rule, printed.at(-1)].join('\n')}\n`;
}

const isOthers = (row: UsageTotals, group: TotalsBy | undefined): boolean =>
  row.others !== undefined && group !== undefined && !isTimeGroup(group);
const othersText = ({ others }: UsageTotals): string =>
  `${String(others)} ${others === 1 ? 'other' : 'others'}`;

function notesOn({
  costMicroUsd,
  chargedMicroUsd,
  sandboxCostMicroUsd,
  byStatus: { unknown },
}: UsageTotals): string {
  const markup =
    chargedMicroUsd === costMicroUsd ? '' : 'Charged: the cost with the markup of its project.\n';
  const sandbox =
    sandboxCostMicroUsd > 0n ? 'Sandbox: what Google would have taken. Nothing was charged.\n' : '';
  if (unknown === 0) return `${markup}${sandbox}`;
  const orders = unknown === 1 ? '1 order was' : `${String(unknown)} orders were`;
  return `${markup}${sandbox}${orders} cut off when the server died, counted at the reserved price.\n`;
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
