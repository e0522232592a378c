import type { Allowance } from '../admission/allowance.ts';
import { allowanceParts } from '../admission/allowance-ids.ts';
import { limitsJson } from '../admin/describe-allowance.ts';
import { nameOfSubject } from '../admin/known-subjects.ts';
import { formatMicroUsd } from '../kernel/money.ts';
import type { KnownNames } from '../usage/usage-report.ts';
import { evenMoney } from './even-money.ts';
import { formatLimits } from './limit-list.ts';
import { textTable } from './text-table.ts';

/** What one key, project, model or end user may use, and has used, for machines. */
export function allowanceJson(
  { id, limits, counters, alertAt }: Allowance,
  names: KnownNames,
): Record<string, unknown> {
  return {
    id,
    name: nameOfSubject(names, allowanceParts(id).subjectId),
    limits: limitsJson(limits),
    alerts: alertAt ?? null,
    used: {
      open: counters.openOrders,
      images_of_day: counters.dayImages,
      day_micro_usd: counters.dayUsedMicroUsd,
      month_micro_usd: counters.monthUsedMicroUsd,
      total_micro_usd: counters.totalUsedMicroUsd,
    },
  };
}

/** The same for people; `usualAlerts` are those of `budgets.alert_at`. */
export function allowancesTable(
  allowances: readonly Allowance[],
  names: KnownNames,
  usualAlerts: readonly number[],
): string {
  if (allowances.length === 0) return 'No limits. Set some: plantain limits set <limits>\n';
  const rows = allowances.map(({ id, limits, counters, alertAt }) => [
    ownerText(id, names),
    formatLimits(limits) || 'none',
    alertAt === undefined ? usualText(id, usualAlerts) : percentsText(alertAt),
    String(counters.openOrders),
    String(counters.dayImages),
    formatMicroUsd(counters.dayUsedMicroUsd),
    formatMicroUsd(counters.monthUsedMicroUsd),
    formatMicroUsd(counters.totalUsedMicroUsd),
  ]);
  const heading = ['Of', 'Limits', 'Alerts %', 'Open', 'Pictures today', 'Day', 'Month', 'Total'];
  return textTable(heading, evenMoney(rows, [5, 6, 7]));
}

/** `website (key_…)`, with what of it is meant as its id has it. */
function ownerText(id: string, names: KnownNames): string {
  const name = nameOfSubject(names, allowanceParts(id).subjectId);
  return name === null ? id : `${name} (${id})`;
}

const percentsText = (percents: readonly number[]): string => percents.join(', ') || 'none';

/** An end user is told of as all end users of its project are. */
const usualText = (id: string, usual: readonly number[]): string =>
  allowanceParts(id).userDigest === undefined ? `${percentsText(usual)} (default)` : 'as /user/*';
