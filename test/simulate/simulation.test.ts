import { describe, expect, test } from 'vitest';
import { cases } from './cases.ts';
import { simulateCase } from './simulate-case.ts';
import { summarize } from './summary.ts';

const named = (name: string) => cases.find((one) => one.name === name) ?? expect.fail(name);

describe('the simulation', () => {
  test('is the same for the same seed', async () => {
    const given = named('one fails 30 %');
    expect(await simulateCase(given, 7)).toEqual(await simulateCase(given, 7));
  }, 30_000);

  test.each([
    ['all well', 0.01, 30, 1.01],
    ['one fails at once', 0.2, 40, 1.2],
    ['one fails 30 %', 0.5, 45, 1.2],
    ['one hangs 60 s', 1, 90, 1.2],
    ['two, of which one fails at once', 0.5, 60, 1.2],
    ['the same, quotas known', 1, 70, 1.1],
  ])(
    '%s: at most %d %% of orders fail, p95 is below %d s, and an order takes at most %d calls',
    async (name, failedPercent, p95S, calls) => {
      const summary = await summarize(named(name), 1);
      expect(summary.failedPercent).toBeLessThanOrEqual(failedPercent);
      expect(summary.p95S).toBeLessThanOrEqual(p95S);
      expect(summary.callsPerOrder).toBeLessThanOrEqual(calls);
    },
    30_000,
  );

  test('an upstream that has recovered gets its share again', async () => {
    const { latePercent } = await summarize(named('one fails from 600 to 1800 s'), 1);
    expect(latePercent).toBeGreaterThan(15);
  }, 30_000);
});
