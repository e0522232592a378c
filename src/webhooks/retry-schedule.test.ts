import { expect, test } from 'vitest';
import { giveUpAfterMs, nextTryMs } from './retry-schedule.ts';

const hour = 3_600_000;

test('waits double from five seconds to four hours, and end after a day', () => {
  const tries: number[] = [];
  for (let now: number | null = 0; now !== null && tries.length < 100; now = nextTryMs(0, 0, now, 0))
    tries.push(now);
  expect(tries.slice(0, 6)).toEqual([0, 5000, 10_000, 20_000, 40_000, 80_000]);
  expect(tries.at(-1)).toBeLessThanOrEqual(giveUpAfterMs);
  expect(tries.at(-1)).toBeGreaterThan(giveUpAfterMs - 4 * hour);
  expect(tries.length).toBeLessThan(25);
  const waits = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
  expect(Math.max(...waits)).toBe(4 * hour);
});

test('what is new for a receiver that has failed for hours waits as long as what is old', () => {
  expect(nextTryMs(0, 2 * hour, 2 * hour, 0)).toBe(4 * hour);
  expect(nextTryMs(hour, hour, hour, 0.5)).toBe(hour + 5500);
});
