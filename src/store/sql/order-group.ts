import { latestStart } from '../../admission/allowance.ts';
import { type Ask, decide, type Standing } from '../../admission/decide.ts';
import type { Periods } from '../../admission/periods.ts';
import { rateHeaders } from '../../admission/rate-headers.ts';
import { refusalError, tooManyEndUsers } from '../../admission/refusal-error.ts';
import { type BookStatements, databaseNowUs, type StandingRow } from './book-statements.ts';
import type { BookResult, BookTask } from './book-task.ts';
import { storedPeriods } from './budget-zone.ts';
import type { EndUserRoom } from './end-user-room.ts';
import type { Alerting } from './group-alerts.ts';
import { GroupAllowances } from './group-allowances.ts';
import { GroupEndings } from './group-endings.ts';
import { type Opening, openingsOf, withoutBooked } from './group-openings.ts';
import { heard, type QueryRunner } from './query-runner.ts';

export interface GroupOptions {
  readonly statements: BookStatements;
  /** Whether the database's clock counts, which several processes share; else the one of the orders. */
  readonly usesDatabaseClock: boolean;
  readonly alerting: Alerting;
  readonly endUsers: EndUserRoom;
}

/**
 * The transaction of a group: the orders that ended, then those that ask to be admitted, each decided over what the ones
 * before it left. Locks are taken in one order everywhere: rows of orders, then allowances by their ids, then hours. First all is
 * read and locked, then all is written, so that each takes one turn where statements need not wait for each other.
 */
export async function writeGroup(
  options: GroupOptions,
  runner: QueryRunner,
  tasks: readonly BookTask[],
  isRedo: boolean,
): Promise<(BookResult | Error)[]> {
  const { statements, alerting } = options;
  const results: (BookResult | Error)[] = tasks.map(() => false);
  const allowances = new GroupAllowances(statements, runner);
  const openings = isRedo ? await withoutBooked(statements, runner, tasks, results) : openingsOf(tasks);
  const endings = new GroupEndings(tasks);
  const { rows, wanted } = endings.lock(statements, runner, allowances);
  if (wanted !== undefined) await wanted;
  for (const { row } of openings.values()) allowances.want(row);
  const [ended, , first, periodsOf] = await Promise.all([
    rows,
    allowances.lock(),
    readStandings(options, runner, openings),
    storedPeriods(runner),
  ]);
  const standings = (await allowances.lockUnseen()) ? await readStandings(options, runner, openings) : first;
  endings.end(ended, results, allowances);
  allowances.settleEnded();
  const { admitted, atMs } = await admit(options, openings, standings, periodsOf, allowances, results);
  await heard(
    runner,
    Promise.all([
      endings.write(statements, runner),
      // An id that is in the ledger already: the group is undone and done again, each order by what its row says.
      statements.addOrders.run(runner, admitted),
    ]),
  );
  // Which may look up what is open by now.
  await allowances.tell(alerting, periodsOf, Math.max(atMs, endings.latestMs));
  await heard(runner, Promise.all([allowances.write(), endings.writeHours(statements, runner)]));
  return results;
}

interface Standings {
  readonly of: ReadonlyMap<string, Standing>;
  /** By the clock of the database, where that counts. */
  readonly nowUs: number | undefined;
}

/** In a statement of its own behind the lock: what was revoked while it was waited for counts, and the clock has gone on. */
async function readStandings(
  { statements, usesDatabaseClock }: GroupOptions,
  runner: QueryRunner,
  openings: ReadonlyMap<string, Opening>,
): Promise<Standings> {
  const keyIds = [...new Set([...openings.values()].map(({ row }) => row.key_id))].map((id) => [id]);
  const { rows } = await statements.standings.run(runner, keyIds);
  const of = new Map(rows.map((row) => [row.id, toStanding(row)]));
  if (!usesDatabaseClock || openings.size === 0) return { of, nowUs: undefined };
  return { of, nowUs: rows[0]?.now_us ?? (await databaseNowUs(runner)) };
}

/** Decides about those that ask to be admitted, in their order; the rows of those that are, and the last moment of one. */
async function admit(
  { endUsers }: GroupOptions,
  openings: ReadonlyMap<string, Opening>,
  { of: standings, nowUs: databaseUs }: Standings,
  periodsOf: (nowMs: number) => Periods,
  allowances: GroupAllowances,
  results: (BookResult | Error)[],
): Promise<{ readonly admitted: readonly unknown[][]; readonly atMs: number }> {
  const admitted: unknown[][] = [];
  let atMs = 0;
  const [first] = openings.values();
  if (first === undefined) return { admitted, atMs };
  const firstUs = databaseUs ?? first.row.created_at_ms * 1000;
  await allowances.makeRoom(endUsers, firstUs, periodsOf(Math.floor(firstUs / 1000)));
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
    atMs = Math.max(atMs, nowMs);
    const decision = decide(nowUs, periodsOf(nowMs), ask, standing, own);
    let result: BookResult | Error;
    if (decision.kind === 'refused') {
      if ('allowanceId' in decision.refusal) allowances.refuse(decision.refusal);
      result = refusalError(decision.refusal, decision.rates, ask, standing, Math.random());
    } else if (!allowances.hasRoom(row, endUsers)) result = tooManyEndUsers(endUsers.most);
    else {
      allowances.count(decision.changed);
      admitted.push(Object.values({ ...row, created_at_ms: nowMs }));
      result = rateHeaders(decision.rates);
    }
    for (const index of indexes) results[index] = result;
  }
  return { admitted, atMs };
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
