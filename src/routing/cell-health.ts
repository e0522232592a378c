import type { CallEvent } from './health-event.ts';
import { health } from './health-constants.ts';
import type { CellStateName } from './upstream-state.ts';

/** `timer`: its time has passed. `taken`: an order goes to it. */
export type CellEvent = CallEvent | 'timer' | 'taken' | 'reset';
/**
 * `up`: well, in the state it is in. `ready`: well, and all old trouble forgotten. `alive`: ready, old trouble kept.
 * `count`: one more failure, which may open it. `release`: the probe told nothing, another may go at once.
 */
export type CellMove =
  | 'stay'
  | 'up'
  | 'ready'
  | 'alive'
  | 'cool'
  | 'count'
  | 'open'
  | 'missing'
  | 'probe'
  | 'release'
  | 'fresh';

/** Of no consequence for the cell: the upstream or its quota is what changes. */
const elsewhere = {
  quota_stated: 'stay',
  quota_day: 'stay',
  quota_spending: 'stay',
  no_credit: 'stay',
  bad_credential: 'stay',
  wrong_place: 'stay',
  nothing: 'stay',
} as const;
const gone = { no_allowance: 'missing', not_permitted: 'missing', no_model: 'missing' } as const;

/** Every state and every event. The row of a cell that is probed is for the probe; other calls are older: row `open`. */
export const cellTable: Readonly<Record<CellStateName, Readonly<Record<CellEvent, CellMove>>>> = {
  ready: {
    ...elsewhere,
    ...gone,
    answered: 'ready',
    declined: 'up',
    quota_unstated: 'cool',
    failed: 'count',
    unsent: 'count',
    lost: 'count',
    timer: 'stay',
    taken: 'stay',
    reset: 'fresh',
  },
  cooling: {
    ...elsewhere,
    ...gone,
    answered: 'up',
    declined: 'stay',
    quota_unstated: 'cool',
    failed: 'count',
    unsent: 'count',
    lost: 'count',
    timer: 'alive',
    taken: 'stay',
    reset: 'fresh',
  },
  open: {
    ...elsewhere,
    ...gone,
    answered: 'up',
    declined: 'stay',
    quota_unstated: 'stay',
    failed: 'stay',
    unsent: 'stay',
    lost: 'stay',
    timer: 'stay',
    taken: 'probe',
    reset: 'fresh',
  },
  probing: {
    ...gone,
    quota_stated: 'alive',
    quota_day: 'alive',
    quota_spending: 'alive',
    quota_unstated: 'cool',
    no_credit: 'release',
    bad_credential: 'release',
    wrong_place: 'release',
    nothing: 'release',
    answered: 'ready',
    declined: 'ready',
    failed: 'open',
    unsent: 'open',
    lost: 'open',
    timer: 'stay',
    taken: 'stay',
    reset: 'fresh',
  },
  missing: {
    ...elsewhere,
    ...gone,
    answered: 'ready',
    declined: 'stay',
    quota_unstated: 'stay',
    failed: 'stay',
    unsent: 'stay',
    lost: 'stay',
    timer: 'stay',
    taken: 'probe',
    reset: 'fresh',
  },
};

/** What is known of one model at one upstream. */
export interface CellHealth {
  readonly state: CellStateName;
  readonly reason: string;
  /** Not to be used before this: by nobody while it cools, then by one order that probes it. */
  readonly untilMs: number;
  /** Failures in a row. */
  readonly failures: number;
  readonly unsent: number;
  /** How often it opened, cooled, was missing in a row. */
  readonly openings: number;
  readonly coolings: number;
  readonly cooledAtMs: number;
  readonly absences: number;
  /** The latest outcomes, the newest last. */
  readonly outcomes: readonly { readonly atMs: number; readonly isWell: boolean }[];
  /** At `wellAtMs`; it drifts to 1 from then on. */
  readonly well: number;
  readonly wellAtMs: number;
  /** What a picture takes. */
  readonly ewmaMs: number;
}

/** One of which nothing is known. `typicalMs`: what a picture of the model is likely to take. */
export function freshCell(typicalMs: number): CellHealth {
  return {
    state: 'ready',
    reason: '',
    untilMs: 0,
    failures: 0,
    unsent: 0,
    openings: 0,
    coolings: 0,
    cooledAtMs: Number.NEGATIVE_INFINITY,
    absences: 0,
    outcomes: [],
    well: 1,
    wellAtMs: 0,
    ewmaMs: typicalMs,
  };
}

