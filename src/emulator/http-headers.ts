import type { IncomingHttpHeaders } from 'node:http';

export interface HeaderFacts {
  readonly contentType: string;
  /** Milliseconds from the request's arrival to its head, as Google's front end reports them. */
  readonly durationMs: number;
  /** Absent on routes that generate nothing, such as ListModels. */
  readonly serviceTier?: string;
  readonly gzip?: boolean;
  /** Streams are marked as a download. */
  readonly attachment?: boolean;
  /** On 401. */
  readonly asksForToken?: boolean;
  /** Whoever asks a metadata server looks for it. */
  readonly metadataFlavor?: boolean;
}

/**
 * The header set of Google's front end, in its order, as the flat list `writeHead` keeps as given
 * (docs/contracts/gemini.md#answer-headers). There is no request id and no `retry-after`, on 429 neither.
 */
export function googleHeaders(facts: HeaderFacts): string[] {
  const headers = ['content-type', facts.contentType];
  if (facts.attachment === true) headers.push('content-disposition', 'attachment');
  if (facts.asksForToken === true)
    headers.push('www-authenticate', 'Bearer realm="https://accounts.google.com/", error="invalid_token"');
  if (facts.metadataFlavor === true) headers.push('metadata-flavor', 'Google');
  headers.push('vary', 'Origin', 'vary', 'X-Origin', 'vary', 'Referer');
  if (facts.gzip === true) headers.push('content-encoding', 'gzip');
  headers.push('date', new Date().toUTCString());
  headers.push('server', 'scaffolding on HTTPServer2');
  headers.push('x-xss-protection', '0');
  headers.push('x-frame-options', 'SAMEORIGIN');
  headers.push('x-content-type-options', 'nosniff');
  headers.push('server-timing', `gfet4t7; dur=${Math.round(facts.durationMs)}`);
  headers.push('alt-svc', 'h3=":443"; ma=2592000,h3-29=":443"; ma=2592000');
  headers.push('transfer-encoding', 'chunked');
  if (facts.serviceTier !== undefined) headers.push('x-gemini-service-tier', facts.serviceTier);
  return headers;
}

/** Whether the caller can read gzip; `gzip;q=0` is a refusal. */
export function acceptsGzip(headers: IncomingHttpHeaders): boolean {
  const offered = (headers['accept-encoding'] ?? '').split(',');
  return offered.some((coding) => /^\s*(?:gzip|x-gzip)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(coding));
}
