import type { CallEvent } from './health-event.ts';
import { health } from './health-constants.ts';
import { nextPacificMidnightMs } from '../kernel/pacific-midnight.ts';

/** What a quota can be in: used up until a time, or just back, when one order goes at a time. */
type QuotaStateName = 'free' | 'cooling' | 'easing';
export type QuotaEvent = CallEvent | 'taken' | 'reset';
/** `cool…`: left alone, by what was told. `ease`: an order went, the next one waits a little. */
export type QuotaMove = 'stay' | 'free' | 'cool' | 'cool_day' | 'cool_spending' | 'ease';

const always = {
  quota_stated: 'cool',
  quota_day: 'cool_day',
  quota_spending: 'cool_spending',
  quota_unstated: 'stay',
  no_credit: 'stay',
  no_allowance: 'stay',
  bad_credential: 'stay',
  not_permitted: 'stay',
  wrong_place: 'stay',
  no_model: 'stay',
  unsent: 'stay',
  lost: 'stay',
  nothing: 'stay',
  reset: 'free',
} as const;

/** Every state and every event. */
export const quotaTable: Readonly<Record<QuotaStateName, Readonly<Record<QuotaEvent, QuotaMove>>>> = {
  free: { ...always, answered: 'stay', declined: 'stay', failed: 'stay', taken: 'stay' },
  // A late answer to an older call says nothing of a quota that was used up since.
  cooling: { ...always, answered: 'stay', declined: 'stay', failed: 'stay', taken: 'ease' },
  easing: { ...always, answered: 'free', declined: 'free', failed: 'free', taken: 'ease' },
};

/** What is known of the quota of a group: for one model, or of its spending for all. */
export interface QuotaHealth {
  readonly state: QuotaStateName;
  readonly reason: 'minute' | 'day' | 'spending' | '';
  /** No order before this. */
  readonly untilMs: number;
  /** Pauses for spending in a row. */
  readonly spendings: number;
}

export const freeQuota: QuotaHealth = { state: 'free', reason: '', untilMs: 0, spendings: 0 };

interface QuotaFacts {
  readonly nowMs: number;
  /** 0 to 1. */
  readonly random: number;
  /** What the upstream told. */
  readonly untilMs?: number | undefined;
}

/** What is known after an event. A time already set is never made earlier, but by a reset. */
export function nextQuota(before: QuotaHealth, event: QuotaEvent, facts: QuotaFacts): QuotaHealth {
  const { nowMs, random } = facts;
  const until = (untilMs: number): number => Math.max(before.untilMs, untilMs);
  switch (quotaTable[before.state][event]) {
    case 'stay':
      return before;
    case 'free':
      return freeQuota;
    case 'ease':
      return { ...before, state: 'easing', untilMs: until(nowMs + health.easeMs) };
    case 'cool':
      return { ...before, state: 'cooling', reason: 'minute', untilMs: until(nowMs + pauseMs(facts)) };
    case 'cool_day': {
      const [least, most] = health.dayMarginMs;
      const midnightMs = nextPacificMidnightMs(nowMs) + least + random * (most - least);
      const stated = facts.untilMs === undefined ? midnightMs : nowMs + pauseMs(facts);
      return { ...before, state: 'cooling', reason: 'day', untilMs: until(Math.min(stated, midnightMs)) };
    }
    case 'cool_spending': {
      const waitMs = Math.min(health.spendingMs * 2 ** before.spendings, health.maxSpendingMs);
      return {
        state: 'cooling',
        reason: 'spending',
        untilMs: until(nowMs + waitMs),
        spendings: Math.min(before.spendings + 1, 10),
      };
    }
  }
}

function pauseMs({ nowMs, random, untilMs = nowMs }: QuotaFacts): number {
  const stated = Math.min(Math.max(untilMs - nowMs, health.minPauseMs), health.maxPauseMs);
  return stated * (1 + random * health.pauseJitter);
}
