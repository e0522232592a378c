import { expect, test } from 'vitest';
import { noLimits } from '../journey/limits.ts';
import {
  type AlertedUse,
  alertedUses,
  defaultAlertAt,
  dueThresholds,
  isDueRefusal,
  toldAfterChange,
  toldAfterCredit,
  withRefusal,
  withThreshold,
} from './alert-rules.ts';
import { unused } from './allowance.ts';

const use = (used: number, more: Partial<AlertedUse> = {}): AlertedUse => ({
  limit: 'day_micro_usd',
  allowed: 1000,
  used,
  period: 'day',
  periodStartMs: 5,
  ...more,
});
const due = (...parameters: Parameters<typeof dueThresholds>): string => dueThresholds(...parameters).join();
const refusal = { reason: 'day_micro_usd', allowanceId: 'key_1', limit: 1, used: 1, waitMs: 1 } as const;

test('told is of images of a day and of budgets, each in its period; of a limit that allows nothing, nothing', () => {
  const limits = { ...noLimits, imagesPerDay: 1, dayMicroUsd: 2, monthMicroUsd: 3, totalMicroUsd: 4 };
  const counters = {
    ...unused,
    dayStartMs: 10,
    monthStartMs: 20,
    dayImages: 5,
    dayUsedMicroUsd: 6,
    monthUsedMicroUsd: 7,
    totalUsedMicroUsd: 8,
  };
  expect(alertedUses({ limits, counters })).toEqual([
    { limit: 'images_per_day', allowed: 1, used: 5, period: 'day', periodStartMs: 10 },
    { limit: 'day_micro_usd', allowed: 2, used: 6, period: 'day', periodStartMs: 10 },
    { limit: 'month_micro_usd', allowed: 3, used: 7, period: 'month', periodStartMs: 20 },
    { limit: 'total_micro_usd', allowed: 4, used: 8, period: null, periodStartMs: 0 },
  ]);
  expect(alertedUses({ limits: { ...noLimits, dayMicroUsd: 0 }, counters })).toEqual([]);
  expect(defaultAlertAt).toEqual([80, 95]);
});

test('a threshold is due when it is reached to the unit, the lowest first, also of limits as large as numbers are', () => {
  expect(due(use(799), [95, 80], {})).toBe('');
  expect(due(use(800), [95, 80], {})).toBe('80');
  expect(due(use(1000), [95, 80], {})).toBe('80,95');
  // 80 % of 1,001 are 800.8.
  expect(due(use(800, { allowed: 1001 }), [80], {})).toBe('');
  expect(due(use(801, { allowed: 1001 }), [80], {})).toBe('80');
  const most = Number.MAX_SAFE_INTEGER;
  expect([
    due(use(most - 1, { allowed: most }), [100], {}),
    due(use(most, { allowed: most }), [100], {}),
  ]).toEqual(['', '100']);
});

test('what was told is not told again in its period; a higher one is, and so is all of it in the next', () => {
  const told = withThreshold({}, use(850), 80);
  expect(told).toEqual({ day_micro_usd: { sinceMs: 5, percent: 80, used: 850 } });
  expect(due(use(900), [80, 95], told)).toBe('');
  expect(due(use(950), [80, 95], told)).toBe('95');
  expect(due(use(950, { periodStartMs: 6 }), [80, 95], told)).toBe('80,95');
  expect(due(use(950, { limit: 'month_micro_usd' }), [80], told)).toBe('80');
});

test('of thresholds told the highest stays, with what was used; a refusal that was told stays told', () => {
  const refused = withRefusal(withThreshold({}, use(960), 95), use(999));
  expect(refused).toEqual({ day_micro_usd: { sinceMs: 5, percent: 95, used: 960, refusedAt: 1000 } });
  expect(withThreshold(refused, use(970), 80)).toEqual({
    day_micro_usd: { sinceMs: 5, percent: 95, used: 970, refusedAt: 1000 },
  });
  expect(withRefusal({}, use(999))).toEqual({
    day_micro_usd: { sinceMs: 5, percent: 0, used: 0, refusedAt: 1000 },
  });
});

test('where a limit was raised, thresholds that had not been reached of the new one are told again', () => {
  const told = withThreshold({}, use(850), 80);
  expect(due(use(1600, { allowed: 2000 }), [80], told)).toBe('80');
  // Passed already by what is used when the limit is set: that stays told.
  expect(due(use(1700, { allowed: 2000 }), [80], toldAfterChange(told, [use(1600)]))).toBe('');
  expect(toldAfterChange(told, [use(100)])).toEqual(told);
  expect(toldAfterChange({}, [use(100)])).toEqual({});
});

test('a refusal is told once a period and limit, and not of an order that never fits', () => {
  const refused = { ...refusal, requested: 1000 };
  expect(isDueRefusal(refused, use(990), {})).toBe(true);
  expect(isDueRefusal({ ...refused, requested: 1001 }, use(990), {})).toBe(false);
  const told = withRefusal({}, use(990));
  expect(isDueRefusal(refused, use(990), told)).toBe(false);
  expect(isDueRefusal(refused, use(990, { allowed: 1001 }), told)).toBe(true);
  expect(isDueRefusal(refused, use(990, { periodStartMs: 6 }), told)).toBe(true);
});

test('once money was given back, what is not reached any more is told again, and so is a refusal', () => {
  const told = withRefusal(withThreshold({}, use(850), 80), use(990));
  const after = toldAfterCredit(told, [use(700)]);
  expect(after).toEqual({ day_micro_usd: { sinceMs: 5, percent: 80, used: 700 } });
  expect(due(use(850), [80], after)).toBe('80');
  expect(toldAfterCredit(told, [use(900)])).toEqual({
    day_micro_usd: { sinceMs: 5, percent: 80, used: 850 },
  });
  expect(toldAfterCredit({}, [use(700)])).toEqual({});
});
