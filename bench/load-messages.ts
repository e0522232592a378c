/** What an answer must be to count. */
export type Expectation =
  /** Status 200 and exactly one string under `key`, with this hash. */
  | { readonly kind: 'picture'; readonly key: string; readonly sha256: string }
  /** Status 200 and exactly one string under `key`, beginning with `head`, the same in every answer. */
  | { readonly kind: 'same-picture'; readonly key: string; readonly head: string }
  /** Status 200 and one `url`; what it leads to, on the same server, has this hash. */
  | { readonly kind: 'link'; readonly sha256: string }
  /** Status 200 and a body with this hash. */
  | { readonly kind: 'bytes'; readonly sha256: string }
  | { readonly kind: 'status'; readonly status: number };

/** One run of the load generator. */
export interface LoadJob {
  readonly port: number;
  /** Head and body, sent as they are. */
  readonly request: Uint8Array;
  readonly concurrency: number;
  /** Stops starting requests after this many, */
  readonly maxRequests: number;
  /** or after this long. Requests under way are always finished. */
  readonly maxDurationMs: number;
  readonly expect: Expectation;
}

export interface LoadReport {
  readonly completed: number;
  readonly failed: number;
  /** What the first failure looked like. */
  readonly firstFailure: string | undefined;
  readonly elapsedMs: number;
  /** From the first byte sent to the last byte verified, in the order of completion. */
  readonly latenciesMs: readonly number[];
}
