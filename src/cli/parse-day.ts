import { calendarDay } from '../kernel/calendar-day.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

const dayMs = 86_400_000;

/** `2026-11-01`, `today`, `yesterday` or `7d` (seven days ago) → the start of that UTC day, in epoch milliseconds. */
export function parseDay(text: string, nowMs: number): number {
  const today = Math.floor(nowMs / dayMs) * dayMs;
  if (text === 'today') return today;
  if (text === 'yesterday') return today - dayMs;
  const ago = /^(\d{1,4})d$/.exec(text);
  if (ago !== null) return today - Number(ago[1]) * dayMs;
  const day = calendarDay(text);
  if (day !== undefined) return day;
  throw new CommandError(
    `"${text}" is no day. Write 2026-11-01, today, yesterday, or 7d for seven days ago.`,
    exitCodes.usage,
  );
}
