import { PlantainError } from '../kernel/plantain-error.ts';

/** RFC 9110, section 11.6.1: a 401 names the scheme that would do. */
export const bearerChallenge = { headers: { 'www-authenticate': 'Bearer realm="Plantain"' } };

/** One error for every reason, so that an answer never tells whether a key exists, once existed, or may not be used from here. */
export function incorrectKey(): PlantainError {
  return new PlantainError(
    'invalid_api_key',
    'Incorrect API key provided. Send a key of this Plantain server, `sk-` and 48 letters or digits; `plantain keys create` makes one.',
    bearerChallenge,
  );
}
