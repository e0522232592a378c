import type { IssuedToken } from './access-token.ts';
import { CredentialsError } from './credentials-error.ts';

/** What Vertex asks a token to be good for. */
export const cloudPlatformScope = 'https://www.googleapis.com/auth/cloud-platform';

const defaultLifetimeMs = 3_600_000;

/** `{access_token, expires_in}`, as token servers answer. Rejects what has no token. */
export function issuedToken(whom: string, answer: Readonly<Record<string, unknown>>): IssuedToken {
  const { access_token: token, expires_in: seconds } = answer;
  if (!isTokenText(token)) throw new CredentialsError(`${whom} answered without an access token`);
  const lifetimeMs = Number(seconds) * 1000;
  return { token, lifetimeMs: lifetimeMs > 0 ? lifetimeMs : defaultLifetimeMs };
}

/** `{accessToken, expireTime}`, as an account is lent. */
export function lentToken(
  whom: string,
  answer: Readonly<Record<string, unknown>>,
  nowMs: number,
): IssuedToken {
  const { accessToken: token, expireTime } = answer;
  if (!isTokenText(token)) throw new CredentialsError(`${whom} answered without an access token`);
  const lifetimeMs = Date.parse(typeof expireTime === 'string' ? expireTime : '') - nowMs;
  return { token, lifetimeMs: lifetimeMs > 0 ? lifetimeMs : defaultLifetimeMs };
}

/** One that can travel in a header. */
function isTokenText(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,16384}$/.test(value);
}
