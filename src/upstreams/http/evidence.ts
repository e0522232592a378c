import type { Call } from '../../journey/call.ts';

/** What a call came to, apart from who was asked, when, and what was counted. */
export type Evidence = Pick<Call, 'verdict' | 'phase' | 'fault' | 'untilMs' | 'quota' | 'reach' | 'error'>;
