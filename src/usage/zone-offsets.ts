/** From `fromMs` on, until the next one begins, clocks of a zone are `offsetMs` ahead of UTC. */
export interface ZoneOffset {
  readonly fromMs: number;
  readonly offsetMs: number;
}

const dayMs = 86_400_000;
/** A bound for the day that a span is absurd: what lies behind it has the last offset that was found. */
const maxDays = 36_600;

/**
 * How far the clocks of an IANA zone are ahead of UTC, from a moment to another; the first offset holds before it too, the
 * last one after it. Changes are found by halving, a day at a time: no zone changed twice within one.
 */
export function zoneOffsets(timeZone: string, fromMs: number, toMs: number): readonly ZoneOffset[] {
  if (timeZone === 'UTC') return [{ fromMs, offsetMs: 0 }];
  const offsetAt = offsetsOf(timeZone);
  let before = offsetAt(fromMs);
  const found: ZoneOffset[] = [{ fromMs, offsetMs: before }];
  const endMs = Math.min(toMs, fromMs + maxDays * dayMs);
  for (let atMs = fromMs; atMs < endMs; atMs += dayMs) {
    const after = offsetAt(atMs + dayMs);
    if (before === after) continue;
    let [low, high] = [atMs, atMs + dayMs];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    found.push({ fromMs: high, offsetMs: after });
    before = after;
  }
  return found;
}

function offsetsOf(timeZone: string): (atMs: number) => number {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (atMs) => {
    const shown: Record<string, number> = {};
    for (const { type, value } of clock.formatToParts(atMs)) shown[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
  };
}
