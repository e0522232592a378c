import { expect, test } from 'vitest';
import type { LedgerEntry } from '../../support/http.ts';
import { compareBooks, type OrderRecord, type UpstreamBooks } from './books.ts';

const record = (number: number, more: Partial<OrderRecord> = {}): OrderRecord => ({
  kind: 'plain',
  number,
  outcome: '200',
  requestId: `req_${number}`,
  costMicroUsd: 100,
  hasLeft: false,
  ...more,
});
const row = (number: number, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: `req_${number}`,
  status: 'succeeded',
  error_code: null,
  model: 'm',
  requested_model: 'm',
  upstream: 'gemini',
  images_requested: 1,
  images_delivered: 1,
  attempts: 1,
  reserved_micro_usd: 900,
  cost_micro_usd: 100,
  usage_source: 'upstream',
  ...more,
});
const left = record(3, { outcome: 'left', requestId: undefined, costMicroUsd: undefined, hasLeft: true });
const records = [record(1), record(2, { costMicroUsd: undefined }), left];
const ledger = [row(1), row(2), row(99, { status: 'canceled' })];
const numbers = [1, 2, 3].map((number) => [number, 1] as const);
const upstream: UpstreamBooks = { calls: new Map(numbers), drawn: new Map(numbers), pictureMicroUsd: 100 };

test('books agree when every row is told of, or belongs to a client that left', () => {
  expect(compareBooks(records, ledger, upstream).broken).toEqual([]);
});

test.each<[string, readonly OrderRecord[], readonly LedgerEntry[], Partial<UpstreamBooks>]>([
  ['an open row', records, [row(1), row(2), row(99, { status: 'open' })], {}],
  ['a row that nobody asked for', records, [...ledger, row(98, { attempts: 0 })], {}],
  ['a fulfilled order without a row', [...records, record(4)], ledger, {}],
  ['another price than was told', records, [row(1, { cost_micro_usd: 99 }), ...ledger.slice(1)], {}],
  ['a call that was not booked', records, ledger, { calls: new Map([...numbers, [2, 2]]) }],
  ['an attempt that never was', records, [row(1, { attempts: 2 }), ...ledger.slice(1)], {}],
  ['a stream at the price of two', records, [row(1), row(2, { cost_micro_usd: 200 }), row(99)], {}],
  ['one id told twice', [...records, record(1)], ledger, {}],
])('%s is found', (_what, told, rows, seen) => {
  expect(compareBooks(told, rows, { ...upstream, ...seen }).broken).not.toEqual([]);
});
