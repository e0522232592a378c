import type { Call } from '../journey/call.ts';
import type { CatalogueModel } from '../journey/catalogue-model.ts';
import type { Stages } from '../journey/stages.ts';
import type { Upstream } from '../journey/upstream.ts';
import type { Affinity } from './affinity.ts';
import type { KeptFiles } from './files/kept-files.ts';
import type { NativeRules } from './native-rules.ts';

/** Gives turns at upstreams; `routing/` has them. */
export interface PassPool {
  acquire(
    planned: {
      readonly model: CatalogueModel;
      readonly canTake: (upstream: Upstream) => boolean;
      readonly tried: readonly Call[];
      readonly deadlineAtMs: number;
    },
    signal: AbortSignal,
  ): Promise<{ readonly upstream: Upstream; end(call: Call | undefined): void }>;
  /** Why none of the upstreams that serve a model can do something; undefined: one can, or none serves it. */
  whyNone<Reason>(model: CatalogueModel, why: (upstream: Upstream) => Reason | undefined): Reason | undefined;
}

/** What Gemini's own route is made of; `app/` joins it. */
export interface NativeParts {
  readonly stages: Pick<Stages, 'authenticate' | 'admit' | 'events'>;
  /**
   * A place among the orders in flight, for what a key asks that is not admitted; what is answered gives it back. Throws
   * `too_many_orders` or `server_stopping`.
   */
  readonly takePlace: (keyId: string) => () => void;
  readonly pool: PassPool;
  /** Understands a model's name; throws `model_not_found`. */
  readonly resolveModel: (name: string) => { readonly model: CatalogueModel };
  readonly rules: NativeRules;
  readonly files: KeptFiles;
  readonly affinity: Affinity;
  /** Whether another call may follow these, none of which brought an answer; by `routing/`'s rules. */
  readonly mayAskAgain: (calls: readonly Call[]) => boolean;
}
