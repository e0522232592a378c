import { canonicalNativePath } from './native-url.ts';

/** Prefixes that clients and people put before a path, and repeat: `/v1v1` is what Spring AI 1 makes of a base URL with one. */
const prefixes = /^(?:\/(?:v1)+|\/openai|\/v1beta(?=\/openai\/))*(?=\/)/;
const endpoint = /^\/(?:images\/(?:generations|edits|variations)|models)(?:\/|$)/;
/** What nearly all clients ask for, spelled as it stands. */
const canonical = /^\/v1\/(?:images\/(?:generations|edits)|models)$/;
/** Web pages: a browser finds what they refer to by the slashes of their address. */
const page = /^\/console(?:\/|$)/;
const deployment = /^\/deployments\/[^/]+\/images\//;

/**
 * Brings the spellings of a path that clients really use to one: without `/v1`, with it doubled, behind `/openai`, with
 * doubled or trailing slashes, as a whole address (docs/contracts/clients.md#paths-and-keys). The query is kept.
 */
export function canonicalUrl(target: string): string {
  if (canonical.test(target)) return target;
  // Clients of a proxy, and of a server they take for one, send the whole address (RFC 9112, section 3.2.2).
  const url = target.replace(/^https?:\/\/[^/?#]*(?=(\/?))/i, (_origin, slash) => (slash === '' ? '/' : ''));
  const queryAt = url.indexOf('?');
  const path = queryAt === -1 ? url : url.slice(0, queryAt);
  const query = queryAt === -1 ? '' : url.slice(queryAt);
  if (page.test(path)) return url;
  const plain = path.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
  const native = canonicalNativePath(plain);
  if (native !== undefined) return `${native}${query}`;
  const rest = plain.replace(prefixes, '');
  if (endpoint.test(rest)) return `/v1${rest}${query}`;
  return `${deployment.test(rest) ? `/openai${rest}` : plain}${query}`;
}
