/** The configuration cannot be used. Each problem is one plain line that names the place and the fix. */
export class ConfigError extends Error {
  /** Those of a file in the order of its lines, before all others. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const sorted = problems.toSorted((left, right) => lineOf(left) - lineOf(right));
    super(sorted.join('\n'));
    this.name = 'ConfigError';
    this.problems = sorted;
  }
}

/** Of `plantain.yaml:12: …`. */
function lineOf(problem: string): number {
  return Number(/^[^:]*:(\d+)[: ]/.exec(problem)?.[1] ?? Number.MAX_SAFE_INTEGER);
}
