import type { BookStatements } from './book-statements.ts';
import type { BookResult, BookTask } from './book-task.ts';
import type { OpenRow } from './ledger-row.ts';
import type { QueryRunner } from './query-runner.ts';

export interface Opening {
  readonly row: OpenRow;
  /** The tasks that ask for it; several where its writer did not hear that it was written. */
  readonly indexes: number[];
}

const noHeaders: Readonly<Record<string, string>> = {};

/** The orders that ask to be admitted, each once. */
export function openingsOf(tasks: readonly BookTask[]): Map<string, Opening> {
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
export async function withoutBooked(
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

/**
 * The moment of its admission, and the process that has it open, are the book's to say; columns that a newer version
 * added are its own.
 */
function isSameOrder(booked: OpenRow, asking: OpenRow): boolean {
  return (Object.keys(asking) as (keyof OpenRow)[]).every(
    (name) => name === 'created_at_ms' || name === 'instance_id' || booked[name] === asking[name],
  );
}

function isBooked(id: string): Error {
  return new Error(`order ${id} is in the ledger already`);
}
