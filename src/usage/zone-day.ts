import { zoneOffsets } from './zone-offsets.ts';

const dayMs = 86_400_000;

/** The first moment of a day of a zone. The day is given as the midnight of the same name in UTC. */
export function zoneDay(timeZone: string, midnightMs: number): number {
  const offsets = zoneOffsets(timeZone, midnightMs - 2 * dayMs, midnightMs + 2 * dayMs);
  for (const [index, { fromMs, offsetMs }] of offsets.entries()) {
    const untilMs = offsets[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    // A midnight that clocks jump over: the day begins where they land.
    const startMs = Math.max(fromMs, midnightMs - offsetMs);
    if (startMs < untilMs) return startMs;
  }
  return midnightMs;
}

/** The midnight in UTC that has the name of the day which a moment belongs to in a zone. */
export function dayInZone(timeZone: string, atMs: number): number {
  const aheadMs = zoneOffsets(timeZone, atMs, atMs)[0]?.offsetMs ?? 0;
  return Math.floor((atMs + aheadMs) / dayMs) * dayMs;
}

/** Whether there is an IANA zone of that name. */
export function isTimeZone(name: string): boolean {
  // To ask costs a millisecond or two, with every report.
  if (name === 'UTC') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
