import { type Allowance, type Counters, ownOr, settled, unused } from '../../admission/allowance.ts';
import { allowanceParts, templateOf, userTemplate } from '../../admission/allowance-ids.ts';
import type { LimitRefusal } from '../../admission/decide.ts';
import type { Periods } from '../../admission/periods.ts';
import { noLimits } from '../../journey/limits.ts';
import type { LedgerCompletion } from '../../usage/ledger.ts';
import { candidates } from './count-from-ledger.ts';
import { counterValues, toAllowance } from './allowance-row.ts';
import type { BookStatements, EndedRow } from './book-statements.ts';
import type { OrderSubjects } from './book-task.ts';
import { type AlertCandidate, type Alerting, tellLimits } from './group-alerts.ts';
import type { EndUserRoom } from './end-user-room.ts';
import type { QueryRunner } from './query-runner.ts';

type Outcome = Pick<LedgerCompletion, 'costMicroUsd' | 'imagesDelivered'>;

/** The allowances of the orders of one group: read and locked together, counted in memory, written together. */
export class GroupAllowances {
  readonly #statements: BookStatements;
  readonly #runner: QueryRunner;
  readonly #wanted = new Set<string>();
  readonly #ended: { readonly row: EndedRow; readonly outcome: Outcome }[] = [];
  readonly #allowances = new Map<string, Allowance>();
  readonly #touched = new Set<string>();
  /** End users that are seen for the first time. */
  readonly #born = new Set<string>();
  readonly #bornUsers = new Map<string, number>();
  readonly #settled = new Set<string>();
  readonly #refusals: LimitRefusal[] = [];
  /** How many end users there are, by their templates. */
  readonly #users = new Map<string, number>();
  /** Keys and projects of which models or end users have allowances of their own. */
  readonly #parted = new Set<string>();
  /** Names of end users, by their allowances. */
  readonly #endUsers = new Map<string, string>();
  /** By row, worked out once: the name of an end user stands in its id as a digest. */
  readonly #ids = new Map<OrderSubjects, readonly string[]>();

  constructor(statements: BookStatements, runner: QueryRunner) {
    this.#statements = statements;
    this.#runner = runner;
  }

  /** Asks for the allowances of an order. */
  want(row: OrderSubjects): void {
    const ids = candidates(row);
    this.#ids.set(row, ids);
    for (const id of ids) this.#wanted.add(id);
    const user = this.#userOf(row);
    if (row.end_user === null || user === undefined) return;
    this.#wanted.add(userTemplate(row.project_id));
    this.#endUsers.set(user, row.end_user);
  }

  /** An order that came to its end, and whose allowances are wanted. */
  end(row: EndedRow, outcome: Outcome): void {
    this.#ended.push({ row, outcome });
  }

  /** Reads and locks all that are wanted. */
  lock(): Promise<void> {
    return this.#read([...this.#wanted]);
  }

