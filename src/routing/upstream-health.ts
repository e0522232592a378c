import type { CallEvent } from './health-event.ts';
import { health } from './health-constants.ts';
import type { UpstreamStateName } from './upstream-state.ts';

/** What happens to an upstream beside calls: what a free question brought, and what an operator does. */
type UpstreamAct = 'key_accepted' | 'key_refused' | 'key_unknown' | 'drain' | 'restore' | 'reset';
export type UpstreamEvent = CallEvent | UpstreamAct;

/** `stay`: as it was. `wait`: still out, and asked again a step later. Any other: the state to go to. */
export type UpstreamMove = 'stay' | 'wait' | UpstreamStateName;

const outByCall = {
  answered: 'ok',
  declined: 'ok',
  quota_stated: 'ok',
  quota_day: 'ok',
  quota_spending: 'ok',
  quota_unstated: 'ok',
  no_credit: 'out_of_credit',
  no_allowance: 'ok',
  bad_credential: 'bad_credential',
  not_permitted: 'ok',
  wrong_place: 'needs_operator',
  no_model: 'ok',
  failed: 'wait',
  unsent: 'wait',
  lost: 'wait',
  nothing: 'stay',
  drain: 'disabled',
  restore: 'stay',
  reset: 'ok',
} as const;

/** Every state and every event. */
export const upstreamTable: Readonly<
  Record<UpstreamStateName, Readonly<Record<UpstreamEvent, UpstreamMove>>>
> = {
  ok: {
    answered: 'stay',
    declined: 'stay',
    quota_stated: 'stay',
    quota_day: 'stay',
    quota_spending: 'stay',
    quota_unstated: 'stay',
    no_credit: 'out_of_credit',
    no_allowance: 'stay',
    bad_credential: 'bad_credential',
    not_permitted: 'stay',
    wrong_place: 'needs_operator',
    no_model: 'stay',
    failed: 'stay',
    unsent: 'stay',
    lost: 'stay',
    nothing: 'stay',
    key_accepted: 'stay',
    key_refused: 'bad_credential',
    key_unknown: 'stay',
    drain: 'disabled',
    restore: 'stay',
    reset: 'stay',
  },
  bad_credential: { ...outByCall, key_accepted: 'ok', key_refused: 'wait', key_unknown: 'wait' },
  // Whether there is credit cannot be seen from a free question.
  out_of_credit: { ...outByCall, key_accepted: 'stay', key_refused: 'bad_credential', key_unknown: 'stay' },
  needs_operator: { ...outByCall, key_accepted: 'ok', key_refused: 'bad_credential', key_unknown: 'wait' },
  disabled: {
    answered: 'stay',
    declined: 'stay',
    quota_stated: 'stay',
    quota_day: 'stay',
    quota_spending: 'stay',
    quota_unstated: 'stay',
    no_credit: 'stay',
    no_allowance: 'stay',
    bad_credential: 'stay',
    not_permitted: 'stay',
    wrong_place: 'stay',
    no_model: 'stay',
    failed: 'stay',
    unsent: 'stay',
    lost: 'stay',
    nothing: 'stay',
    key_accepted: 'stay',
    key_refused: 'stay',
    key_unknown: 'stay',
    drain: 'stay',
    restore: 'ok',
    reset: 'stay',
  },
};

/** What is known of an upstream, which is a credential at an address. */
export interface UpstreamHealth {
  readonly state: UpstreamStateName;
  readonly reason: string;
  /** When that was told: a call that began earlier knows nothing newer. */
  readonly toldAtMs: number;
  /** When it is asked again; Infinity: only an operator brings it back. */
  readonly probeAtMs: number;
  /** How often it was asked again in vain. */
  readonly step: number;
}

export const wellUpstream: UpstreamHealth = {
  state: 'ok',
  reason: '',
  toldAtMs: Number.NEGATIVE_INFINITY,
  probeAtMs: Number.POSITIVE_INFINITY,
  step: 0,
};

/** What is known after an event. `startedAtMs`: of the call that told it. */
export function nextUpstream(
  before: UpstreamHealth,
  event: UpstreamEvent,
  { nowMs, startedAtMs = nowMs, reason }: { nowMs: number; startedAtMs?: number; reason: string },
): UpstreamHealth {
  // An upstream that is out learns nothing from calls that began before it went.
  if (before.state !== 'ok' && startedAtMs < before.toldAtMs) return before;
  const move = upstreamTable[before.state][event];
  if (move === 'stay') return before;
  if (move === 'ok') return wellUpstream;
  if (move === 'disabled')
    return { state: move, reason, toldAtMs: nowMs, probeAtMs: Number.POSITIVE_INFINITY, step: 0 };
  const isSame = move === 'wait' || move === before.state;
  const step = isSame ? before.step + 1 : 0;
  return {
    state: move === 'wait' ? before.state : move,
    reason: move === 'wait' ? before.reason : reason,
    toldAtMs: isSame ? before.toldAtMs : nowMs,
    probeAtMs: Math.max(isSame ? before.probeAtMs : 0, nowMs + ladderMs(step)),
    step,
  };
}

function ladderMs(step: number): number {
  return health.probeLadderMs[Math.min(step, health.probeLadderMs.length - 1)] ?? 0;
}
