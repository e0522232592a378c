import type { Call } from '../../journey/call.ts';

/** What a call came to, apart from who was asked, when, and what was counted. */
export type Evidence = Pick<Call, 'verdict' | 'phase' | 'fault' | 'untilMs' | 'quota' | 'reach' | 'error'>;

/** As a `retry-after` says it: never 0, which would mean at once. */
export function wholeSeconds(delayMs: number): number {
  return Math.max(1, Math.ceil(delayMs / 1000));
}
