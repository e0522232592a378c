const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** The numbers of health and choice (SPEC.md says why each). `npm run simulate` shows what a change of one does. */
export const health = {
  /** Calls of one picture that may have been executed, at one model of one upstream. */
  triesPerCell: 2,
  /** Further calls that were turned away before any work, for one picture: each puts something out for a while. */
  freeTries: 20,
  /** Weight of the newest outcome in health, and of the newest time in the expected one. */
  alpha: 0.3,
  /** Half-life of what is lacking of health. */
  healthHalfLifeMs: minute,
  /** The least health that choice counts with, so that no division is by nothing. */
  leastHealth: 0.01,
  /** Failures in a row that open a cell. */
  failuresToOpen: 5,
  unsentToOpen: 3,
  /** Or fewer than this share going well, of so many calls within the window. */
  leastShare: 0.5,
  callsToJudge: 10,
  windowMs: minute,
  /** How long a cell is open: doubling. */
  openMs: 5 * second,
  maxOpenMs: minute,
  /** How long one cools after a 429 that says nothing: doubling, and at once the last for a quota of its own. */
  coolMs: second,
  maxCoolMs: 30 * second,
  coolFixedQuotaMs: minute,
  coolMemoryMs: 10 * minute,
  /** The least and the most that a stated pause counts; above `dayBorderMs` it is the day's. */
  minPauseMs: second,
  maxPauseMs: 24 * hour,
  dayBorderMs: 300 * second,
  /** Share that a stated pause is lengthened by at most, so that nobody comes back in step. */
  pauseJitter: 0.1,
  /** After a day's quota: so long after midnight, by chance. */
  dayMarginMs: [minute, 5 * minute],
  /** How long spending is left alone: doubling. */
  spendingMs: 150 * second,
  maxSpendingMs: 10 * minute,
  /** After a pause one order goes at a time: the next one when this has passed without another 429. */
  easeMs: second,
  /** How long a quota that was told is believed. */
  quotaMemoryMs: hour,
  /** How long a model that is not there is left alone: doubling. */
  missingMs: 10 * minute,
  maxMissingMs: 6 * hour,
  /** When an upstream that is out is asked again: the last one for ever. */
  probeLadderMs: [minute, 5 * minute, 25 * minute, hour],
  /** The longest that an order waits for a turn, and how many may wait. */
  maxWaitMs: minute,
  maxWaiting: 2000,
  /** Retries in flight: so many, or this share of all calls in flight. */
  retryFloor: 10,
  retryShare: 0.2,
  /** Part of an order's time that a call may be silent which can be made again: what is left is enough for that. */
  silenceShare: 0.6,
  /** Pause before the same upstream is asked again: full jitter, doubling. */
  backoffMs: 500,
  maxBackoffMs: 20 * second,
  /** What a restart must not forget: everything that holds longer. */
  keptAboveMs: minute,
} as const;
