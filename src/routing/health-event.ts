import type { Call, CallPhase } from '../journey/call.ts';
import { health } from './health-constants.ts';

/**
 * What a call tells of health.
 * - `answered`: a picture, or a part of an answer. `declined`: an answer about what was asked.
 * - `quota_…`: a 429, by the quota that is used up.
 * - `no_credit`, `bad_credential`, `wrong_place`: nothing works until somebody acts.
 * - `no_allowance`, `not_permitted`, `no_model`: the same of one model.
 * - `failed`: it said so. `unsent`: it could not be reached. `lost`: it was sent, and no whole answer came.
 * - `nothing`: the caller left, the fault is ours, or no call was made.
 */
export const callEvents = [
  'answered',
  'declined',
  'quota_stated',
  'quota_day',
  'quota_spending',
  'quota_unstated',
  'no_credit',
  'no_allowance',
  'bad_credential',
  'not_permitted',
  'wrong_place',
  'no_model',
  'failed',
  'unsent',
  'lost',
  'nothing',
] as const;
export type CallEvent = (typeof callEvents)[number];

/** What a call that brought nothing for the upstream's own reasons tells. */
const eventByPhase: Readonly<Record<CallPhase, CallEvent>> = {
  unsent: 'unsent',
  refused: 'failed',
  failed: 'failed',
  unanswered: 'lost',
  broken_off: 'lost',
  answered: 'failed',
};

/** The event that a call is; undefined, no call was made. */
export function eventOf(call: Call | undefined): CallEvent {
  if (call === undefined) return 'nothing';
  const { verdict, fault, phase, reach, error } = call;
  if (verdict === 'picture' || verdict === 'continued') return 'answered';
  if (verdict !== 'failed') return 'declined';
  if (error?.code === 'model_not_found') return 'no_model';
  switch (fault) {
    case 'credential':
      return reach === 'model' ? 'not_permitted' : 'bad_credential';
    case 'credit':
      return reach === 'model' ? 'no_allowance' : 'no_credit';
    case 'place':
      return reach === 'model' ? 'not_permitted' : 'wrong_place';
    case 'quota':
      return quotaEvent(call);
    case 'capacity':
    case 'upstream':
      return eventByPhase[phase];
    case 'caller':
      return phase === 'refused' || phase === 'answered' ? 'declined' : 'nothing';
    case 'ours':
    case undefined:
      return 'nothing';
  }
}

function quotaEvent({ quota, untilMs, endedAtMs }: Call): CallEvent {
  if (quota?.kind === 'spending') return 'quota_spending';
  if (quota?.kind === 'day') return 'quota_day';
  if (untilMs === undefined) return 'quota_unstated';
  return untilMs - endedAtMs > health.dayBorderMs ? 'quota_day' : 'quota_stated';
}
