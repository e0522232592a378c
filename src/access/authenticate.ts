import type { Caller } from '../journey/image-order.ts';
import type { Credentials } from '../journey/image-request.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { hashApiKey, isWellFormedApiKey } from './api-key.ts';
import type { ApiKeyStore } from './api-key-store.ts';
import { bearerToken } from './bearer-token.ts';

export type Authenticate = (credentials: Credentials) => Promise<Caller>;

/**
 * Finds out who asks. Throws `invalid_api_key` for every reason alike, so that an answer never tells whether
 * a key once existed; the message never repeats what was sent.
 *
 * The key is found by its SHA-256, which makes timing harmless by construction: how long an index lookup
 * takes can at most betray digits of a stored hash, and nobody can make a key that fits a hash. No byte of a
 * secret is ever compared with a byte the caller chose.
 */
export function createAuthenticate(store: Pick<ApiKeyStore, 'findByHash'>): Authenticate {
  return async (credentials) => {
    const key = sentKey(credentials);
    if (key === '') throw missingKey();
    // Malformed text stops here: noise from the internet costs no database lookup.
    if (!isWellFormedApiKey(key)) throw incorrectKey();
    const record = await store.findByHash(hashApiKey(key));
    if (record === undefined || record.revokedAtMs !== null) throw incorrectKey();
    return { keyId: record.id, keyName: record.name, strict: record.strict };
  };
}

/** The bearer token, else the `api-key` header; '' when neither carries anything. */
function sentKey({ authorization, apiKey }: Credentials): string {
  // Another scheme, such as a proxy's own Basic, leaves room for the api-key header.
  return bearerToken(authorization) ?? apiKey?.trim() ?? '';
}

// RFC 9110, section 11.6.1: a 401 names the scheme that would do.
const details = { headers: { 'www-authenticate': 'Bearer realm="Plantain"' } };

function missingKey(): PlantainError {
  return new PlantainError(
    'invalid_api_key',
    "You didn't provide an API key. Send it in the header `Authorization: Bearer sk-…`. `plantain keys create` makes one.",
    details,
  );
}

function incorrectKey(): PlantainError {
  return new PlantainError(
    'invalid_api_key',
    'Incorrect API key provided. Send a key of this Plantain server, `sk-` and 48 letters or digits; `plantain keys create` makes one.',
    details,
  );
}
