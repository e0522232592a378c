import type { Call } from '../../journey/call.ts';
import { PlantainError } from '../../kernel/plantain-error.ts';

/** Shorter ones stand in any text by chance, and are no secret. */
const minCharacters = 6;
const stand = '[redacted]';

/** What is the operator's of one upstream, letter by letter. */
export interface OwnFacts {
  /** As whom it is asked and what is sent with every call: keys, tokens, configured headers, the project. */
  readonly secrets: readonly (string | undefined)[];
  /** Where it is; the log may say so. */
  readonly address: string;
}

/**
 * Evidence that holds none of it, neither for the caller nor, but for the address, for the log: an upstream, or a proxy on
 * the way, may repeat in an error whatever it was sent, in whatever words.
 */
export function withoutOwn<Evidence extends Pick<Call, 'error'>>(
  evidence: Evidence,
  own: OwnFacts,
): Evidence {
  const { error } = evidence;
  if (error === undefined) return evidence;
  const { code, param, retryAfterSeconds, headers, cause } = error;
  const clean = new PlantainError(code, toldWithoutOwn(error.message, own), {
    cause: typeof cause === 'string' ? loggedWithoutOwn(cause, own) : cause,
    ...(param !== undefined && { param: toldWithoutOwn(param, own) }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(headers !== undefined && { headers }),
  });
  return { ...evidence, error: clean };
}

/** A text for the caller. */
export function toldWithoutOwn(text: string, { secrets, address }: OwnFacts): string {
  const { host, hostname } = new URL(address);
  return without(text, [...secrets, host, hostname]);
}

/** A text for the log and for the operator. */
export function loggedWithoutOwn(text: string, { secrets }: OwnFacts): string {
  return without(text, secrets);
}

function without(text: string, hidden: readonly (string | undefined)[]): string {
  const values = hidden
    .map((value) => value?.replace(/^Bearer\s+/i, '') ?? '')
    .filter((value) => value.length >= minCharacters);
  let clean = text;
  for (const value of values) clean = clean.replaceAll(value, stand);
  // Where a text was cut, the beginning of one may be left.
  const words = /[.…]$/.test(clean) ? clean.slice(0, -1) : clean;
  for (const value of values) {
    for (let length = value.length - 1; length >= minCharacters; length--)
      if (words.endsWith(value.slice(0, length)))
        return `${words.slice(0, -length)}${stand}${clean.slice(words.length)}`;
  }
  return clean;
}
