import type { AttemptEntry, LedgerEntry } from '../../support/http.ts';
import type { Deed } from './troubles.ts';
import type { UpstreamBook } from './upstream-book.ts';

/** What a caller knows of its own order. */
export interface CallerRecord {
  readonly order: number;
  readonly outcome: string;
  readonly requestId: string | undefined;
  readonly costMicroUsd: number | undefined;
}

export interface CallBooks {
  readonly records: readonly CallerRecord[];
  readonly ledger: readonly LedgerEntry[];
  readonly attempts: readonly AttemptEntry[];
  readonly upstreams: ReadonlyMap<string, UpstreamBook>;
}

/** Whether an upstream heard of a call. */
const isSent = ({ phase }: AttemptEntry): boolean => phase !== 'unsent';

/** Whether nothing of a call was executed: such a call is no try. */
const isFree = ({ phase }: AttemptEntry): boolean => phase === 'unsent' || phase === 'refused';

/** What a call came to, in the words of those who cause it. */
export function deedOf({ verdict, phase, http_status: status }: AttemptEntry): Deed | 'other' {
  if (verdict === 'picture') return 'draw';
  if (status === 429) return 'quota';
  if (status === 402) return 'credit';
  if (status === 503) return 'overload';
  if (phase === 'broken_off') return 'cut';
  return phase === 'unanswered' ? 'hang' : 'other';
}

/** Where what callers were told, what the ledger says and what the upstreams counted do not agree; a sentence each. */
export function compareCallBooks({ records, ledger, attempts, upstreams }: CallBooks): string[] {
  const rows = new Map(ledger.map((row) => [row.id, row]));
  const ids = new Set(records.map(({ requestId }) => requestId));
  const attemptsOf = new Map<string, number>();
  for (const { order_id: id } of attempts) attemptsOf.set(id, (attemptsOf.get(id) ?? 0) + 1);
  return [
    ...records.flatMap((record) => wrongReceipt(record, rows.get(record.requestId ?? ''))),
    ...(ids.size === records.length ? [] : ['two callers were told the same order, or one was told none']),
    ...(ledger.length === records.length ? [] : [`${records.length} orders have ${ledger.length} receipts`]),
    ...ledger.filter(({ status }) => status === 'open').map(({ id }) => `${id} is still open`),
    ...ledger
      .filter((row) => row.attempts !== (attemptsOf.get(row.id) ?? 0))
      .map((row) => `${row.id} counts ${row.attempts} calls, and ${attemptsOf.get(row.id) ?? 0} are listed`),
    ...[...upstreams].flatMap(([name, book]) =>
      wrongCalls(
        name,
        book,
        attempts.filter(({ upstream }) => upstream === name),
      ),
    ),
  ];
}

function wrongReceipt(
  { order, outcome, requestId, costMicroUsd }: CallerRecord,
  row?: LedgerEntry,
): string[] {
  if (row === undefined) return [`order ${order} (${requestId ?? 'no id'}, ${outcome}) has no receipt`];
  const isFulfilled = row.status === 'succeeded' && row.images_delivered === 1;
  if ((outcome === '200') !== isFulfilled)
    return [`order ${order} was told ${outcome}, its receipt ${row.status}`];
  const isPriced = costMicroUsd === undefined || costMicroUsd === row.cost_micro_usd;
  return isPriced ? [] : [`order ${order} was told ${costMicroUsd} and is booked at ${row.cost_micro_usd}`];
}

function wrongCalls(name: string, book: UpstreamBook, attempts: readonly AttemptEntry[]): string[] {
  const sent = attempts.filter(isSent).length;
  const pictures = attempts.filter((attempt) => deedOf(attempt) === 'draw').length;
  return [
    ...(sent === book.calls ? [] : [`${name} saw ${book.calls} calls, and ${sent} are in the ledger`]),
    ...(pictures === book.drawn ? [] : [`${name} drew ${book.drawn}, and ${pictures} are in the ledger`]),
  ];
}

export interface RetryFigures {
  /** Calls that had to be made because an earlier one failed that may have been executed. */
  readonly retries: number;
  readonly mostInFlight: number;
  /** The most by which retries in flight were above the budget when one began; 0 or less: it was kept. */
  readonly mostAboveBudget: number;
}

const retryFloor = 10;
const retryShare = 0.2;

/** Retries in flight over time, held against the budget whenever one begins: ten, or a fifth of the calls in flight. */
export function retryFigures(attempts: readonly AttemptEntry[]): RetryFigures {
  const steps: { readonly atMs: number; readonly change: 1 | -1; readonly isRetry: boolean }[] = [];
  let retries = 0;
  let lastOrder = '';
  let hasTried = false;
  for (const attempt of attempts) {
    if (attempt.order_id !== lastOrder) hasTried = false;
    lastOrder = attempt.order_id;
    if (hasTried) retries++;
    steps.push(
      { atMs: attempt.started_at_ms, change: 1, isRetry: hasTried },
      { atMs: attempt.ended_at_ms, change: -1, isRetry: hasTried },
    );
    hasTried ||= !isFree(attempt);
  }
  let calls = 0;
  let retrying = 0;
  let mostInFlight = 0;
  let mostAboveBudget = Number.NEGATIVE_INFINITY;
  // What ends in a millisecond ends before what begins in it.
  for (const { change, isRetry } of steps.toSorted((a, b) => a.atMs - b.atMs || a.change - b.change)) {
    calls += change;
    if (!isRetry) continue;
    retrying += change;
    mostInFlight = Math.max(mostInFlight, retrying);
    if (change < 0) continue;
    mostAboveBudget = Math.max(
      mostAboveBudget,
      retrying - Math.max(retryFloor, Math.ceil(calls * retryShare)),
    );
  }
  return { retries, mostInFlight, mostAboveBudget };
}
