/**
 * `2026-11-01` → when that day of UTC begins, in milliseconds since the epoch. Undefined where there is no such day: the 30th
 * of February would quietly become the 2nd of March.
 */
export function calendarDay(text: string): number | undefined {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? ms : undefined;
}
