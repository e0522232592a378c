import type { Call } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { Upstream } from '../journey/upstream.ts';

/** A call that is to be made. */
export interface PlannedCall {
  readonly model: CatalogueModel;
  /** Whether an upstream that serves the model can do what is wished of it. */
  readonly canTake: (upstream: Upstream) => boolean;
  /** What was already asked for the same picture. */
  readonly tried: readonly Call[];
  /** When the order is given up, by the wall clock. */
  readonly deadlineAtMs: number;
  /** The longest wait for a turn, where something better than waiting is left; absent: as long as the deadline allows. */
  readonly patienceMs?: number;
}

/** The right to make one call, and the duty to tell what came of it: once, whatever that is. */
export interface Turn {
  readonly upstream: Upstream;
  /** Undefined: no call was made. Later calls do nothing. */
  end(call: Call | undefined): void;
}
