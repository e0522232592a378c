import { type Allowance, type Counters, ownOr, settled, unused } from '../../admission/allowance.ts';
import { candidateAllowances, userAllowance, userTemplate } from '../../admission/allowance-ids.ts';
import { noLimits } from '../../journey/limits.ts';
import type { LedgerCompletion } from '../../usage/ledger.ts';
import { counterValues, toAllowance } from './allowance-row.ts';
import type { BookStatements, EndedRow } from './book-statements.ts';
import type { LedgerTable } from './database-schema.ts';
import type { QueryRunner } from './query-runner.ts';

type Outcome = Pick<LedgerCompletion, 'costMicroUsd' | 'imagesDelivered'>;

type Subjects = Pick<LedgerTable, 'key_id' | 'project_id' | 'model' | 'end_user'>;

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

  constructor(statements: BookStatements, runner: QueryRunner) {
    this.#statements = statements;
    this.#runner = runner;
  }

  /** Asks for the allowances of an order. */
  want(row: Subjects): void {
    for (const id of candidates(row)) this.#wanted.add(id);
    if (row.end_user !== null) this.#wanted.add(userTemplate(row.project_id));
  }

  /** An order that came to its end. */
  end(row: EndedRow, outcome: Outcome): void {
    for (const id of candidates(row)) this.#wanted.add(id);
    this.#ended.push({ row, outcome });
  }

  /** Reads and locks all that are wanted. */
  async lock(): Promise<void> {
    const ids = [...this.#wanted].sort().map((id) => [id]);
    for (const row of (await this.#statements.allowances.run(this.#runner, ids)).rows)
      this.#allowances.set(row.id, toAllowance(row));
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
      for (const id of candidates(row)) {
        const allowance = this.#allowances.get(id);
        if (allowance !== undefined) this.#set(allowance, settled(allowance.counters, order, outcome));
      }
    }
  }

  /** The allowances that an order has to keep to. An end user without limits of its own has those of the template. */
  of(row: LedgerTable): Allowance[] {
    const user = row.end_user === null ? undefined : userAllowance(row.project_id, row.end_user);
    const found: Allowance[] = [];
    for (const id of candidates(row)) {
      const allowance = this.#allowances.get(id);
      if (id !== user) {
        if (allowance !== undefined) found.push(allowance);
        continue;
      }
      const template = this.#allowances.get(userTemplate(row.project_id));
      if (allowance === undefined && template === undefined) continue;
      const { limits, counters } = allowance ?? { limits: noLimits, counters: unused };
      found.push({ id, limits: template === undefined ? limits : ownOr(limits, template.limits), counters });
    }
    return found;
  }

  /** Counts an admitted order in its allowances. */
  count(changed: readonly Allowance[]): void {
    for (const { id, counters } of changed) {
      const known = this.#allowances.get(id);
      if (known === undefined) this.#born.add(id);
      this.#set(known ?? { id, limits: noLimits, counters }, counters);
    }
  }

  async write(): Promise<void> {
    await this.#statements.addAllowances.run(
      this.#runner,
      [...this.#born].map((id) => [id]),
    );
    const rows: unknown[][] = [];
    for (const id of this.#touched) {
      const allowance = this.#allowances.get(id);
      if (allowance !== undefined) rows.push([id, ...counterValues(allowance.counters)]);
    }
    await this.#statements.count.run(this.#runner, rows);
  }

  #set(allowance: Allowance, counters: Counters): void {
    this.#allowances.set(allowance.id, { ...allowance, counters });
    this.#touched.add(allowance.id);
  }
}

function candidates({ key_id, project_id, model, end_user }: Subjects): string[] {
  return candidateAllowances({ keyId: key_id, projectId: project_id, model, endUser: end_user });
}