export interface CellFacts {
  readonly nowMs: number;
  /** 0 to 1. */
  readonly random: number;
  readonly reason: string;
  /** Whether it is the probe that tells. */
  readonly isProbe: boolean;
  /** What the picture took, if one came. */
  readonly tookMs?: number;
  /** Whether a 429 that says nothing means a quota of its own, not one that all share. */
  readonly hasFixedQuota: boolean;
}

/** What is known after an event. Within a state its time is never made earlier, but by a probe that is given back. */
export function nextCell(before: CellHealth, event: CellEvent, facts: CellFacts): CellHealth {
  const { nowMs, reason } = facts;
  const isOlder = before.state === 'probing' && !facts.isProbe && event !== 'reset';
  const move = cellTable[isOlder ? 'open' : before.state][event];
  switch (move) {
    case 'stay':
      return before;
    case 'up':
      return { ...outcome(before, true, facts), failures: 0, unsent: 0 };
    case 'ready':
      return { ...calm(outcome(before, true, facts)), openings: 0, coolings: 0, absences: 0 };
    case 'alive':
      return { ...before, state: 'ready', reason: '', untilMs: 0 };
    case 'cool': {
      const isRecent = nowMs - before.cooledAtMs < health.coolMemoryMs;
      const coolMs = Math.min(health.coolMs * 2 ** before.coolings, health.maxCoolMs);
      const waitMs = facts.hasFixedQuota && isRecent ? health.coolFixedQuotaMs : coolMs;
      const coolings = Math.min(before.coolings + 1, 10);
      return { ...before, ...until('cooling', before, nowMs + waitMs), reason, coolings, cooledAtMs: nowMs };
    }
    case 'count': {
      const counted = {
        ...outcome(before, false, facts),
        failures: before.failures + 1,
        unsent: event === 'unsent' ? before.unsent + 1 : 0,
      };
      return isBroken(counted, nowMs) ? opened(counted, facts) : counted;
    }
    case 'open':
      return opened(outcome(before, false, facts), facts);
    case 'missing': {
      const waitMs = Math.min(health.missingMs * 2 ** before.absences, health.maxMissingMs);
      const absences = Math.min(before.absences + 1, 10);
      return { ...before, ...until('missing', before, nowMs + waitMs), reason, absences };
    }
    case 'probe':
      return isOlder ? before : { ...before, state: 'probing' };
    case 'release':
      return { ...before, state: 'open', untilMs: nowMs };
    case 'fresh':
      return freshCell(before.ewmaMs);
  }
}

/** Health now: what is lacking halves with every half-life. */
export function wellNow({ well, wellAtMs }: CellHealth, nowMs: number): number {
  if (well === 1) return 1;
  return 1 - (1 - well) * 0.5 ** (Math.max(0, nowMs - wellAtMs) / health.healthHalfLifeMs);
}

function outcome(before: CellHealth, isWell: boolean, { nowMs, tookMs }: CellFacts): CellHealth {
  const { alpha, windowMs } = health;
  const recent = before.outcomes.filter(({ atMs }) => nowMs - atMs < windowMs);
  return {
    ...before,
    outcomes: [...recent, { atMs: nowMs, isWell }].slice(-50),
    well: (1 - alpha) * wellNow(before, nowMs) + (isWell ? alpha : 0),
    wellAtMs: nowMs,
    ewmaMs: tookMs === undefined ? before.ewmaMs : (1 - alpha) * before.ewmaMs + alpha * Math.max(1, tookMs),
  };
}

function calm(before: CellHealth): CellHealth {
  return { ...before, state: 'ready', reason: '', untilMs: 0, failures: 0, unsent: 0 };
}

function until(state: CellStateName, before: CellHealth, untilMs: number) {
  return { state, untilMs: before.state === state ? Math.max(before.untilMs, untilMs) : untilMs };
}

function isBroken({ failures, unsent, outcomes }: CellHealth, nowMs: number): boolean {
  if (failures >= health.failuresToOpen || unsent >= health.unsentToOpen) return true;
  const recent = outcomes.filter(({ atMs }) => nowMs - atMs < health.windowMs);
  const well = recent.filter(({ isWell }) => isWell).length;
  return recent.length >= health.callsToJudge && well < recent.length * health.leastShare;
}

function opened(before: CellHealth, { nowMs, random, reason }: CellFacts): CellHealth {
  const longestMs = Math.min(health.openMs * 2 ** before.openings, health.maxOpenMs);
  const waitMs = (longestMs * (1 + random)) / 2;
  return {
    ...before,
    // One that cools for longer is left alone for as long.
    state: 'open',
    untilMs: Math.max(before.state === 'cooling' ? before.untilMs : 0, nowMs + waitMs),
    reason,
    failures: 0,
    unsent: 0,
    outcomes: [],
    openings: Math.min(before.openings + 1, 10),
  };
}
