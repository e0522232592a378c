import { chargedFor } from '../../journey/receipt.ts';
import type { LedgerCompletion } from '../../usage/ledger.ts';
import { toAttemptRow } from './attempt-row.ts';
import type { BookStatements, EndedRow } from './book-statements.ts';
import type { BookResult, BookTask } from './book-task.ts';
import type { GroupAllowances } from './group-allowances.ts';
import { completionValues } from './ledger-row.ts';
import type { QueryRunner } from './query-runner.ts';
import { type ClosedOrder, UsageHours } from './usage-hours.ts';

interface Ending {
  readonly index: number;
  readonly task: BookTask & { readonly kind: 'complete' };
}

/** The orders of one group that came to their end. Of two ends of one order the first counts. */
export class GroupEndings {
  readonly #ends = new Map<string, Ending>();
  readonly #completions: unknown[][] = [];
  readonly #attempts: unknown[][] = [];
  readonly #hours = new UsageHours();
  /** When the last of them came to its end. */
  readonly latestMs: number;

  constructor(tasks: readonly BookTask[]) {
    let latestMs = 0;
    for (const [index, task] of tasks.entries()) {
      if (task.kind !== 'complete') continue;
      latestMs = Math.max(latestMs, task.completion.finishedAtMs);
      if (!this.#ends.has(task.id)) this.#ends.set(task.id, { index, task });
    }
    this.latestMs = latestMs;
  }

  /** Reads and locks their rows, and asks for their allowances; those of orders of this process without an answer. */
  lock(
    { ended }: BookStatements,
    runner: QueryRunner,
    allowances: GroupAllowances,
  ): { readonly rows: Promise<readonly EndedRow[]>; readonly wanted: Promise<void> | undefined } {
    const ids = [...this.#ends.keys()].map((id) => [id]);
    const rows = ended.run(runner, ids).then((found) => found.rows);
    let areKnown = true;
    for (const { task } of this.#ends.values()) {
      if (task.subjects === undefined) areKnown = false;
      else allowances.want(task.subjects);
    }
    if (areKnown) return { rows, wanted: undefined };
    return {
      rows,
      wanted: rows.then((found) => {
        for (const row of found) allowances.want(row);
      }),
    };
  }

  /**
   * Ends those whose rows are open. One that was closed in between, without knowing what became of it, is moved from what it
   * counted as, but not once more to that.
   */
  end(rows: readonly EndedRow[], results: (BookResult | Error)[], allowances: GroupAllowances): void {
    for (const row of rows) {
      const ending = this.#ends.get(row.id);
      if (ending === undefined) continue;
      const { index, task } = ending;
      const { completion } = task;
      if (row.status === 'unknown' && completion.status !== 'unknown') this.#hours.takeBack(row);
      else if (row.status !== 'open') continue;
      results[index] = true;
      const { imagesDelivered } = completion;
      allowances.end(row, { costMicroUsd: chargedFor(completion), imagesDelivered });
      this.#hours.add(closedOrder(row, completion));
      this.#completions.push(completionValues(row.id, completion));
      for (const [ordinal, attempt] of task.attempts.entries())
        this.#attempts.push(Object.values(toAttemptRow(row.id, ordinal + 1, attempt)));
    }
  }

  /** Completes the rows, with their calls. */
  async write(statements: BookStatements, runner: QueryRunner): Promise<void> {
    await Promise.all([
      statements.complete.run(runner, this.#completions),
      statements.addAttempts.run(runner, this.#attempts),
    ]);
  }

  /** What they add to their hours, whose rows are locked behind all others. */
  writeHours(statements: BookStatements, runner: QueryRunner): Promise<void> {
    return this.#hours.write(statements, runner);
  }
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
    charged_micro_usd: completion.chargedMicroUsd ?? null,
  };
}
