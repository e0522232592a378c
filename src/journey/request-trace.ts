/** A request as its trace begins. */
export interface TracedRequest {
  readonly id: string;
  readonly method: string;
  /** The pattern of its path. */
  readonly route: string;
  readonly scheme: string;
  /** Without the query, which may hold a key. */
  readonly path: string;
  readonly httpVersion: string;
  readonly userAgent: string | undefined;
  readonly clientAddress: string;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  /** Whether a proxy handed it on whose word counts. */
  readonly isFromProxy: boolean;
}

/** A request's trace: `run` does all that belongs to it, and it ends with the answer's status. */
export interface BegunTrace {
  run<Result>(work: () => Result): Result;
  end(status: number): void;
}
