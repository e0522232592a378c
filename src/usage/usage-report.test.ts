import { expect, test } from 'vitest';
import type { UsageTotals } from './ledger.ts';
import { usageReport } from './usage-report.ts';

const known = { keys: new Map([['key_1', 'shop']]), projects: new Map([['proj_1', 'acme']]) };
const period = { fromMs: 1, toMs: null, timeZone: 'UTC' };
const row = (groups: readonly (string | null)[], unit: number): UsageTotals => ({
  groups,
  orders: unit,
  imagesRequested: 2 * unit,
  imagesDelivered: 3 * unit,
  inputTokens: BigInt(4 * unit),
  outputTokens: BigInt(5 * unit),
  outputImageTokens: BigInt(6 * unit),
  costMicroUsd: BigInt(7 * unit),
  chargedMicroUsd: BigInt(8 * unit),
  sandboxCostMicroUsd: BigInt(9 * unit),
  byStatus: {
    open: unit,
    succeeded: 2 * unit,
    partial: 3 * unit,
    refused: 4 * unit,
    failed: 5 * unit,
    canceled: 6 * unit,
    unknown: 7 * unit,
  },
});

test('groups are told in words, each by what it is; what has no name keeps its id, and none is none', () => {
  const rows = [row(['key_1', 'proj_1', 'key_1'], 1), row(['key_2', null, 'proj_1'], 1)];
  const report = usageReport(['key', 'project', 'model'], rows, known, period);
  expect(report.rows.map(({ names }) => names)).toEqual([
    ['shop', 'acme', 'key_1'],
    ['key_2', null, 'proj_1'],
  ]);
  expect(report).toMatchObject({ by: ['key', 'project', 'model'], ...period });
});

test('the total is every number of all rows together, and changes none of them', () => {
  const rows = [row(['a'], 1), row(['b'], 10)];
  expect(usageReport(['model'], rows, known, period).total).toEqual(row([], 11));
  expect(usageReport(['model'], [], known, period).total).toEqual(row([], 0));
  expect(rows).toEqual([row(['a'], 1), row(['b'], 10)]);
});
