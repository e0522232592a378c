import type { IncomingHttpHeaders } from 'node:http';
import { checkApiKey } from './check-api-key.ts';
import type { VertexScope } from './route.ts';
import { apiKeysUnsupported, noCredentials, tokenRefused } from './vertex-errors.ts';

/**
 * Checks who asks at Vertex (docs/contracts/gemini.md#vertex-errors): a Bearer token, any that does not contain "invalid" or
 * "expired"; in express mode a key does too. Throws 401.
 */
export function checkVertexAccess(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
  { project }: VertexScope,
  apiKeys: readonly string[] | undefined,
): void {
  const [, token] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (token !== undefined) {
    if (token.includes('expired')) throw tokenRefused('ACCESS_TOKEN_EXPIRED');
    if (token.includes('invalid')) throw tokenRefused();
    return;
  }
  const hasKey = headers['x-goog-api-key'] !== undefined || query.has('key');
  if (!hasKey) throw noCredentials();
  if (project !== undefined) throw apiKeysUnsupported();
  checkApiKey(headers, query, apiKeys);
}
