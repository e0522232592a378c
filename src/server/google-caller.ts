import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../journey/image-request.ts';

/**
 * Whether a request is by a client of Google's API: by its key in Google's header or parameter, or by what Google's SDKs
 * say of themselves. It tells `GET /v1/models` of the two APIs apart (docs/contracts/clients.md#native-paths).
 */
export function isGoogleCaller({ headers, url = '' }: IncomingMessage): boolean {
  return (
    headers['x-goog-api-key'] !== undefined ||
    headers['x-goog-api-client'] !== undefined ||
    headers['x-goog-upload-protocol'] !== undefined ||
    headers['x-goog-upload-command'] !== undefined ||
    // Most requests have no query, and taking one apart costs more than all the rest.
    (url.includes('?') && queryOf(url).has('key'))
  );
}

/** The key of such a request: in Google's header, else in the parameter `key`, else as a bearer token. */
export function googleCredentials(
  { headers, url = '' }: IncomingMessage,
  clientAddress: string,
): Credentials {
  const sent = headers['x-goog-api-key'];
  const key = (Array.isArray(sent) ? sent[0] : sent)?.trim() || queryOf(url).get('key')?.trim();
  return key
    ? { authorization: undefined, apiKey: key, clientAddress }
    : { authorization: headers.authorization, apiKey: undefined, clientAddress };
}

/** The query of a request's target. */
export function queryOf(url: string): URLSearchParams {
  const queryAt = url.indexOf('?');
  return new URLSearchParams(queryAt === -1 ? '' : url.slice(queryAt + 1));
}
