import { InvalidArgumentError } from 'commander';
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
  const ms = form === null ? Number.NaN : Date.parse(text);
  // 2026-02-30 would quietly become March.
  const day = Date.parse(`${form?.[1] ?? ''}T00:00:00Z`);
  if (!Number.isNaN(ms) && !Number.isNaN(day) && new Date(day).toISOString().startsWith(form?.[1] ?? '?'))
    return ms;
  throw new InvalidArgumentError('Write 30d, 2026-12-31, 2026-12-31T18:00:00Z, or now.');
}
