import { expect, test } from 'vitest';
import { moneyPlan } from './money-plan.ts';

const count = (plan: ReturnType<typeof moneyPlan>, kind: string): number =>
  plan.filter((blow) => blow.kind === kind).length;

test('a run of 90 seconds deals fifty kills, four crashes and seven pauses, one of them longer than a server counts as alive', () => {
  const plan = moneyPlan(12, 90);
  expect([count(plan, 'kill'), count(plan, 'crash'), count(plan, 'pause')]).toEqual([50, 4, 7]);
  expect(plan.filter((blow) => blow.kind === 'pause' && blow.forMs > 30_000)).toHaveLength(1);
  for (const { atMs } of plan) expect(atMs).toBeLessThan(90_000);
});

test('a short run has of everything', () => {
  const plan = moneyPlan(12, 10);
  expect([count(plan, 'kill'), count(plan, 'crash'), count(plan, 'pause')]).toEqual([6, 1, 1]);
});

test('a seed deals the same each time, and another seed another', () => {
  expect(moneyPlan(3, 90)).toEqual(moneyPlan(3, 90));
  expect(moneyPlan(3, 90)).not.toEqual(moneyPlan(4, 90));
});
