import { formatMicroUsd } from '../kernel/money.ts';
import {
  gapOf,
  microUsdOf,
  type ReconciledSums,
  type Reconciliation,
  type Tolerance,
} from '../usage/reconciliation.ts';
import { evenMoney } from './even-money.ts';
import { textTable } from './text-table.ts';

/** SKUs that are listed; the rest is summed. */
const mostListed = 10;

const amounts: ReadonlySet<string> = new Set(['Bill', 'Ledger', 'Beyond it', 'Estimated', 'Unknown']);

/** Bill and ledger side by side, what bounds the gap, and what is not compared. */
export function reconcileText(reconciliation: Reconciliation, tolerance: Tolerance, byDay: boolean): string {
  const rows = reconciliation.groups().flatMap((group) => {
    const names = [group.project || 'API keys', group.model];
    const month = [...names, ...(byDay ? ['month'] : []), ...cells(group, gapOf(group, tolerance).isBeyond)];
    if (!byDay) return [month];
    return [...[...group.days].map(([day, sums]) => [...names, day, ...cells(sums, false)]), month];
  });
  const heading = [
    'Project',
    'Model',
    ...(byDay ? ['Day'] : []),
    'Bill',
    'Ledger',
    'Beyond it',
    'Estimated',
    'Not counted',
    'Unknown',
    '',
  ];
  const others = [...reconciliation.otherSkus].toSorted(([, one], [, other]) => (one > other ? -1 : 1));
  const further = others.slice(mostListed).reduce((sum, [, cost]) => sum + cost, 0n);
  const notes = [
    ...others.slice(0, mostListed).map(([sku, cost]) => `Not compared: ${money(cost)} for ${sku}.`),
    ...(further === 0n ? [] : [`Not compared: ${money(further)} for other SKUs.`]),
    ...(reconciliation.irregularPicoUsd === 0n
      ? []
      : [`Not compared: ${money(reconciliation.irregularPicoUsd)} of taxes, adjustments and rounding.`]),
  ];
  const table =
    rows.length === 0
      ? 'Nothing of this month is of a model that draws.\n'
      : textTable(
          heading,
          evenMoney(
            rows,
            heading.flatMap((title, at) => (amounts.has(title) ? [at] : [])),
          ),
        );
  return `${table}${notes.map((note) => `${note}\n`).join('')}`;
}

function cells(sums: ReconciledSums, isBeyond: boolean): string[] {
  const bill = microUsdOf(sums.billPicoUsd);
  return [
    formatMicroUsd(bill),
    formatMicroUsd(sums.ledgerMicroUsd),
    formatMicroUsd(bill - sums.ledgerMicroUsd),
    formatMicroUsd(sums.estimatedMicroUsd),
    String(sums.uncountedCalls),
    formatMicroUsd(sums.unknownMicroUsd),
    isBeyond ? 'too far' : '',
  ];
}

/** The same for machines. */
export function reconcileJson(month: string, reconciliation: Reconciliation, tolerance: Tolerance): string {
  const document = {
    month,
    groups: reconciliation.groups().map((group) => {
      const { isBeyond } = gapOf(group, tolerance);
      return {
        project: group.project || null,
        model: group.model,
        within_tolerance: !isBeyond,
        ...sumsJson(group),
        days: [...group.days].map(([day, sums]) => ({ day, ...sumsJson(sums) })),
      };
    }),
    not_compared: {
      skus: [...reconciliation.otherSkus].map(([sku, cost]) => ({
        sku,
        cost_micro_usd: Number(microUsdOf(cost)),
      })),
      irregular_micro_usd: Number(microUsdOf(reconciliation.irregularPicoUsd)),
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function sumsJson(sums: ReconciledSums): Record<string, number> {
  const bill = microUsdOf(sums.billPicoUsd);
  return {
    bill_micro_usd: Number(bill),
    ledger_micro_usd: Number(sums.ledgerMicroUsd),
    beyond_micro_usd: Number(bill - sums.ledgerMicroUsd),
    estimated_micro_usd: Number(sums.estimatedMicroUsd),
    uncounted_calls: sums.uncountedCalls,
    unknown_micro_usd: Number(sums.unknownMicroUsd),
  };
}

function money(picoUsd: bigint): string {
  return formatMicroUsd(microUsdOf(picoUsd));
}
