import { expect, test } from 'vitest';
import { fuzzJson } from './json-fuzzing.ts';

test('3,000 random and spoiled JSON bodies each become a sound order or a 4xx', async () => {
  const outcome = await fuzzJson({ count: 3000, seed: 1 });
  expect(outcome.orders + outcome.refusals).toBe(3000);
  // Inputs that are all refused, or all for one reason, would prove nothing.
  expect(outcome.orders).toBeGreaterThan(300);
  expect(Object.keys(outcome.byCode).length).toBeGreaterThanOrEqual(7);
});