  /**
   * The same of those that are there by now; whether any could be. Several processes: another may have made one of a model or
   * end user while this one waited for the lock of its key or project, and a statement does not see what came to be after it
   * began; of the row that it waited for it does see what was changed. From here on nobody makes one.
   */
  async lockUnseen(): Promise<boolean> {
    if (this.#statements.dialect === 'sqlite') return false;
    const unseen = [...this.#unseen()];
    if (unseen.length > 0) await this.#read(unseen);
    return unseen.length > 0;
  }

  /** Those that may have been made since. */
  *#unseen(): Generator<string> {
    const fresh = new Set(this.#fresh());
    for (const id of this.#wanted) {
      const { subjectId } = allowanceParts(id);
      if (!this.#allowances.has(id) && (this.#parted.has(subjectId) || fresh.has(id))) yield id;
    }
  }

  async #read(ids: readonly string[]): Promise<void> {
    const rows = ids.toSorted().map((id) => [id]);
    for (const row of (await this.#statements.allowances.run(this.#runner, rows)).rows) {
      this.#allowances.set(row.id, toAllowance(row));
      if (row.end_users > 0) this.#users.set(row.id, row.end_users);
      if (row.has_parts > 0) this.#parted.add(row.id);
    }
  }

  /** End users that have limits by their template, and no counters yet. */
  *#fresh(): Generator<string> {
    for (const id of this.#endUsers.keys())
      if (!this.#allowances.has(id) && this.#allowances.has(templateOf(id) ?? '')) yield id;
  }

  /** Puts what the ended orders cost in the place of what was reserved for them. */
  settleEnded(): void {
    for (const { row, outcome } of this.#ended) {
      const order = {
        createdAtMs: row.created_at_ms,
        imagesRequested: row.images_requested,
        reservedMicroUsd: row.reserved_micro_usd,
        wasLost: row.lost_at_ms !== null,
      };
      for (const id of this.#idsOf(row)) {
        if (!this.#wanted.has(id)) throw new Error(`order ${row.id} is not whose it was said to be`);
        const allowance = this.#allowances.get(id);
        if (allowance === undefined) continue;
        this.#set(allowance, settled(allowance.counters, order, outcome));
        this.#settled.add(id);
      }
    }
  }

  /** The allowances that an order has to keep to. An end user without limits of its own has those of the template. */
  of(row: OrderSubjects): Allowance[] {
    return this.#idsOf(row)
      .map((id) => this.#inForce(id))
      .filter((allowance) => allowance !== undefined);
  }

  /** An allowance with the limits that count for it; undefined where it has none and nothing is counted. */
  #inForce(id: string): Allowance | undefined {
    const allowance = this.#allowances.get(id);
    const templateId = templateOf(id);
    const template = templateId === undefined ? undefined : this.#allowances.get(templateId);
    if (template === undefined) return allowance;
    const own = allowance ?? { id, limits: noLimits, counters: unused };
    return { ...own, limits: ownOr(own.limits, template.limits) };
  }

  /** Makes room for end users that are seen for the first time, where a project has none left. */
  async makeRoom(room: EndUserRoom, nowUs: number, periods: Periods): Promise<void> {
    const fresh = new Map<string, number>();
    for (const id of this.#fresh()) {
      const template = templateOf(id) ?? '';
      fresh.set(template, (fresh.get(template) ?? 0) + 1);
    }
    for (const [id, count] of fresh) {
      const template = this.#allowances.get(id);
      const users = this.#users.get(id) ?? 0;
      if (template === undefined || users + count <= room.most) continue;
      // Those of the group are counted from what was read of them, and a row that is gone would not be written.
      const keep = this.#endUsers.keys();
      const ask = { dialect: this.#statements.dialect, template, keep: [...keep], nowUs, periods };
      const gone = await room.make(this.#runner, ask);
      this.#users.set(id, users - gone);
      this.#bornUsers.set(id, (this.#bornUsers.get(id) ?? 0) - gone);
    }
  }

  /** Whether an order's end user is known, or one more may be. */
  hasRoom(row: OrderSubjects, { most }: EndUserRoom): boolean {
    const user = this.#userOf(row);
    if (user === undefined || this.#allowances.has(user)) return true;
    const template = userTemplate(row.project_id);
    return !this.#allowances.has(template) || (this.#users.get(template) ?? 0) < most;
  }

  /** Counts an admitted order in its allowances. */
  count(changed: readonly Allowance[]): void {
    for (const { id, counters } of changed) {
      const known = this.#allowances.get(id);
      if (known === undefined) this.#bear(id);
      this.#set(known ?? { id, limits: noLimits, counters }, counters);
    }
  }

  /** An order that one of them does not let pass. */
  refuse(refusal: LimitRefusal): void {
    this.#refusals.push(refusal);
  }

  /** Writes what is to be told of limits: of those of orders that ended, and of those that refused one. */
  async tell(alerting: Alerting, periodsOf: (nowMs: number) => Periods, atMs: number): Promise<void> {
    const found: AlertCandidate[] = [];
    const add = (id: string, refusal?: LimitRefusal): void => {
      const allowance = this.#inForce(id);
      if (allowance === undefined) return;
      const alertAt = this.#alertAt(allowance) ?? alerting.alertAt;
      const endUser = this.#endUsers.get(id) ?? null;
      found.push({ allowance, alertAt, endUser, ...(refusal && { refusal }) });
    };
    for (const id of this.#settled) add(id);
    for (const refusal of this.#refusals) add(refusal.allowanceId, refusal);
    if (found.length > 0) await tellLimits(alerting, this.#statements, this.#runner, found, periodsOf, atMs);
  }

  /** Of end users, who may be many, only what was asked for is told. */
  #alertAt({ id, alertAt }: Allowance): readonly number[] | undefined {
    const templateId = templateOf(id);
    return templateId === undefined ? alertAt : (alertAt ?? this.#allowances.get(templateId)?.alertAt ?? []);
  }

  async write(): Promise<void> {
    const born = [...this.#born].map((id) => [id]);
    const rows: unknown[][] = [];
    for (const id of this.#touched) {
      const allowance = this.#allowances.get(id);
      if (allowance !== undefined) rows.push([id, ...counterValues(allowance.counters)]);
    }
    const { addAllowances, countUsers, count } = this.#statements;
    await Promise.all([
      addAllowances.run(this.#runner, born),
      countUsers.run(this.#runner, [...this.#bornUsers]),
      count.run(this.#runner, rows),
    ]);
  }

  #idsOf(row: OrderSubjects): readonly string[] {
    return this.#ids.get(row) ?? candidates(row);
  }

  /** The allowance of an order's end user, if it names one. */
  #userOf(row: OrderSubjects): string | undefined {
    return row.end_user === null ? undefined : this.#idsOf(row).at(-1);
  }

  #bear(id: string): void {
    this.#born.add(id);
    const template = templateOf(id);
    if (template === undefined) return;
    this.#users.set(template, (this.#users.get(template) ?? 0) + 1);
    this.#bornUsers.set(template, (this.#bornUsers.get(template) ?? 0) + 1);
  }

  #set(allowance: Allowance, counters: Counters): void {
    this.#allowances.set(allowance.id, { ...allowance, counters });
    this.#touched.add(allowance.id);
  }
}
