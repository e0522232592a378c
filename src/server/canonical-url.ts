/**
 * Brings the spellings of a path that clients really use to one: without `/v1`, with `/v1/v1`, behind
 * `/openai/v1`, with doubled or trailing slashes (docs/contracts/clients.md#paths-and-keys). The query is kept.
 */
export function canonicalUrl(target: string): string {
  // Clients of a proxy, and of a server they take for one, send the whole address (RFC 9112, section 3.2.2).
  const url = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const queryAt = url.indexOf('?');
  const path = queryAt === -1 ? url : url.slice(0, queryAt);
  const query = queryAt === -1 ? '' : url.slice(queryAt);
  const plain = path.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
  const rest = plain.replace(/^(?:\/openai)?(?:\/v1)+(?=\/|$)/, '');
  const isApi = /^\/(?:images\/(?:generations|edits|variations)|models)(?:\/|$)/.test(rest);
  return `${isApi ? `/v1${rest}` : plain}${query}`;
}
