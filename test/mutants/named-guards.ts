/** A line that guards something, and what it looks like broken. */
export interface NamedGuard {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  readonly guarantee: string;
}

/** Guards that no operator breaks the way a person would. Always tried, sampled or not. */
export const namedGuards: readonly NamedGuard[] = [];
