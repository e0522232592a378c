/** `login`: of a sign-in at a provider that is under way. */
export type CookieKind = 'session' | 'login';

/** Browsers take a `__Host-` cookie only over a secure connection, for this host alone, and from it alone. */
const nameOf = (kind: CookieKind, isSecure: boolean): string =>
  `${isSecure ? '__Host-' : ''}plantain_${kind}`;

/** A cookie that a browser sent. */
export interface SentCookie {
  readonly value: string;
  /** Whether it is one that is only sent over secure connections. */
  readonly isSecure: boolean;
}

/** What a browser sent. Over an insecure connection, which the operator has to allow, under the plain name. */
export function readCookie(
  kind: CookieKind,
  cookies: string | undefined,
  allowsInsecure: boolean,
): SentCookie | undefined {
  const sent = new Map(
    (cookies ?? '').split(';').map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      return [name.trim(), value.trim()];
    }),
  );
  for (const isSecure of allowsInsecure ? [true, false] : [true]) {
    const value = sent.get(nameOf(kind, isSecure));
    if (value !== undefined) return { value, isSecure };
  }
  return undefined;
}

/** A `Set-Cookie` that gives a browser something to hold, for so long; with no value it takes the cookie away. */
export function writeCookie(
  kind: CookieKind,
  value: string | undefined,
  isSecure: boolean,
  maxAgeSeconds?: number,
): string {
  const age = value === undefined ? 0 : maxAgeSeconds;
  const until = age === undefined ? '' : `; Max-Age=${age}`;
  return `${nameOf(kind, isSecure)}=${value ?? ''}${until}${isSecure ? '; Secure' : ''}; HttpOnly; SameSite=Strict; Path=/`;
}
