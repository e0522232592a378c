import type { IncomingHttpHeaders } from 'node:http';
import { invalidApiKey, missingApiKey } from './google-error.ts';

/**
 * Checks the key of the `x-goog-api-key` header or the `key` parameter. Without a list any key is good that does not
 * contain "invalid". Throws 403 without a key and 400, not 401, for a bad one
 * (docs/contracts/gemini.md#endpoints-and-keys).
 */
export function checkApiKey(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
  known: readonly string[] | undefined,
): void {
  const key = headers['x-goog-api-key']?.toString() || query.get('key') || '';
  if (key === '') throw missingApiKey();
  const good = known === undefined ? !key.includes('invalid') : known.includes(key);
  if (!good) throw invalidApiKey();
}
