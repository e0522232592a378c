/** What a login is known by from its beginning to its end. */
export interface LoginAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** The page that the provider sends the browser back to. */
  readonly returnTo: string;
}

/** One whom the provider vouches for. */
export interface Identity {
  /** The provider's own name for them, which it gives to nobody else. */
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What the provider told of them, as it signed it. */
  readonly idToken: string | undefined;
}

/** One that knows people, and tells who they are. Its methods throw catalogue errors. */
export interface IdentityProvider {
  /** Where a browser is to go to sign in, and what its return is recognised by. */
  begin(returnTo: string): Promise<{ readonly address: string; readonly attempt: LoginAttempt }>;
  /** Who came back. `answer` is the query that the provider sent the browser back with. */
  finish(answer: string, attempt: LoginAttempt): Promise<Identity>;
  /** Where a browser is to go to sign out there too; undefined where that is not offered. */
  signOutAddress(idToken: string | undefined, returnTo: string): Promise<string | undefined>;
}
