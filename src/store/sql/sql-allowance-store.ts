import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import { alertedUses, toldAfterChange, toldAfterCredit } from '../../admission/alert-rules.ts';
import { type Allowance, type Counters, withoutOpen } from '../../admission/allowance.ts';
import { allowanceId, subjectIdOf, userTemplate } from '../../admission/allowance-ids.ts';
import type {
  Adjustment,
  AdjustmentsQuery,
  AllowanceChanges,
  AllowanceOwner,
  AllowanceStore,
  BookedAdjustment,
} from '../../admission/allowance-store.ts';
import { rolledForward } from '../../admission/decide.ts';
import type { Periods } from '../../admission/periods.ts';
import { noLimits } from '../../journey/limits.ts';
import type { Clock } from '../../kernel/clock.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';
import { allOrNothing } from './all-or-nothing.ts';
import { counterRow, newAllowanceRow, toAllowance, toLimitColumns } from './allowance-row.ts';
import { storedPeriods } from './budget-zone.ts';
import { countersOf, ledgerSums } from './count-from-ledger.ts';
import type { AdjustmentsTable, AllowancesTable, Database } from './database-schema.ts';
import { storableText, storableUser } from './ledger-row.ts';
import type { DialectName } from './migrations/column-kinds.ts';

const mostListed = 1000;
/** Eight billion dollars either way: with what orders cost besides, every counter is still a number that is told exactly. */
const mostCreditedMicroUsd = 8_000_000_000_000_000;

/** What orders are held to, in SQL. */
export class SqlAllowanceStore implements AllowanceStore {
  readonly #db: Kysely<Database>;
  readonly #clock: Clock;
  readonly #lock: 'forUpdate' | undefined;

  constructor(db: Kysely<Database>, clock: Clock, dialect: DialectName = 'sqlite') {
    this.#db = db;
    this.#clock = clock;
    this.#lock = dialect === 'postgres' ? 'forUpdate' : undefined;
  }

  async find(owner: AllowanceOwner): Promise<Allowance | undefined> {
    return this.#read(this.#db, idOf(owner));
  }

  async ofSubjects(subjectIds: readonly string[]): Promise<readonly Allowance[]> {
    if (subjectIds.length === 0) return [];
    const rows = this.#db
      .selectFrom('allowances')
      .selectAll()
      .where((row) =>
        row.or([
          row('id', 'in', [...subjectIds, ...subjectIds.map(userTemplate)]),
          ...subjectIds.map((id) =>
            row.and([row('id', '>', `${id}/model/`), row('id', '<', `${id}/model0`)]),
          ),
        ]),
      );
    return this.#current(await rows.orderBy('id').execute());
  }

  async list(
    subjectId: string,
    { afterId, limit }: NonNullable<Parameters<AllowanceStore['list']>[1]> = { limit: mostListed },
  ): Promise<readonly Allowance[]> {
    let rows = this.#db
      .selectFrom('allowances')
      .selectAll()
      .where((or) =>
        or.or([
          or('id', '=', subjectId),
          or.and([or('id', '>', `${subjectId}/`), or('id', '<', `${subjectId}0`)]),
        ]),
      )
      .orderBy('id')
      .limit(limit);
    if (afterId !== undefined) rows = rows.where('id', '>', afterId);
    return this.#current(await rows.execute());
  }

  async periods(): Promise<Periods> {
    return (await storedPeriods(this.#db))(this.#clock.nowMs());
  }

  async setLimits(owner: AllowanceOwner, { alertAt, ...changes }: AllowanceChanges): Promise<Allowance> {
    const id = idOf(owner);
    const alerts = alertAt === undefined ? {} : { alert_at: alertAt && JSON.stringify(alertAt) };
    let allowance: Allowance | undefined;
    await allOrNothing(this.#db, async (db) => {
      // The lock of the key or project keeps orders from coming in between. Those of orders are taken in the same order.
      await this.#read(db, subjectIdOf(owner), this.#lock);
      const known = await this.#read(db, id, this.#lock);
      const limits = { ...(known?.limits ?? noLimits), ...changes };
      if (known === undefined) {
        const counters = await this.#countersOf(db, owner);
        await db
          .insertInto('allowances')
          .values({ ...newAllowanceRow(id, limits), ...(counters && counterRow(counters)), ...alerts })
          .execute();
        await tellOfPart(db, owner);
        if (owner.kind === 'user' || owner.kind === 'users') await countUsers(db, owner.projectId);
      } else {
        const told = await this.#toldOf(db, owner, { ...known, limits }, toldAfterChange);
        const change = { ...toLimitColumns(limits), ...told, ...alerts };
        await db.updateTable('allowances').set(change).where('id', '=', id).execute();
      }
      allowance = await this.#read(db, id);
      return true;
    });
    if (allowance === undefined) throw new Error(`the allowance ${id} is gone`);
    return allowance;
  }

  credit(owner: AllowanceOwner, adjustment: Adjustment, idempotencyKey?: string): Promise<boolean> {
    const id = idOf(owner);
    return allOrNothing(this.#db, async (db) => {
      const known = await this.#read(db, id, this.#lock);
      if (known === undefined) return false;
      const periods = (await storedPeriods(db))(adjustment.atMs);
      const now = rolledForward(known.counters, periods);
      const counters = {
        ...now,
        dayUsedMicroUsd: now.dayUsedMicroUsd - adjustment.amountMicroUsd,
        monthUsedMicroUsd: now.monthUsedMicroUsd - adjustment.amountMicroUsd,
        totalUsedMicroUsd: now.totalUsedMicroUsd - adjustment.amountMicroUsd,
      };
      if (Math.abs(counters.totalUsedMicroUsd) > mostCreditedMicroUsd) throw tooMuchCredited();
      const told =
        adjustment.amountMicroUsd > 0
          ? await this.#toldOf(db, owner, { ...known, counters }, toldAfterCredit)
          : {};
      const change = { ...counterRow(counters), ...told };
      await db.updateTable('allowances').set(change).where('id', '=', id).execute();
      await db
        .insertInto('adjustments')
        .values({
          id: adjustment.id,
          allowance_id: id,
          amount_micro_usd: adjustment.amountMicroUsd,
          reason: storableText(adjustment.reason),
          actor: storableText(adjustment.actor),
          at_ms: Math.max(adjustment.atMs, now.dayStartMs, now.monthStartMs),
          idempotency_key: idempotencyKey ?? null,
        })
        .execute();
      return true;
    });
  }

