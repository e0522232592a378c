import { expect, test } from 'vitest';
import { calendarDay } from './calendar-day.ts';

test('a day is when it begins, and what is none in the calendar is none', () => {
  expect(calendarDay('2026-11-01')).toBe(Date.UTC(2026, 10, 1));
  expect(calendarDay('2028-02-29')).toBe(Date.UTC(2028, 1, 29));
  for (const none of [
    '2026-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
    '',
    'today',
    '2026-11-01T08:00Z',
  ])
    expect(calendarDay(none), none).toBeUndefined();
});
