import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../journey/image-request.ts';
import { googleCredentials, isGoogleCaller } from './google-caller.ts';

/**
 * The two headers a key may arrive in, OpenAI's and Azure's; of a client of Google's API, where that has it. And where it
 * came from: a trusted proxy's word counts.
 */
export function credentialsOf(request: IncomingMessage, clientAddress: string): Credentials {
  return isGoogleCaller(request)
    ? googleCredentials(request, clientAddress)
    : headerCredentials(request, clientAddress);
}

/** Those of the two headers alone: where `?key=` means something else. */
export function headerCredentials({ headers }: IncomingMessage, clientAddress: string): Credentials {
  const apiKey = headers['api-key'];
  return {
    authorization: headers.authorization,
    apiKey: Array.isArray(apiKey) ? apiKey[0] : apiKey,
    clientAddress,
  };
}
