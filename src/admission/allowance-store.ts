import type { Limits } from '../journey/limits.ts';
import type { MicroUsd } from '../kernel/money.ts';
import type { Allowance } from './allowance.ts';
import type { Periods } from './periods.ts';

/** Whose allowance: a key's or project's, one of their models', one end user's, or the template of all end users. */
export type AllowanceOwner =
  | { readonly kind: 'key' | 'project'; readonly id: string; readonly model?: string | undefined }
  | { readonly kind: 'user'; readonly projectId: string; readonly endUser: string }
  | { readonly kind: 'users'; readonly projectId: string };

/** Money given back or taken by hand, with its reason. */
export interface Adjustment {
  readonly id: string;
  /** More room when it is positive. */
  readonly amountMicroUsd: MicroUsd;
  readonly reason: string;
  readonly actor: string;
  readonly atMs: number;
}

/** An adjustment as it stands in the book. */
export interface BookedAdjustment extends Adjustment {
  readonly allowanceId: string;
}

/** Which adjustments to list. */
export interface AdjustmentsQuery {
  /** Of this allowance alone. */
  readonly owner?: AllowanceOwner;
  /** Older than the one of this id: where a page before ended. */
  readonly beforeId?: string;
  readonly limit: number;
}

/** Limits that are named, and at which percents of them something is told. */
export interface AllowanceChanges extends Partial<Limits> {
  /** Null: those of the configuration, or of a user's template. */
  readonly alertAt?: readonly number[] | null;
}

/** What orders are held to, for those who set it. `store/` implements it. */
export interface AllowanceStore {
  find(owner: AllowanceOwner): Promise<Allowance | undefined>;
  /** What was set for these keys and projects: their own, their models' and the template of their end users. */
  ofSubjects(subjectIds: readonly string[]): Promise<readonly Allowance[]>;
  /** All of a key or project by their ids: its own, its models', its end users'. `afterId`: where a page before ended. */
  list(
    subjectId: string,
    page?: { readonly afterId?: string | undefined; readonly limit: number },
  ): Promise<readonly Allowance[]>;
  /** The running day and month. */
  periods(): Promise<Periods>;
  /**
   * Changes what is named, from the next order on, and answers with the allowance. One that did not exist begins with
   * what the ledger says was used; end users of a template are counted from now on.
   */
  setLimits(owner: AllowanceOwner, changes: AllowanceChanges): Promise<Allowance>;
  /**
   * Counts money back on day, month and total, with a note. False when there is no such allowance. With a key that came
   * before, nothing: `adjustmentOf` finds what was made then. Throws `invalid_value` where
   * a counter could no longer be told exactly.
   */
  credit(owner: AllowanceOwner, adjustment: Adjustment, idempotencyKey?: string): Promise<boolean>;
  adjustmentOf(idempotencyKey: string): Promise<BookedAdjustment | undefined>;
  /** The newest first. */
  adjustments(query: AdjustmentsQuery): Promise<readonly BookedAdjustment[]>;
}
