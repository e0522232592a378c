import { expect, test } from 'vitest';
import type { AttemptEntry, LedgerEntry } from '../../support/http.ts';
import { type CallBooks, compareCallBooks, retryFigures } from './call-books.ts';
import type { Deed } from './troubles.ts';
import { UpstreamBook } from './upstream-book.ts';

const attempt = (order: number, ordinal: number, more: Partial<AttemptEntry> = {}): AttemptEntry => ({
  order_id: `req_${order}`,
  ordinal,
  upstream: 'one',
  started_at_ms: 0,
  ended_at_ms: 10,
  verdict: 'picture',
  phase: 'answered',
  http_status: 200,
  cost_micro_usd: 100,
  ...more,
});
const row = (order: number, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: `req_${order}`,
  status: 'succeeded',
  error_code: null,
  model: 'm',
  requested_model: 'm',
  upstream: 'one',
  images_requested: 1,
  images_delivered: 1,
  attempts: 1,
  reserved_micro_usd: 900,
  cost_micro_usd: 100,
  usage_source: 'upstream',
  ...more,
});
const record = (order: number) => ({ order, outcome: '200', requestId: `req_${order}`, costMicroUsd: 100 });
const bookOf = (drawn: number, ...others: Deed[]): UpstreamBook => {
  const book = new UpstreamBook();
  for (let order = 0; order < drawn; order++)
    for (const kind of ['came', 'drawn'] as const) book.add({ kind, order, deed: 'draw' });
  for (const deed of others) book.add({ kind: 'came', order: 0, deed });
  return book;
};
const busy = { verdict: 'failed', phase: 'refused', http_status: 429 };

const agreed: CallBooks = {
  records: [record(1), record(2)],
  ledger: [row(1), row(2, { attempts: 2 })],
  attempts: [attempt(1, 1), attempt(2, 1, busy), attempt(2, 2)],
  upstreams: new Map([['one', bookOf(2, 'quota')]]),
};

test('books agree when every order has its receipt, and every call its line', () => {
  expect(compareCallBooks(agreed)).toEqual([]);
});

test.each<[string, Partial<CallBooks>]>([
  ['an order without a receipt', { records: [record(1), record(2), record(3)] }],
  ['two orders of one id', { records: [record(1), record(1)] }],
  ['a receipt of nobody', { ledger: [...agreed.ledger, row(9, { attempts: 0 })] }],
  ['an open receipt', { ledger: [row(1), row(2, { attempts: 2, status: 'open' })] }],
  ['a picture booked as a failure', { ledger: [row(1, { status: 'failed' }), row(2, { attempts: 2 })] }],
  ['another price', { ledger: [row(1, { cost_micro_usd: 99 }), row(2, { attempts: 2 })] }],
  ['a call that is counted and not listed', { ledger: [row(1), row(2, { attempts: 3 })] }],
  ['a call that the ledger does not know', { upstreams: new Map([['one', bookOf(2, 'quota', 'cut')]]) }],
  ['a call that the upstream does not know', { upstreams: new Map([['one', bookOf(2)]]) }],
  ['a picture that was drawn and not booked', { upstreams: new Map([['one', bookOf(3)]]) }],
])('%s is found', (_what, changed) => {
  expect(compareCallBooks({ ...agreed, ...changed })).not.toEqual([]);
});

test('a call that never left is nothing that the upstream could know of', () => {
  const unsent = { verdict: 'failed', phase: 'unsent', http_status: null };
  const attempts = [attempt(1, 1), attempt(2, 1, unsent), attempt(2, 2)];
  expect(compareCallBooks({ ...agreed, attempts, upstreams: new Map([['one', bookOf(2)]]) })).toEqual([]);
});

test('retries are calls after one that may have been executed, and are held against the calls in flight', () => {
  expect(retryFigures(agreed.attempts)).toMatchObject({ retries: 0 });
  const failed = { verdict: 'failed', phase: 'failed', http_status: 503 };
  const retrying = (count: number): AttemptEntry[] =>
    Array.from({ length: count }, (_, order) => [
      attempt(order, 1, failed),
      attempt(order, 2, { started_at_ms: 10, ended_at_ms: 20 }),
    ]).flat();
  expect(retryFigures(retrying(10))).toEqual({ retries: 10, mostInFlight: 10, mostAboveBudget: 0 });
  expect(retryFigures(retrying(11))).toEqual({ retries: 11, mostInFlight: 11, mostAboveBudget: 1 });
  const others = Array.from({ length: 44 }, (_, order) => attempt(100 + order, 1, { ended_at_ms: 30 }));
  expect(retryFigures([...retrying(11), ...others])).toMatchObject({ mostAboveBudget: 0 });
});
