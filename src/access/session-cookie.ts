/** Browsers take a `__Host-` cookie only over a secure connection, for this host alone, and from it alone. */
const secureName = '__Host-plantain_session';
const plainName = 'plantain_session';

/** The session a browser sent. Over an insecure connection, which the operator has to allow, under the plain name. */
export function sessionTokenOf(cookies: string | undefined, allowsInsecure: boolean): string | undefined {
  const sent = new Map(
    (cookies ?? '').split(';').map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2);
      return [name.trim(), value.trim()];
    }),
  );
  return sent.get(secureName) ?? (allowsInsecure ? sent.get(plainName) : undefined);
}

/** The `Set-Cookie` of a session; with no token it takes the cookie away. */
export function sessionCookie(token: string | undefined, isSecure: boolean): string {
  const value = token === undefined ? '; Max-Age=0' : '';
  return `${isSecure ? secureName : plainName}=${token ?? ''}${value}${isSecure ? '; Secure' : ''}; HttpOnly; SameSite=Strict; Path=/`;
}
