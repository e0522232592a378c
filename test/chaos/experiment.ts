/** What the command line says about a run. */
export interface RunOptions {
  /** A tenth of everything: proves that the command works, not that the product does. */
  readonly isQuick: boolean;
  /** Scenarios to run, by their letters; all when absent. */
  readonly only: readonly string[] | undefined;
  readonly minutes: number;
  /** How long there is load, where that is not minutes. */
  readonly seconds: number;
  /** What chance is drawn from, where an experiment can be repeated. */
  readonly seed: number;
  /** Whether this process has a network of its own, whose addresses and buffers it may set. */
  readonly hasOwnNetwork: boolean;
  /** What goes on, for those who watch. */
  readonly log: (line: string) => void;
}

export interface ChaosReport {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Sentences that belong under the table. */
  readonly notes: readonly string[];
  /** Limits that were broken, a sentence each. */
  readonly broken: readonly string[];
}

export interface Experiment {
  /** One line for the list of experiments. */
  readonly summary: string;
  /** It is stopped when it has not ended by itself after so long. */
  readonly maxMinutes: (options: Pick<RunOptions, 'minutes' | 'seconds'>) => number;
  /** The page of docs/ that has its figures. */
  readonly page: 'soaks.md' | 'chaos.md' | 'chaos-money.md' | 'budgets.md';
  run(options: RunOptions): Promise<ChaosReport>;
}

/** Something that this machine, or this user, cannot do. The message is for the one who typed the command. */
export class CannotRun extends Error {}
