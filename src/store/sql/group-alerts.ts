import { type Allowance, latestStart, type Told, withoutOpen } from '../../admission/allowance.ts';
import {
  dueThresholds,
  isDueRefusal,
  type AlertedUse,
  alertedUses,
  withRefusal,
  withThreshold,
} from '../../admission/alert-rules.ts';
import { endOf } from '../../admission/counted-limits.ts';
import { type LimitRefusal, rolledForward } from '../../admission/decide.ts';
import type { Periods } from '../../admission/periods.ts';
import type { AlertType } from '../../journey/budget-alert.ts';
import { newId } from '../../kernel/ids.ts';
import type { BookStatements } from './book-statements.ts';
import { countersOf, sumsByAllowance } from './count-from-ledger.ts';
import type { AlertsTable } from './database-schema.ts';
import type { QueryRunner } from './query-runner.ts';

/** What is told of limits, and when. */
export interface Alerting {
  /** Percents that are told of where an allowance names none. */
  readonly alertAt: readonly number[];
  /** There is something to tell, in a transaction that is about to be committed. */
  readonly onAlerts?: (() => void) | undefined;
}

/** An allowance whose orders ended, or one of which was refused. */
export interface AlertCandidate {
  readonly allowance: Allowance;
  readonly alertAt: readonly number[];
  readonly endUser: string | null;
  readonly refusal?: LimitRefusal;
}

/**
 * Writes what is to be told of the limits of allowances whose rows are locked, and in them that it was told. What open
 * orders have reserved does not count as used, since most of it is given back; it is looked up only where the rest
 * depends on it.
 */
export async function tellLimits(
  { onAlerts }: Alerting,
  statements: BookStatements,
  runner: QueryRunner,
  candidates: readonly AlertCandidate[],
  periodsOf: (nowMs: number) => Periods,
  atMs: number,
): Promise<void> {
  const startMs = latestStart(candidates.map(({ allowance }) => allowance));
  const periods = periodsOf(Math.max(atMs, startMs));
  const likely = candidates.filter((candidate) => findings(candidate, periods).length > 0);
  if (likely.length === 0) return;
  const open = sumsByAllowance((await runner.executeQuery(statements.openSums(periods))).rows);
  const rows: AlertsTable[] = [];
  const told = new Map<string, Told>();
  for (const candidate of likely) {
    const { allowance, endUser } = candidate;
    const known = told.get(allowance.id) ?? allowance.told ?? {};
    const used = rolledForward(allowance.counters, periods);
    const counters = withoutOpen(used, countersOf(open.get(allowance.id) ?? [], periods));
    const settled = { ...allowance, told: known, counters };
    for (const { type, use, percent, requested } of findings({ ...candidate, allowance: settled }, periods)) {
      const before = told.get(allowance.id) ?? known;
      told.set(
        allowance.id,
        percent === null ? withRefusal(before, use) : withThreshold(before, use, percent),
      );
      rows.push({
        id: newId('evt', atMs),
        type,
        allowance_id: allowance.id,
        end_user: endUser,
        limit_name: use.limit,
        allowed: use.allowed,
        used: use.used,
        percent,
        requested,
        period_start_ms: use.period === null ? null : use.periodStartMs,
        resets_at_ms: endOf(use, periods),
        at_ms: atMs,
        told_at_ms: null,
      });
    }
  }
  if (rows.length === 0) return;
  await statements.addAlerts.run(
    runner,
    rows.map((row) => Object.values(row)),
  );
  await statements.tellAllowances.run(
    runner,
    [...told].map(([id, value]) => [id, JSON.stringify(value)]),
  );
  onAlerts?.();
}

interface Finding {
  readonly type: AlertType;
  readonly use: AlertedUse;
  readonly percent: number | null;
  readonly requested: number | null;
}

/** What there is to tell of an allowance as its counters are. Those of a day or month that is over are not told of. */
function findings({ allowance, alertAt, refusal }: AlertCandidate, periods: Periods): Finding[] {
  const told = allowance.told ?? {};
  const uses = alertedUses({ ...allowance, counters: rolledForward(allowance.counters, periods) });
  if (refusal === undefined)
    return uses.flatMap((use) =>
      dueThresholds(use, alertAt, told).map((percent) => ({
        type: 'budget.threshold_reached' as const,
        use,
        percent,
        requested: null,
      })),
    );
  const { requested } = refusal;
  return uses
    .filter((use) => use.limit === refusal.reason && use.used + requested > use.allowed)
    .filter((use) => isDueRefusal(refusal, use, told))
    .map((use) => ({ type: 'budget.exhausted' as const, use, percent: null, requested }));
}
