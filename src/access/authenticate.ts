import type { Caller } from '../journey/image-order.ts';
import type { Credentials } from '../journey/image-request.ts';
import { bearerChallenge, incorrectKey } from '../journey/incorrect-key.ts';
import { keyState } from '../journey/key-state.ts';
import type { Clock } from '../kernel/clock.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { hashApiKey, isWellFormedApiKey } from './api-key.ts';
import { isAllowedAddress } from './allowed-addresses.ts';
import type { ApiKeyStore, FoundKey } from './api-key-store.ts';
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
export function createAuthenticate(
  store: Pick<ApiKeyStore, 'findByHash' | 'findById'>,
  clock: Clock,
): Authenticate {
  return async (credentials) => {
    if (credentials.actingAs !== undefined) return actedAs(store, credentials.actingAs, clock.nowMs());
    const key = sentKey(credentials);
    if (key === '') throw missingKey();
    // Malformed text stops here: noise from the internet costs no database lookup.
    if (!isWellFormedApiKey(key)) throw incorrectKey();
    const found = await store.findByHash(hashApiKey(key));
    if (found === undefined || !isLive(found, clock.nowMs())) throw incorrectKey();
    const { allowedAddresses } = found.key;
    if (allowedAddresses !== null && !isAllowedAddress(allowedAddresses, credentials.clientAddress))
      throw incorrectKey();
    return callerOf(found);
  };
}

/** The key that an admin orders as. Where it may be used from concerns its secret, and so not them. */
async function actedAs(store: Pick<ApiKeyStore, 'findById'>, id: string, nowMs: number): Promise<Caller> {
  const found = await store.findById(id);
  if (found !== undefined && isLive(found, nowMs)) return callerOf(found);
  throw new PlantainError('invalid_value', 'There is no key of that id that can order pictures now.', {
    param: 'plantain-act-as',
  });
}

function callerOf({ key, markupBasisPoints }: FoundKey): Caller {
  const { id, name, projectId, strict, allowedModels } = key;
  return {
    keyId: id,
    keyName: name,
    projectId,
    strict,
    ...(allowedModels && { allowedModels }),
    ...(markupBasisPoints !== undefined && { markupBasisPoints }),
  };
}

/** Whether a key that was found can order pictures now, wherever it is used from. */
export function isLive({ key, validUntilMs, archivedAtMs }: FoundKey, nowMs: number): boolean {
  const isOver = validUntilMs !== null && validUntilMs <= nowMs;
  return keyState(key, nowMs) === 'live' && archivedAtMs === null && !isOver;
}

/** The bearer token, else the `api-key` header; '' when neither carries anything. */
function sentKey({ authorization, apiKey }: Credentials): string {
  // Another scheme, such as a proxy's own Basic, leaves room for the api-key header.
  return bearerToken(authorization) ?? apiKey?.trim() ?? '';
}

function missingKey(): PlantainError {
  return new PlantainError(
    'invalid_api_key',
    "You didn't provide an API key. Send it in the header `Authorization: Bearer sk-…`. `plantain keys create` makes one.",
    bearerChallenge,
  );
}
