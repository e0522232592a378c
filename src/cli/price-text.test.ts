import { expect, test } from 'vitest';
import { priceText } from './price-text.ts';

type Attempt = Parameters<typeof priceText>[0][number];
const attempt = (fields: Partial<Attempt>) =>
  ({ ordinal: 1, price_id: 'm/standard/2026-01-01', ...fields }) as Attempt;

test('every digit of a piece is shown, and how the sum became what was charged', () => {
  const price = [
    { of: 'text_in', count: 1, micro_usd_per_million: 250_000 },
    { of: 'pictures', count: 2, micro_usd_per_million: 20_000_000_000 },
    { of: 'searches', count: 3, micro_usd_per_million: 14_000_000_000 },
  ] as const;
  const text = priceText([attempt({ price: [...price], cost_micro_usd: 82_000 })]);
  expect(text).toMatch(/1 +tokens of text in +\$0\.25 a million +\$0\.00000025\n/);
  expect(text).toMatch(/2 +pictures +\$0\.02 each +\$0\.04\n/);
  expect(text).toMatch(/3 +searches +\$0\.014 each +\$0\.042\n/);
  expect(text).toContain('Together $0.08200025; charged $0.082, in whole millionths of a dollar.');
});

test('a cost that was cut at its reservation says so', () => {
  const price = [{ of: 'text_out' as const, count: 1000, micro_usd_per_million: 1_000_000 }];
  expect(priceText([attempt({ price, cost_micro_usd: 999 })])).toContain('as much as was reserved for it');
  expect(priceText([attempt({ price, cost_micro_usd: 1000 })])).toContain('in whole millionths');
});

test('a call that was not charged, or is older than price lists, has nothing to explain', () => {
  expect(priceText([attempt({ price_id: null, price: [], cost_micro_usd: 0 })])).toBe('');
});
