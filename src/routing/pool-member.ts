import type { Upstream } from '../journey/upstream.ts';

/** An upstream and what the operator says of it. */
export interface PoolMember {
  readonly upstream: Upstream;
  /** Higher ones are asked first. */
  readonly priority: number;
  /** Share of the calls among those of the same priority. */
  readonly weight: number;
  /** Ids of the catalogue's models that it serves; undefined: all. */
  readonly models: ReadonlySet<string> | undefined;
  /** Members of one group share one quota. */
  readonly quotaGroup: string;
  /** The most calls at once, and in a minute for each model; undefined: no limit of ours. */
  readonly maxConcurrent: number | undefined;
  readonly requestsPerMinute: number | undefined;
  /** Changes with the address and the credentials: while it stays, what is known of the upstream outlives a reload. */
  readonly identity: string;
  /** Whether its failures tell anything of it; the sandbox only plays them. */
  readonly hasHealth: boolean;
  /** Whether a 429 that says nothing means a minute's quota of its own, as with a Gemini API key, not one that all share. */
  readonly hasFixedQuota: boolean;
}
