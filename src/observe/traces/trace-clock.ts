import type { HrTime } from '@opentelemetry/api';

/** Milliseconds since 1970 by a clock that never goes back, as the wall's may in the middle of a trace. */
export interface TraceClock {
  nowMs(): number;
}

export function traceClock(): TraceClock {
  const epochMs = Date.now() - performance.now();
  return { nowMs: () => epochMs + performance.now() };
}

/** A time as the SDK takes it without guessing what it is counted from. */
export function hrTime(atMs: number): HrTime {
  return [Math.trunc(atMs / 1000), Math.round((atMs % 1000) * 1e6)];
}
