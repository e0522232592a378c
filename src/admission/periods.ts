/** The day and the month that a moment belongs to: from their start, up to and without their end. */
export interface Periods {
  readonly dayStartMs: number;
  readonly dayEndMs: number;
  readonly monthStartMs: number;
  readonly monthEndMs: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** No zone is further from UTC, nor jumps by more. */
const furthestMs = 40 * hourMs;

/** `2026-11-26`, of a moment. */
interface Dates {
  readonly format: (ms: number) => string;
}

/** Without Intl, whose first use costs a process 8 MB for good: a server whose budgets go by UTC needs none of it. */
const utcDates: Dates = { format: (ms) => new Date(ms).toISOString().slice(0, 10) };

const datesOf = (timeZone: string): Dates =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone,
    calendar: 'iso8601',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });

/**
 * Days and months of an IANA time zone. Every moment belongs to exactly one of each, and their starts never fall, also
 * where a day is 23 or 25 hours long, is left out, or begins twice.
 */
export function createPeriods(timeZone: string): (nowMs: number) => Periods {
  const dates = timeZone === 'UTC' ? utcDates : datesOf(timeZone);
  /** The first moment of a date, given as the UTC midnight of the same name: found by halving. */
  const startOf = (midnightMs: number): number => {
    const date = new Date(midnightMs).toISOString().slice(0, 10);
    let before = midnightMs - furthestMs;
    let since = midnightMs + furthestMs;
    while (since - before > 1) {
      const middle = Math.floor((before + since) / 2);
      if (dates.format(middle) >= date) since = middle;
      else before = middle;
    }
    return since;
  };
  const around = (nowMs: number, starts: readonly number[]): [number, number] => [
    starts.findLast((start) => start <= nowMs) ?? nowMs,
    starts.find((start) => start > nowMs) ?? nowMs,
  ];
  let known: Periods | undefined;
  return (nowMs) => {
    if (known !== undefined && nowMs >= known.dayStartMs && nowMs < known.dayEndMs) return known;
    const today = Date.parse(`${dates.format(nowMs)}T00:00:00Z`);
    const date = new Date(today);
    const month = (offset: number): number =>
      startOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset));
    // Where a day begins twice, the date says less than the neighbours' starts do; one may also be left out.
    const days = [-2, -1, 0, 1, 2, 3].map((offset) => startOf(today + offset * dayMs));
    const [dayStartMs, dayEndMs] = around(nowMs, days);
    const [monthStartMs, monthEndMs] = around(nowMs, [-1, 0, 1, 2].map(month));
    known = { dayStartMs, dayEndMs, monthStartMs, monthEndMs };
    return known;
  };
}
