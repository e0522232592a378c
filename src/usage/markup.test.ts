import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostMarkup, withMarkup } from './markup.ts';

const costs = fc.integer({ min: 0, max: 10 ** 13 });
const markups = fc.integer({ min: 0, max: 100_000 });

test('a markup is exact and rounded half up, as in BigInt', () => {
  fc.assert(
    fc.property(costs, markups, (cost, markup) => {
      const exact = BigInt(cost) * BigInt(10_000 + markup);
      expect(BigInt(withMarkup(cost, markup))).toBe((exact + 5000n) / 10_000n);
    }),
  );
});

test('what costs more is never charged less', () => {
  fc.assert(
    fc.property(costs, costs, markups, (one, other, markup) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      expect(withMarkup(less, markup)).toBeLessThanOrEqual(withMarkup(more, markup));
    }),
  );
});

test('a project is charged at most eleven times what its orders cost', () => {
  expect(withMarkup(1_000_000, mostMarkup)).toBe(11_000_000);
});

test('worked out by hand', () => {
  const table = [
    [33_601, 0, 33_601],
    [33_601, 1000, 36_961],
    [33_605, 1000, 36_966],
    [33_604, 1000, 36_964],
    [36_770, 1250, 41_366],
    [138_472, 2000, 166_166],
    [1, 4999, 1],
    [1, 5000, 2],
    [3, 100_000, 33],
    [0, 100_000, 0],
  ] as const;
  for (const [cost, markup, charged] of table) expect(withMarkup(cost, markup)).toBe(charged);
});
