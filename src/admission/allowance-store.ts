import type { Limits } from '../journey/limits.ts';
import type { MicroUsd } from '../kernel/money.ts';
import type { Allowance } from './allowance.ts';

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

/** What orders are held to, for those who set it. `store/` implements it. */
export interface AllowanceStore {
  find(owner: AllowanceOwner): Promise<Allowance | undefined>;
  /** All of a key or project: its own, its models', its end users'; at most 1000. */
  list(subjectId: string): Promise<readonly Allowance[]>;
  /**
   * Changes the limits that are named, from the next order on, and answers with the allowance. One that did not exist
   * begins with what the ledger says was used; end users of a template are counted from now on.
   */
  setLimits(owner: AllowanceOwner, changes: Partial<Limits>): Promise<Allowance>;
  /** At which percents of its limits something is told; null: those of the configuration, or of a user's template. */
  setAlerts(owner: AllowanceOwner, alertAt: readonly number[] | null): Promise<Allowance>;
  /** Counts money back on day, month and total, with a note. False when there is no such allowance. */
  credit(owner: AllowanceOwner, adjustment: Adjustment): Promise<boolean>;
  /** Credits so far, newest first. */
  adjustments(owner: AllowanceOwner): Promise<readonly Adjustment[]>;
}
