const minuteUs = 60_000_000;

/** What a cell says to one more order. Times are whole microseconds. */
export interface CellState {
  readonly isAllowed: boolean;
  /** The new state, if it is allowed. */
  readonly tatUs: number;
  /** How many more fit after that; of a refused order, how many fit now. */
  readonly remaining: number;
  /** Until everything fits again. */
  readonly resetUs: number;
  /** Until the order fits; 0 when it does. */
  readonly waitUs: number;
}

/**
 * A rate as one number, the time at which nothing of it is used any more (GCRA): so many at once, refilled evenly at so
 * many a minute. `costs` of them are asked for.
 */
export function cell(perMinute: number, tatUs: number, costs: number, nowUs: number): CellState {
  const emissionUs = Math.floor(minuteUs / perMinute);
  const burstUs = emissionUs * perMinute;
  // All that can be used is used up by then. A state that lies further ahead is of a clock that was set back since.
  const usedUpUs = Math.min(tatUs, nowUs + burstUs);
  const nextUs = Math.max(usedUpUs, nowUs) + costs * emissionUs;
  const isAllowed = nextUs - nowUs <= burstUs;
  const usedUs = Math.max(0, (isAllowed ? nextUs : usedUpUs) - nowUs);
  return {
    isAllowed,
    tatUs: nextUs,
    remaining: Math.max(0, Math.floor((burstUs - usedUs) / emissionUs)),
    resetUs: usedUs,
    waitUs: isAllowed ? 0 : nextUs - nowUs - burstUs,
  };
}
