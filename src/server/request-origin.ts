import type { FastifyRequest } from 'fastify';
import { PlantainError } from '../kernel/plantain-error.ts';

/** Letters, digits, dots, dashes and an IPv6 address's brackets and colons; a port (RFC 9110, section 7.2). */
const hostForm = /^(?:[\w.-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * Scheme and host as the client used them, for links; a trusted proxy's word counts. Throws `malformed_request` for
 * what cannot be an address: none of it may get into a link. A client of HTTP/1.0 need not name a host.
 */
export function requestOrigin(request: FastifyRequest): string {
  const { raw, protocol, host } = request;
  const named = raw.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host');
  if (named.length > 1) throw malformed('The request has more than one Host header. Send one.');
  if (host === undefined || host === '') {
    if (raw.httpVersion !== '1.0') throw malformed('The request has no Host header. Send one.');
    const { localAddress = '127.0.0.1', localPort = 80 } = raw.socket;
    return `http://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
  }
  const origin = `${protocol}://${host}`;
  if ((protocol !== 'http' && protocol !== 'https') || !hostForm.test(host) || !URL.canParse(origin))
    throw malformed('The Host header, or what a proxy says of it, is not an http or https address.');
  return origin;
}

function malformed(message: string): PlantainError {
  return new PlantainError('malformed_request', message);
}
