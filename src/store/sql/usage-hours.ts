import type { BookStatements } from './book-statements.ts';
import type { LedgerTable } from './database-schema.ts';
import { billion, closedStatuses, hourAmounts, hourImages, hourMs, hourSums } from './hour-columns.ts';
import type { QueryRunner } from './query-runner.ts';

/** An order that is closed, as it counts in its hour. */
export type ClosedOrder = Pick<
  LedgerTable,
  | 'created_at_ms'
  | 'key_id'
  | 'project_id'
  | 'model'
  | 'upstream'
  | (typeof hourImages)[number]
  | (typeof hourAmounts)[number]
> & { readonly status: string };

interface Hour {
  readonly subject: readonly [hour: number, ...names: string[]];
  readonly sums: number[];
}

/**
 * What the orders of one transaction add to the hours they were admitted in. Written last, and in the order of the keys,
 * so that transactions which touch the same hours wait for each other instead of for ever.
 */
export class UsageHours {
  readonly #hours = new Map<string, Hour>();

  add(order: ClosedOrder): void {
    this.#count(order, 1);
  }

  /** Of an order that turned out otherwise than it was counted. */
  takeBack(order: ClosedOrder): void {
    this.#count(order, -1);
  }

  async write(statements: BookStatements, runner: QueryRunner): Promise<void> {
    if (this.#hours.size === 0) return;
    const rows = [...this.#hours.entries()].sort(([one], [other]) => (one < other ? -1 : 1));
    await statements.addHours.run(
      runner,
      rows.map(([, { subject, sums }]) => [...subject, ...sums]),
    );
  }

  #count(order: ClosedOrder, sign: 1 | -1): void {
    const hour = Math.floor(order.created_at_ms / hourMs) * hourMs;
    const subject = [hour, order.key_id, order.project_id, order.model, order.upstream ?? ''] as const;
    const name = subject.join('\n');
    let found = this.#hours.get(name);
    if (found === undefined) {
      found = { subject, sums: hourSums.map(() => 0) };
      this.#hours.set(name, found);
    }
    const { sums } = found;
    let index = 0;
    const next = (amount: number): void => {
      sums[index] = (sums[index] ?? 0) + sign * amount;
      index++;
    };
    for (const status of closedStatuses) next(order.status === status ? 1 : 0);
    for (const column of hourImages) next(order[column]);
    const nextAmount = (amount: number): void => {
      next(amount % billion);
      next(Math.floor(amount / billion));
    };
    // Of an order without a markup the cost is what was charged.
    for (const column of hourAmounts) nextAmount(order[column] ?? order.cost_micro_usd);
  }
}
