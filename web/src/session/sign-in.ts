import { call, keepCsrf } from '../api/call.ts';
import { forgetEarly } from '../api/early.ts';
import { queryClient } from '../api/query-client.ts';
import { sessionQuery } from '../api/queries.ts';
import type { Session } from '../api/types.ts';
import { keepRole, knownRole } from './known-role.ts';

/** What one shows to come in: a secret, the token of the link that the start printed, or what their provider said. */
type Proof = { readonly secret: string } | { readonly claim: string } | { readonly oidc: string };

/** Opens a session. */
export async function signIn(proof: Proof): Promise<Session> {
  const session = await call<Session>('/session', { method: 'POST', body: proof });
  keepCsrf(session.csrf);
  keepRole(session.role);
  forgetEarly();
  queryClient.clear();
  queryClient.setQueryData(sessionQuery.queryKey, session);
  return session;
}

/** Who is signed in; undefined when nobody is, as far as this browser knows: then the server is not asked. */
export async function knownSession(): Promise<Session | undefined> {
  return knownRole() === undefined ? undefined : queryClient.ensureQueryData(sessionQuery);
}

/** Forgets what was known of the one who was signed in. */
export function forgetSession(): void {
  keepRole(undefined);
  forgetEarly();
  queryClient.clear();
}
