import { isDeepStrictEqual } from 'node:util';
import type { Selectable } from 'kysely';
import { latestStart } from '../../admission/allowance.ts';
import { type Ask, decide, type Standing } from '../../admission/decide.ts';
import type { Periods } from '../../admission/periods.ts';
import { rateHeaders } from '../../admission/rate-headers.ts';
import { refusalError } from '../../admission/refusal-error.ts';
import type { LedgerAttempt, LedgerCompletion } from '../../usage/ledger.ts';
import { toAttemptRow } from './attempt-row.ts';
import { type BookStatements, databaseNowUs, type EndedRow, type StandingRow } from './book-statements.ts';
import type { LedgerTable } from './database-schema.ts';
import { GroupAllowances } from './group-allowances.ts';
import { completionValues } from './ledger-row.ts';
import type { QueryRunner } from './query-runner.ts';
import { type ClosedOrder, UsageHours } from './usage-hours.ts';

/** One order that asks to be admitted, or one that has come to its end. */
export type BookTask =
  | { readonly kind: 'open'; readonly row: LedgerTable }
  | {
      readonly kind: 'complete';
      readonly id: string;
      readonly completion: LedgerCompletion;
      readonly attempts: readonly LedgerAttempt[];
    };

/** Of an order that was admitted the headers that tell of its rates; of one that ended whether its row was changed. */
export type BookResult = Readonly<Record<string, string>> | boolean;

export interface GroupOptions {
  readonly statements: BookStatements;
  readonly periodsOf: (nowMs: number) => Periods;
  /** Whether the database's clock counts, which several processes share; else the one of the orders. */
  readonly usesDatabaseClock: boolean;
}

const noHeaders: Readonly<Record<string, string>> = {};

/**
 * The transaction of a group: the orders that ended, then those that ask to be admitted, each decided over what the ones
 * before it left. Locks are taken in one order everywhere: rows of orders, then allowances by their ids, then hours.
 */
export async function writeGroup(
  { statements, periodsOf, usesDatabaseClock }: GroupOptions,
  runner: QueryRunner,
  tasks: readonly BookTask[],
  isRedo: boolean,
): Promise<(BookResult | Error)[]> {
  const results: (BookResult | Error)[] = tasks.map(() => false);
  const allowances = new GroupAllowances(statements, runner);
  const hours = new UsageHours();
  await endOrders(statements, runner, tasks, results, allowances, hours);
  const openings = isRedo ? await withoutBooked(statements, runner, tasks, results) : openingsOf(tasks);
  for (const { row } of openings.values()) allowances.want(row);
  await allowances.lock();
  allowances.settleEnded();
  if (openings.size > 0) {
    const keyIds = [...new Set([...openings.values()].map(({ row }) => row.key_id))].map((id) => [id]);
    // In a statement of its own behind the lock: what was revoked while it was waited for counts.
    const standings = new Map<string, Standing>();
    for (const row of (await statements.standings.run(runner, keyIds)).rows)
      standings.set(row.id, toStanding(row));
    const databaseUs = usesDatabaseClock ? await databaseNowUs(runner) : undefined;
    const admitted: unknown[][] = [];
    for (const { row, indexes } of openings.values()) {
      const nowUs = databaseUs ?? row.created_at_ms * 1000;
      const ask: Ask = {
        model: row.model,
        requestedModel: row.requested_model,
        images: row.images_requested,
        reservedMicroUsd: row.reserved_micro_usd,
      };
      const standing = standings.get(row.key_id);
      const own = allowances.of(row);
      // An order belongs to the periods it is counted in, also where a clock went back behind the start of one.
      const nowMs = Math.max(Math.floor(nowUs / 1000), latestStart(own));
      const decision = decide(nowUs, periodsOf(nowMs), ask, standing, own);
      let result: BookResult | Error;
      if (decision.kind === 'refused')
        result = refusalError(decision.refusal, decision.rates, ask, standing, Math.random());
      else {
        allowances.count(decision.changed);
        admitted.push(Object.values({ ...row, created_at_ms: nowMs }));
        result = rateHeaders(decision.rates);
      }
      for (const index of indexes) results[index] = result;
    }
    const { changed } = await statements.addOrders.run(runner, admitted);
    // An id that is in the ledger already: the group is undone and done again, each order by what its row says.
    if (changed !== admitted.length) throw new Error('an order of the group is in the ledger already');
  }
  await allowances.write();
  await hours.write(statements, runner);
  return results;
}

