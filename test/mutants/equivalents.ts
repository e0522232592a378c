/** Changes that break nothing. */
export interface Equivalent {
  readonly file: string;
  /** The line as it stands in the file, without its indentation. */
  readonly line: string;
  /** As the report tells them; all of the line's when absent. */
  readonly changes?: readonly string[];
  readonly reason: string;
}

export const equivalents: readonly Equivalent[] = [];
