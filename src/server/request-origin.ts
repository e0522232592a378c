import type { FastifyRequest } from 'fastify';
import { PlantainError } from '../kernel/plantain-error.ts';

/** Letters, digits, dots, dashes and an IPv6 address's brackets and colons; a port (RFC 9110, section 7.2). */
const hostForm = /^(?:[\w.-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::(?!0{1,5}$)\d{1,5})?$/i;

/** The last that was found to be an address: nearly all requests name the same, and parsing one costs 10 µs. */
let lastOrigin = '';

/**
 * Scheme and host as the client used them, for links; a trusted proxy's word counts, and a whole address in the request
 * line more than the Host header (RFC 9112, section 3.2.2). Throws `malformed_request` for what cannot be an address:
 * none of it may get into a link. A client of HTTP/1.0 need not name a host: it gets the address it reached.
 */
export function requestOrigin(request: FastifyRequest): string {
  const { raw, originalUrl } = request;
  if (hostsIn(raw.rawHeaders) > 1) throw malformed('The request has more than one Host header. Send one.');
  const ownHost = raw.headers.host ?? '';
  const isForwarded = request.host !== ownHost;
  const [, scheme, authority] = /^(https?):\/\/([^/?#]*)/i.exec(originalUrl) ?? [];
  const host = isForwarded ? request.host : (authority ?? ownHost);
  if (ownHost === '' && raw.httpVersion !== '1.0')
    throw malformed('The request has no Host header. Send one.');
  if (host === '') return reachedOrigin(request);
  // Connections to us are plain; whoever says otherwise stands in front and is trusted.
  const isProxied = isForwarded || request.protocol !== 'http';
  const protocol = isProxied ? request.protocol : (scheme ?? 'http');
  const origin = `${protocol.toLowerCase()}://${host}`;
  if (origin === lastOrigin) return origin;
  if (!/^https?:/.test(origin) || !hostForm.test(host) || !isAddress(origin, host))
    throw malformed('The Host header, or what a proxy says of it, is not an http or https address.');
  lastOrigin = origin;
  return origin;
}

/** How many times a request names its host, among its names and values in turn. */
function hostsIn(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts;
}

/** The address that the connection came in at, whichever way the system spells it. */
function reachedOrigin({ raw }: FastifyRequest): string {
  const { localAddress = '127.0.0.1', localPort = 80 } = raw.socket;
  const address = localAddress.replace(/^::ffff:(?=[\d.]+$)/, '');
  return `http://${address.includes(':') ? `[${address}]` : address}:${localPort}`;
}

/** Whether it leads where it says: `1` would be 0.0.0.1 to whoever follows it, and an empty label is nowhere. */
function isAddress(origin: string, host: string): boolean {
  const url = URL.parse(origin);
  if (url === null || /^\.|\.\./.test(host)) return false;
  return host.startsWith('[') || url.hostname === host.replace(/:\d+$/, '').toLowerCase();
}

function malformed(message: string): PlantainError {
  return new PlantainError('malformed_request', message);
}
