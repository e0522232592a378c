import { expect, test } from 'vitest';
import { chanceOf, type Troubles } from './troubles.ts';

const troubles: Troubles = { name: 'busy', shares: { quota: 0.2, hang: 0.02 }, drawMs: [100, 300] };

test('an upstream fails as often as it is told to, and the same calls by the same seed', () => {
  const run = (seed: number) =>
    Array.from({ length: 5000 }, (_, order) => chanceOf(seed, troubles, order, 0));
  const share = (deed: string): number => run(1).filter((chance) => chance.deed === deed).length / 5000;
  expect(share('quota')).toBeCloseTo(0.2, 1);
  expect(share('hang')).toBeCloseTo(0.02, 1);
  expect(share('cut')).toBe(0);
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
  const times = run(1).map(({ drawMs }) => drawMs);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(100);
  expect(Math.max(...times)).toBeLessThanOrEqual(300);
});

test('what happened to one call says nothing of the next one of the same order', () => {
  const again = Array.from({ length: 2000 }, (_, order) => order)
    .filter((order) => chanceOf(1, troubles, order, 0).deed === 'quota')
    .map((order) => chanceOf(1, troubles, order, 1).deed);
  expect(again.filter((deed) => deed === 'quota').length / again.length).toBeCloseTo(0.2, 1);
});
