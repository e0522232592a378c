import type { FastifyRequest } from 'fastify';
import type { BegunTrace, TracedRequest } from '../journey/request-trace.ts';

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
