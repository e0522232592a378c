import { expect, test } from 'vitest';
import type { BillRow } from './bill-row.ts';
import { gapOf, microUsdOf, Reconciliation, type UpstreamCost } from './reconciliation.ts';

const modelOf = (sku: string): string | undefined => (sku.startsWith('pro') ? 'pro' : undefined);
const bill = (more: Partial<BillRow>): BillRow =>
  ({ day: '2026-11-05', sku: 'pro image', costPicoUsd: 10n, isRegular: true, ...more }) as BillRow;
const cost = (more: Partial<UpstreamCost>): UpstreamCost => ({
  upstream: 'google',
  model: 'pro',
  day: '2026-11-05',
  kind: 'counted',
  calls: 2,
  costMicroUsd: 7,
  ...more,
});

const nothing = {
  billPicoUsd: 0n,
  ledgerMicroUsd: 0n,
  estimatedMicroUsd: 0n,
  uncountedCalls: 0,
  unknownMicroUsd: 0n,
};

test('bill and ledger stand beside one another by project, model and day, each in order', () => {
  const both = new Reconciliation('2026-11', modelOf);
  both.addBill(bill({ day: '2026-11-06' }), 'b');
  both.addBill(bill({}), 'b');
  both.addBill(bill({ costPicoUsd: 5n }), 'b');
  both.addBill(bill({}), null);
  both.addLedger(cost({}), 'b');
  both.addLedger(cost({ model: 'flash' }), 'b');
  both.addLedger(cost({}), 'a');
  const days = both.groups().map(({ project, model, days }) => [project, model, ...days]);
  expect(days).toEqual([
    [null, 'pro', ['2026-11-05', { ...nothing, billPicoUsd: 10n }]],
    ['a', 'pro', ['2026-11-05', { ...nothing, ledgerMicroUsd: 7n }]],
    ['b', 'flash', ['2026-11-05', { ...nothing, ledgerMicroUsd: 7n }]],
    [
      'b',
      'pro',
      ['2026-11-05', { ...nothing, billPicoUsd: 15n, ledgerMicroUsd: 7n }],
      ['2026-11-06', { ...nothing, billPicoUsd: 10n }],
    ],
  ]);
  expect(both.groups()[3]).toMatchObject({ billPicoUsd: 25n, ledgerMicroUsd: 7n });
  expect(both.rows).toBe(4);
});

test('of the ledger each kind of call is told apart: estimates are in its sum, what nobody knows is not', () => {
  const ledger = new Reconciliation('2026-11', modelOf);
  const kinds = ['counted', 'estimated', 'uncounted', 'unknown', 'unknown'] as const;
  for (const kind of kinds) ledger.addLedger(cost({ kind, costMicroUsd: kind === 'uncounted' ? 0 : 7 }), 'a');
  expect(ledger.groups()[0]).toMatchObject({
    ledgerMicroUsd: 14n,
    estimatedMicroUsd: 7n,
    uncountedCalls: 2,
    unknownMicroUsd: 14n,
  });
});

test('other months count on neither side; what is no model and what is no use are apart', () => {
  const november = new Reconciliation('2026-11', modelOf);
  november.addBill(bill({ day: '2026-12-01' }), 'a');
  november.addLedger(cost({ day: '2026-10-31' }), 'a');
  expect([november.groups(), november.rows]).toEqual([[], 0]);
  november.addBill(bill({ sku: 'storage' }), 'a');
  november.addBill(bill({ sku: 'storage', costPicoUsd: 1n }), 'b');
  november.addBill(bill({ isRegular: false, costPicoUsd: -3n }), 'a');
  november.addBill(bill({ isRegular: false, costPicoUsd: -4n }), 'a');
  expect([...november.otherSkus]).toEqual([['storage', 11n]]);
  expect([november.irregularPicoUsd, november.groups(), november.rows]).toEqual([-7n, [], 4]);
});

test('of a thousand other kinds each is told, further ones together', () => {
  const odd = new Reconciliation('2026-11', modelOf);
  for (let kind = 0; kind < 1002; kind++) odd.addBill(bill({ sku: `sku ${kind}` }), 'a');
  odd.addBill(bill({ sku: 'sku 5' }), 'a');
  expect([odd.otherSkus.size, odd.otherSkus.get('others'), odd.otherSkus.get('sku 5')]).toEqual([
    1001,
    20n,
    20n,
  ]);
});

test('picodollars are rounded to the nearest micro-dollar, halves away from zero', () => {
  const table = [499_999n, 500_000n, 1_499_999n, -499_999n, -500_000n, -1_500_000n, 0n];
  expect(table.map(microUsdOf)).toEqual([0n, 1n, 1n, 0n, -1n, -2n, 0n]);
});

test('a gap is the bill less the ledger, and beyond what is allowed by one micro-dollar or more', () => {
  const sums = (billMicroUsd: bigint, ledgerMicroUsd: bigint) => ({
    ...nothing,
    billPicoUsd: billMicroUsd * 1_000_000n,
    ledgerMicroUsd,
  });
  expect(gapOf(sums(110n, 100n), { microUsd: 10 })).toEqual({ microUsd: 10n, isBeyond: false });
  expect(gapOf(sums(111n, 100n), { microUsd: 10 })).toEqual({ microUsd: 11n, isBeyond: true });
  expect(gapOf(sums(89n, 100n), { microUsd: 10 })).toEqual({ microUsd: -11n, isBeyond: true });
  // Two percent of ten dollars are 20 cents; of ten cents they are less than the cent that rounding makes anyway.
  const dollar = 1_000_000n;
  const twoPercent = { percent: 2 };
  expect(gapOf(sums(10n * dollar, 9_800_000n), twoPercent).isBeyond).toBe(false);
  expect(gapOf(sums(10n * dollar, 9_799_999n), twoPercent).isBeyond).toBe(true);
  expect(gapOf(sums(100_000n, 90_000n), twoPercent).isBeyond).toBe(false);
  expect(gapOf(sums(100_000n, 89_999n), twoPercent).isBeyond).toBe(true);
  expect(gapOf(sums(-10n * dollar, -9_800_000n), twoPercent).isBeyond).toBe(false);
});
