const hourMs = 3_600_000;

const dates = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/Los_Angeles',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});
/** A bill has thousands of rows for the hours of a month. */
const known = new Map<number, string>();
const maxKnown = 10_000;

/** The day on the Pacific coast that a moment belongs to, as in `2026-11-26`: Google's bills are by these days. */
export function pacificDay(atMs: number): string {
  // Its days begin and end with an hour of UTC.
  const hour = Math.floor(atMs / hourMs);
  const found = known.get(hour);
  if (found !== undefined) return found;
  const day = dates.format(hour * hourMs);
  if (known.size < maxKnown) known.set(hour, day);
  return day;
}
