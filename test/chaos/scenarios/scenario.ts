import type { Answering } from '../support/chaos-upstream.ts';
import type { ChaosServer } from '../support/chaos-server.ts';
import type { Tally } from '../support/tally.ts';

/** One thing done to a fresh server. */
export interface Scenario {
  /** What `--only` names it by. */
  readonly letter: string;
  readonly title: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `plantain.yaml`. */
  readonly settings?: string;
  readonly answer: Answering;
  /** Outcomes that are clear answers to what was asked, and nothing else is. */
  readonly allowed: readonly string[];
  /** What one order of it holds at most; so far the cap may be passed. */
  readonly orderBytes: number;
  /** Needs a network of its own, with an address that counts as public. */
  readonly needsOwnNetwork?: boolean;
  run(server: ChaosServer): Promise<Tally>;
}

export const mebibyte = 1024 * 1024;
