import { isIP } from 'node:net';
import type { AdminCaller } from '../journey/operator.ts';
import { PlantainError } from '../kernel/plantain-error.ts';

export interface OwnAddresses {
  readonly publicUrl: string | undefined;
  /** Further names that the operator gave. */
  readonly hosts: readonly string[];
}

type BrowserRequest = Pick<AdminCaller, 'headers' | 'origin' | 'isAct' | 'method'>;

/**
 * Keeps other web pages from acting with a session. Cookies alone do not: a browser takes every port of a host for one
 * site, and a name that somebody else holds can be made to lead here. So the host has to be one of ours, and
 * whatever is more than a look has to come from a page of this very origin, with a body that no form can send.
 * Throws `origin_refused`. Returns the origin that the browser sees.
 */
export function checkBrowser(request: BrowserRequest, own: OwnAddresses): string {
  const { headers, isAct, method } = request;
  const origins = ownOrigins(request, own);
  const seen = origins.find((origin) => origin === headers.origin) ?? request.origin;
  if (!isOwnHost(new URL(request.origin).hostname, own))
    throw refused(`host ${new URL(request.origin).host}`);
  if (!isAct) return seen;
  const isOwnPage =
    headers.origin === undefined
      ? headers['sec-fetch-site'] === 'same-origin'
      : origins.includes(headers.origin);
  if (!isOwnPage) throw refused(`origin ${headers.origin ?? 'unknown'}`);
  if (method !== 'GET' && !/^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? ''))
    throw refused('content type');
  return seen;
}

function ownOrigins({ origin }: BrowserRequest, { publicUrl }: OwnAddresses): readonly string[] {
  const used = new URL(origin).origin;
  return publicUrl === undefined ? [used] : [used, new URL(publicUrl).origin];
}

/** A name is looked up, and whoever holds it says where it leads; an address says so itself. */
function isOwnHost(hostname: string, { publicUrl, hosts }: OwnAddresses): boolean {
  const name = hostname.toLowerCase();
  if (isIP(name.replaceAll(/^\[|\]$/g, '')) !== 0 || name === 'localhost' || name.endsWith('.localhost'))
    return true;
  if (publicUrl !== undefined && name === new URL(publicUrl).hostname) return true;
  return hosts.some((host) => host.toLowerCase() === name);
}

/** Whether what goes over this connection stays between browser and server: https, or nothing leaves the machine. */
export function isPrivate(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' || /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/i.test(hostname);
}

function refused(what: string): PlantainError {
  const message = `A session of the console counts only for its own pages; this request's ${what.slice(0, 120)} is not one of theirs. Behind a proxy, set public_url; other names go into console.hosts.`;
  return new PlantainError('origin_refused', message);
}