  async adjustmentOf(idempotencyKey: string): Promise<BookedAdjustment | undefined> {
    const row = await this.#db
      .selectFrom('adjustments')
      .selectAll()
      .where('idempotency_key', '=', idempotencyKey)
      .executeTakeFirst();
    return row && toAdjustment(row);
  }

  async adjustments({ owner, beforeId, limit }: AdjustmentsQuery): Promise<readonly BookedAdjustment[]> {
    let rows = this.#db.selectFrom('adjustments').selectAll().orderBy('id', 'desc').limit(limit);
    if (owner !== undefined) rows = rows.where('allowance_id', '=', idOf(owner));
    if (beforeId !== undefined) rows = rows.where('id', '<', beforeId);
    return (await rows.execute()).map(toAdjustment);
  }

  /** As they are in the running periods. */
  async #current(rows: readonly Selectable<AllowancesTable>[]): Promise<Allowance[]> {
    const periods = await this.periods();
    return rows.map((row) => {
      const allowance = toAllowance(row);
      return { ...allowance, counters: rolledForward(allowance.counters, periods) };
    });
  }

  async #read(db: Kysely<Database>, id: string, lock?: 'forUpdate'): Promise<Allowance | undefined> {
    let query = db.selectFrom('allowances').selectAll().where('id', '=', id);
    if (lock !== undefined) query = query[lock]();
    const row = await query.executeTakeFirst();
    return row && toAllowance(row);
  }

  /** What counts as told from now on; open orders are left out, as where it is told. */
  async #toldOf(
    db: Kysely<Database>,
    owner: AllowanceOwner,
    { limits, counters, told }: Allowance,
    after: typeof toldAfterChange,
  ): Promise<{ alerts_told?: string }> {
    const where = ordersOf(owner);
    if (told === undefined || where === undefined) return {};
    const { dayStartMs, monthStartMs } = counters;
    const periods = { dayStartMs, monthStartMs, dayEndMs: 0, monthEndMs: 0 };
    const open = countersOf(await ledgerSums(db, periods, sql`status = 'open' and ${where}`), periods);
    const settled = withoutOpen(counters, open);
    return { alerts_told: JSON.stringify(after(told, alertedUses({ limits, counters: settled }))) };
  }

  /** What was used before an allowance came to be; a template uses nothing itself. */
  async #countersOf(db: Kysely<Database>, owner: AllowanceOwner): Promise<Counters | undefined> {
    const where = ordersOf(owner);
    if (where === undefined) return undefined;
    const periods = (await storedPeriods(db))(this.#clock.nowMs());
    return countersOf(await ledgerSums(db, periods, where), periods);
  }
}

function toAdjustment(row: Selectable<AdjustmentsTable>): BookedAdjustment {
  return {
    id: row.id,
    allowanceId: row.allowance_id,
    amountMicroUsd: row.amount_micro_usd,
    reason: row.reason,
    actor: row.actor,
    atMs: row.at_ms,
  };
}

/** An order that waits for the lock of its key or project learns from its row that there is a part which it does not see yet. */
async function tellOfPart(db: Kysely<Database>, owner: AllowanceOwner): Promise<void> {
  const subjectId = subjectIdOf(owner);
  if (allowanceId(owner) === subjectId) return;
  await db.updateTable('allowances').set({ has_parts: 1 }).where('id', '=', subjectId).execute();
}

/** Keeps the number of a project's end users, where they have a template. */
async function countUsers(db: Kysely<Database>, projectId: string): Promise<void> {
  const template = userTemplate(projectId);
  const { count } = await db
    .selectFrom('allowances')
    .select(sql<number>`cast(count(*) as bigint)`.as('count'))
    .where('id', '>', `${projectId}/user/`)
    .where('id', '<>', template)
    .where('id', '<', `${projectId}/user0`)
    .executeTakeFirstOrThrow();
  await db.updateTable('allowances').set({ end_users: count }).where('id', '=', template).execute();
}

/** End users are known by their name as the ledger keeps it. */
function idOf(owner: AllowanceOwner): string {
  return allowanceId(owner.kind === 'user' ? { ...owner, endUser: storableUser(owner.endUser) } : owner);
}

function ordersOf(owner: AllowanceOwner): RawBuilder<unknown> | undefined {
  if (owner.kind === 'users') return undefined;
  if (owner.kind === 'user')
    return sql`project_id = ${owner.projectId} and end_user = ${storableUser(owner.endUser)}`;
  const subject = owner.kind === 'key' ? sql`key_id = ${owner.id}` : sql`project_id = ${owner.id}`;
  return owner.model === undefined ? subject : sql`${subject} and model = ${owner.model}`;
}

function tooMuchCredited(): PlantainError {
  return new PlantainError(
    'invalid_value',
    'With that, all adjustments and orders there would come to more than eight billion dollars.',
    { param: 'amount_micro_usd' },
  );
}
