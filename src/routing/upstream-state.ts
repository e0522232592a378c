/** What an upstream, which is a credential at an address, can be in. All but `ok` take it out of every choice. */
export const upstreamStates = [
  'ok',
  'bad_credential',
  'out_of_credit',
  'needs_operator',
  'disabled',
] as const;
export type UpstreamStateName = (typeof upstreamStates)[number];

/** What one model at one upstream can be in. */
export type CellStateName = 'ready' | 'cooling' | 'open' | 'probing' | 'missing';

/** What is known of one model at one upstream. */
export interface CellState {
  readonly model: string;
  readonly state: CellStateName;
  /** Why it is not ready; empty when it is. */
  readonly reason: string;
  /** When it is expected back. */
  readonly untilMs?: number;
  /** 1: every late call went well; 0: none did. */
  readonly health: number;
  /** What a picture takes there. */
  readonly ewmaMs: number;
  readonly inFlight: number;
  /** Until when the quota that it shares is used up. */
  readonly quotaUntilMs?: number;
}

/** What is known of an upstream. */
export interface UpstreamState {
  readonly name: string;
  readonly state: UpstreamStateName;
  /** Why it is not ok; empty when it is. */
  readonly reason: string;
  /** When it is asked again whether it is well. */
  readonly untilMs?: number;
  readonly inFlight: number;
  /** Of the models that it was asked for. */
  readonly cells: readonly CellState[];
}

/** The same in a word: whether it can be asked now, after a pause, or only after somebody acted. */
export function healthOf(
  { state, cells }: UpstreamState,
  nowMs: number,
): 'healthy' | 'cooling' | 'out_of_service' {
  if (state !== 'ok') return 'out_of_service';
  const isAway = cells.map(({ state: cell, quotaUntilMs = 0 }) => cell !== 'ready' || quotaUntilMs > nowMs);
  return isAway.length > 0 && isAway.every(Boolean) ? 'cooling' : 'healthy';
}
