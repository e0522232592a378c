import type { FastifyRequest } from 'fastify';

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

/** Has the trace of a request begun, by its facts. */
export function beginTrace(
  begin: (request: TracedRequest) => BegunTrace,
  request: FastifyRequest,
  route: string,
): BegunTrace {
  const { headers, httpVersion, method = '', url = '' } = request.raw;
  const one = (name: 'traceparent' | 'tracestate'): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(',') : value;
  };
  return begin({
    id: request.id,
    method,
    route,
    scheme: request.protocol,
    path: url.split('?')[0] ?? '',
    httpVersion,
    userAgent: headers['user-agent'],
    clientAddress: request.ip,
    traceparent: one('traceparent'),
    tracestate: one('tracestate'),
    // The peer itself stands first, and those behind it only where its word counts.
    isFromProxy: (request.ips?.length ?? 0) > 1,
  });
}
