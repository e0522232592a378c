import { type Allowance, unused } from '../admission/allowance.ts';
import { allowanceParts } from '../admission/allowance-ids.ts';
import { type LimitUse, limitUses } from '../admission/limit-use.ts';
import type { Periods } from '../admission/periods.ts';
import { limitKeys, limitNames } from '../journey/limit-names.ts';
import { type Limits, noLimits } from '../journey/limits.ts';

/** When and in which day and month something is described. */
export interface Now {
  readonly periods: Periods;
  readonly nowMs: number;
}

/** Limits by the names of the API, null where there is none. */
export function limitsJson(limits: Limits): Record<string, number | null> {
  return Object.fromEntries(limitKeys.map((key) => [limitNames[key].name, limits[key]]));
}

/** What of each limit is used, by the same names. */
export function usageJson(allowance: Pick<Allowance, 'limits' | 'counters'>, { periods, nowMs }: Now) {
  const uses = limitUses(allowance, periods, nowMs);
  return Object.fromEntries(limitKeys.map((key) => [limitNames[key].name, useJson(uses[key])]));
}

function useJson({ used, remaining, resetsAtMs }: LimitUse) {
  return { used, remaining, resets_at: resetsAtMs === null ? null : new Date(resetsAtMs).toISOString() };
}

/** What is set for a key or project, and for its models and end users. */
export interface Settings {
  readonly own: Allowance;
  readonly models: ReadonlyMap<string, Allowance>;
  readonly users: Limits;
}

/** Those of one key or project, out of the allowances of several. */
export function settingsOf(subjectId: string, allowances: readonly Allowance[]): Settings {
  const models = new Map<string, Allowance>();
  let own: Allowance = { id: subjectId, limits: noLimits, counters: unused };
  let users = noLimits;
  for (const allowance of allowances) {
    const parts = allowanceParts(allowance.id);
    if (parts.subjectId !== subjectId) continue;
    if (parts.model !== undefined) models.set(parts.model, allowance);
    else if (parts.isTemplate) users = allowance.limits;
    else if (parts.userDigest === undefined) own = allowance;
  }
  return { own, models, users };
}

/** Limits by model; a model without any is left out. */
export function modelLimitsJson({ models }: Settings): Record<string, Record<string, number | null>> {
  return Object.fromEntries(
    [...models]
      .filter(([, { limits }]) => limitKeys.some((key) => limits[key] !== null))
      .map(([model, { limits }]) => [model, limitsJson(limits)]),
  );
}

/** The members of limits that a key and a project have alike. */
export function settingsJson(settings: Settings, now: Now) {
  const { own, models } = settings;
  return {
    limits: limitsJson(own.limits),
    alert_at: own.alertAt ?? null,
    usage: usageJson(own, now),
    model_limits: modelLimitsJson(settings),
    model_usage: Object.fromEntries(
      [...models].map(([model, allowance]) => [model, usageJson(allowance, now)]),
    ),
  };
}
