import { expect, test } from 'vitest';
import { nextPacificMidnightMs } from './pacific-midnight.ts';

test.each([
  ['in winter', '2026-01-15T20:00:00Z', '2026-01-16T08:00:00Z'],
  ['in summer', '2026-07-15T20:00:00.500Z', '2026-07-16T07:00:00Z'],
  ['at midnight', '2026-01-15T08:00:00Z', '2026-01-16T08:00:00Z'],
  ['a moment before it', '2026-01-15T07:59:59.999Z', '2026-01-15T08:00:00Z'],
  ['on a day of 23 hours', '2026-03-08T09:00:00Z', '2026-03-09T07:00:00Z'],
  ['on a day of 25 hours', '2026-11-01T08:00:00Z', '2026-11-02T08:00:00Z'],
])('the next midnight in California %s', (_when, now, midnight) => {
  expect(new Date(nextPacificMidnightMs(Date.parse(now)))).toEqual(new Date(midnight));
});
