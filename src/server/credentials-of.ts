import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../journey/image-request.ts';

/** The two headers a key may arrive in, OpenAI's and Azure's, and where it came from: a trusted proxy's word counts. */
export function credentialsOf({ headers }: IncomingMessage, clientAddress: string): Credentials {
  const apiKey = headers['api-key'];
  return {
    authorization: headers.authorization,
    apiKey: Array.isArray(apiKey) ? apiKey[0] : apiKey,
    clientAddress,
  };
}
