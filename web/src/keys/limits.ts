import type { Key } from '../api/types.ts';
import { formatMoney, formatNumber } from '../words/format.ts';

/** The limits there are, in the order in which they are shown. */
export const limitNames = [
  'month_micro_usd',
  'day_micro_usd',
  'total_micro_usd',
  'images_per_day',
  'images_per_minute',
  'requests_per_minute',
  'max_open',
] as const;
export type LimitName = (typeof limitNames)[number];

export const isMoney = (name: LimitName): boolean => name.endsWith('_micro_usd');

/** An amount of it, as people read it. */
export function formatAmount(name: LimitName, amount: number): string {
  return isMoney(name) ? formatMoney(amount) : formatNumber(amount);
}

export interface LimitState {
  readonly name: LimitName;
  /** Null: none. */
  readonly limit: number | null;
  readonly used: number | null;
  readonly resetsAt: string | null;
  /** How far it is used up; 0 where there is no limit. */
  readonly share: number;
}

/** A key or a project, as far as its limits go. */
export type Limited = Pick<Key, 'limits' | 'usage'>;

/** Every limit of it with what is used of it. */
export function limitStates({ limits, usage }: Limited): LimitState[] {
  return limitNames.map((name) => {
    const limit = limits[name] ?? null;
    const { used = null, resets_at: resetsAt = null } = usage[name] ?? {};
    const share = limit === null ? 0 : limit === 0 ? 1 : Math.min(1, Math.max(0, (used ?? 0) / limit));
    return { name, limit, used, resetsAt, share };
  });
}

/** The one that is used up furthest; undefined where there is none. */
export function tightest(states: readonly LimitState[]): LimitState | undefined {
  return states.filter(({ limit }) => limit !== null).toSorted((one, two) => two.share - one.share)[0];
}
