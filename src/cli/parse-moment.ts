import { InvalidArgumentError } from 'commander';
import { calendarDay } from '../kernel/calendar-day.ts';
import { parseTimeSpan } from '../kernel/quantities.ts';

/**
 * `now`, `30d` (from now), `2026-12-31` (when that UTC day begins) or `2026-12-31T18:00:00Z` → epoch milliseconds.
 * Throws for commander.
 */
export function parseMoment(text: string, nowMs: number): number {
  if (text === 'now') return nowMs;
  const fromNowMs = parseTimeSpan(text);
  if (fromNowMs !== undefined) return nowMs + fromNowMs;
  const form = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text);
  const ms = calendarDay(form?.[1] ?? '') === undefined ? Number.NaN : Date.parse(text);
  if (!Number.isNaN(ms)) return ms;
  throw new InvalidArgumentError('Write 30d, 2026-12-31, 2026-12-31T18:00:00Z, or now.');
}
