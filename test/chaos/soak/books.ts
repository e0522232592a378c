import type { LedgerEntry } from '../../support/http.ts';
import { Tally } from '../support/tally.ts';

/** What a client knows of its own order. */
export interface OrderRecord {
  readonly kind: string;
  /** The order's number, which stands in its prompt; the upstream counts calls by it. */
  readonly number: number;
  readonly outcome: string;
  /** Absent where the client left before it was told. */
  readonly requestId: string | undefined;
  readonly costMicroUsd: number | undefined;
  readonly hasLeft: boolean;
}

export interface Books {
  readonly rows: readonly (readonly [what: string, found: string])[];
  readonly broken: readonly string[];
}

type Rows = ReadonlyMap<string, LedgerEntry>;

/** What the upstream saw, by the numbers of orders. */
export interface UpstreamBooks {
  readonly calls: ReadonlyMap<number, number>;
  /** Calls that were answered by a whole picture, each at the same price. */
  readonly drawn: ReadonlyMap<number, number>;
  readonly pictureMicroUsd: number;
}

/**
 * Compares what clients were told, what the ledger says, and what the upstream saw. Orders whose client left are known
 * by elimination: theirs are the rows that nobody else was told of.
 */
export function compareBooks(
  records: readonly OrderRecord[],
  ledger: readonly LedgerEntry[],
  upstream: UpstreamBooks,
): Books {
  const rows: Rows = new Map(ledger.map((row) => [row.id, row]));
  const told = records.filter(({ requestId }) => requestId !== undefined);
  const known = new Set(told.map(({ requestId }) => requestId));
  const strangers = ledger.filter(({ id }) => !known.has(id));
  const leavers = records.filter(({ hasLeft, requestId }) => hasLeft && requestId === undefined);
  const costs = told.filter(({ costMicroUsd }) => costMicroUsd !== undefined);
  const sumOf = (entries: readonly LedgerEntry[]): number =>
    entries.reduce((sum, { cost_micro_usd: cost }) => sum + cost, 0);
  const toldSum = costs.reduce((sum, { costMicroUsd = 0 }) => sum + costMicroUsd, 0);
  const untold = told.filter(({ costMicroUsd }) => costMicroUsd === undefined);
  const untoldSum = sumOf(untold.flatMap(({ requestId = '' }) => rows.get(requestId) ?? []));
  const calls = [...upstream.calls.values()].reduce((sum, count) => sum + count, 0);
  const attempts = ledger.reduce((sum, row) => sum + row.attempts, 0);
  const statuses = new Tally();
  for (const { status } of ledger) statuses.add(status);
  return {
    rows: [
      ['orders sent', String(records.length)],
      ['ledger rows', String(statuses)],
      ['cost by the ledger, micro-USD', String(sumOf(ledger))],
      ['cost told in headers', String(toldSum)],
      ['cost of streams and errors, which tell none', String(untoldSum)],
      ['cost of orders whose client left', String(sumOf(strangers))],
      ['upstream calls / attempts in the ledger', `${calls} / ${attempts}`],
    ],
    broken: [
      ...ledger.filter(({ status }) => status === 'open').map(({ id }) => `${id} is still open`),
      ...(known.size === told.length ? [] : ['two orders were told the same id']),
      ...(strangers.length <= leavers.length
        ? []
        : [`${strangers.length} rows belong to nobody, but only ${leavers.length} clients left`]),
      ...told.flatMap((record) => wrongRow(record, rows.get(record.requestId ?? ''), upstream)),
      ...(toldSum + untoldSum + sumOf(strangers) === sumOf(ledger) ? [] : ['the costs do not add up']),
      ...wrongTotals(calls, attempts, leavers.length),
    ],
  };
}

/** A fulfilled order has its row, at the price it was told and of what was drawn for it; every call is booked. */
function wrongRow(
  { requestId, number, outcome, costMicroUsd, kind, hasLeft }: OrderRecord,
  row: LedgerEntry | undefined,
  upstream: UpstreamBooks,
): string[] {
  const name = `${kind}: ${requestId}`;
  if (outcome === '200' && row === undefined) return [`${name} was fulfilled and has no row`];
  const booked = row?.cost_micro_usd ?? 0;
  if (costMicroUsd !== undefined && booked !== costMicroUsd)
    return [`${name} was told ${costMicroUsd} and is booked at ${booked}`];
  const calls = upstream.calls.get(number) ?? 0;
  const drawn = upstream.drawn.get(number) ?? 0;
  const price = drawn * upstream.pictureMicroUsd;
  if (outcome === '200' && calls === drawn && booked !== price)
    return [`${name} is booked at ${booked}, but ${drawn} pictures cost ${price}`];
  const attempts = row?.attempts ?? 0;
  // A call that its client's leaving cut short may never have reached the upstream.
  if (calls === attempts || (hasLeft && calls <= attempts)) return [];
  return [`${name}: the upstream was asked ${calls} times, the ledger says ${attempts}`];
}

/** Every client that left may have cut short what it had asked for, a call or a few. */
function wrongTotals(calls: number, attempts: number, leavers: number): string[] {
  const isWrong = calls > attempts || attempts - calls > leavers;
  return isWrong ? [`the upstream saw ${calls} calls and the ledger ${attempts} attempts`] : [];
}
