const dayMs = 86_400_000;

/** A day on the clock of a zone: `2026-11-23`. */
export function dayIn(zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(at);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')}`;
}

/** The day so many days later, by the calendar. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10);
}

/** So many days, the last of them today. */
export function lastDays(zone: string, count: number, now = new Date()): string[] {
  const today = dayIn(zone, now);
  return Array.from({ length: count }, (_none, index) => addDays(today, index - count + 1));
}