/** Completes the rows, with their calls. Of two ends of one order the first counts. */
async function endOrders(
  statements: BookStatements,
  runner: QueryRunner,
  tasks: readonly BookTask[],
  results: (BookResult | Error)[],
  allowances: GroupAllowances,
  hours: UsageHours,
): Promise<void> {
  const ends = new Map<string, Ending>();
  for (const [index, task] of tasks.entries())
    if (task.kind === 'complete' && !ends.has(task.id))
      ends.set(task.id, { index, task, values: completionValues(task.id, task.completion) });
  if (ends.size === 0) return;
  const attempts: unknown[][] = [];
  const end = (row: EndedRow): void => {
    const ending = ends.get(row.id);
    if (ending === undefined) return;
    const { index, task } = ending;
    ends.delete(row.id);
    results[index] = true;
    allowances.end(row, task.completion);
    hours.add(closedOrder(row, task.completion));
    for (const [ordinal, attempt] of task.attempts.entries())
      attempts.push(Object.values(toAttemptRow(row.id, ordinal + 1, attempt)));
  };
  const rows = [...ends.values()].map(({ values }) => values);
  for (const row of (await statements.complete.run(runner, rows)).rows) end(row);
  if (ends.size > 0) {
    // Ended twice, or closed in between without knowing what became of them: those are moved from what they counted as.
    const lost = (
      await statements.lost.run(
        runner,
        [...ends.keys()].map((id) => [id]),
      )
    ).rows;
    const before = new Map(lost.map((row) => [row.id, row]));
    const late = [...ends].flatMap(([id, { values }]) => (before.has(id) ? [values] : []));
    for (const row of (await statements.correct.run(runner, late)).rows) {
      const counted = before.get(row.id);
      if (counted !== undefined) hours.takeBack(counted);
      end(row);
    }
  }
  await statements.addAttempts.run(runner, attempts);
}

interface Ending {
  readonly index: number;
  readonly task: BookTask & { readonly kind: 'complete' };
  readonly values: unknown[];
}

function closedOrder(row: EndedRow, completion: LedgerCompletion): ClosedOrder {
  return {
    created_at_ms: row.created_at_ms,
    key_id: row.key_id,
    project_id: row.project_id,
    model: row.model,
    upstream: completion.upstream,
    status: completion.status,
    images_requested: row.images_requested,
    images_delivered: completion.imagesDelivered,
    input_tokens: completion.inputTokens,
    output_tokens: completion.outputTokens,
    output_image_tokens: completion.outputImageTokens,
    cost_micro_usd: completion.costMicroUsd,
  };
}

interface Opening {
  readonly row: LedgerTable;
  /** The tasks that ask for it; several where its writer did not hear that it was written. */
  readonly indexes: number[];
}

/** The orders that ask to be admitted, each once. */
function openingsOf(tasks: readonly BookTask[]): Map<string, Opening> {
  const openings = new Map<string, Opening>();
  for (const [index, task] of tasks.entries()) {
    if (task.kind !== 'open') continue;
    const known = openings.get(task.row.id);
    if (known === undefined) openings.set(task.row.id, { row: task.row, indexes: [index] });
    // Two different orders of one id: the group is undone, and each done by itself.
    else if (isSameOrder(known.row, task.row)) known.indexes.push(index);
    else throw isBooked(task.row.id);
  }
  return openings;
}

/** Those that are not in the ledger yet; the same order there, still open, is the one that asks. */
async function withoutBooked(
  statements: BookStatements,
  runner: QueryRunner,
  tasks: readonly BookTask[],
  results: (BookResult | Error)[],
): Promise<Map<string, Opening>> {
  const openings = openingsOf(tasks);
  const ids = [...openings.keys()].map((id) => [id]);
  for (const booked of (await statements.orders.run(runner, ids)).rows) {
    const opening = openings.get(booked.id);
    if (opening === undefined) continue;
    openings.delete(booked.id);
    const result = isSameOrder(booked, opening.row) ? noHeaders : isBooked(booked.id);
    for (const index of opening.indexes) results[index] = result;
  }
  return openings;
}

/** The moment of its admission, and the process that has it open, are the book's to say. */
function isSameOrder(one: Selectable<LedgerTable>, other: LedgerTable): boolean {
  const booked = { created_at_ms: 0, instance_id: null };
  return isDeepStrictEqual({ ...one, ...booked }, { ...other, ...booked });
}

function isBooked(id: string): Error {
  return new Error(`order ${id} is in the ledger already`);
}

function toStanding(row: StandingRow): Standing {
  return {
    keyName: row.name,
    projectName: row.project,
    revokedAtMs: row.revoked_at_ms,
    expiresAtMs: row.expires_at_ms,
    disabledAtMs: row.disabled_at_ms,
    archivedAtMs: row.archived_at_ms,
    allowedModels: row.allowed_models === null ? null : (JSON.parse(row.allowed_models) as string[]),
  };
}
