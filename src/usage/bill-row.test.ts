import { expect, test } from 'vitest';
import { billField, missingFields, readBillRow } from './bill-row.ts';

const row = (changes: Record<string, string> = {}) =>
  readBillRow(
    new Map(
      Object.entries({
        'project.id': 'p',
        'sku.description': 's',
        'usage.start.time': '2026-10-05 12:00:00 UTC',
        cost: '1',
        currency: 'USD',
        ...changes,
      }),
    ),
  );

test.each([
  ['1', 1_000_000_000_000n],
  ['0.0000391', 39_100_000n],
  ['3.91e-05', 39_100_000n],
  ['3.91E-5', 39_100_000n],
  ['-0.5', -500_000_000_000n],
  ['1,234.5', 1_234_500_000_000_000n],
  ['1.2e3', 1_200_000_000_000_000n],
  ['.25', 250_000_000_000n],
  ['0.0000000000004', 0n],
  ['0.0000000000005', 1n],
  ['1e-99', 0n],
])('a cost of %s is %s picodollars', (cost, expected) => {
  expect(row({ cost }).costPicoUsd).toBe(expected);
});

test.each([
  // Summer time: seven hours behind.
  ['2026-10-05 06:59:59 UTC', '2026-10-04'],
  ['2026-10-05 07:00:00 UTC', '2026-10-05'],
  ['2026-10-05T07:00:00Z', '2026-10-05'],
  ['2026-10-05 07:00:00', '2026-10-05'],
  ['2026-10-05 07:00:00.000000+00:00', '2026-10-05'],
  ['2026-10-05 00:30:00-07', '2026-10-05'],
  ['2026-10-05 00:30:00-0700', '2026-10-05'],
  // The day that has twenty-five hours, and the one behind it.
  ['2026-11-02T07:59:59Z', '2026-11-01'],
  ['2026-11-02T08:00:00Z', '2026-11-02'],
  ['2026-10-05', '2026-10-05'],
])('what began at %s belongs to %s on the Pacific coast', (start, day) => {
  expect(row({ 'usage.start.time': start }).day).toBe(day);
});

test.each([
  [{ cost: 'free' }, /its cost "free" is no number/],
  [{ cost: '' }, /is no number/],
  [{ 'usage.start.time': 'October' }, /its start "October" is no time/],
  [{ 'usage.start.time': '2026-13-01' }, /is no time/],
  [{ currency: 'EUR' }, /in EUR: export the column currency_conversion_rate/],
  [{ currency: '' }, /in no currency/],
])('%j is refused', (changes, message) => {
  expect(() => row(changes)).toThrow(message);
});

test('costs in another currency are turned into dollars by the rate of the bill', () => {
  expect(row({ currency: 'EUR', 'currency.conversion.rate': '0.8', cost: '0.4' }).costPicoUsd).toBe(
    500_000_000_000n,
  );
});

test('taxes and adjustments are told apart', () => {
  expect(
    ['regular', '', 'tax', 'rounding_error'].map((type) => row({ 'cost.type': type }).isRegular),
  ).toEqual([true, true, false, false]);
});

test('exports spell their columns differently', () => {
  expect(
    ['sku.description', 'sku_description', 'SKU description', ' Sku.Description '].map(billField),
  ).toEqual(Array.from({ length: 4 }, () => 'sku.description'));
  expect(missingFields(new Set(['cost', 'usage.start.date']))).toEqual(['sku.description', 'currency']);
});
