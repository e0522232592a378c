const dayMs = 86_400_000;

let known: string | undefined;

/** The zone of this browser's clock. Not asked before it is needed: a browser takes a while to tell. */
export const ownZone = (): string => (known ??= Intl.DateTimeFormat().resolvedOptions().timeZone);

/** A day on the clock of a zone: `2026-11-23`. */
export function dayIn(zone: string, at: Date): string {
  // The browser's own clock tells it at once.
  if (zone === ownZone())
    return [at.getFullYear(), at.getMonth() + 1, at.getDate()]
      .map((one) => String(one).padStart(2, '0'))
      .join('-');
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
