import type { AdminCaller } from '../journey/operator.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { adminClosed, nameOfSecret, wrongSecret } from './admin-gate.ts';
import { type AdminSecrets, roleOfSecret } from './admin-secrets.ts';
import { checkBrowser, isPrivate, type OwnAddresses } from './browser-rules.ts';
import type { ClaimLink } from './claim-link.ts';
import type { LoginGuard } from './login-guard.ts';
import { sessionCookie } from './session-cookie.ts';
import type { OpenedSession, Sessions } from './sessions.ts';

export interface ConsoleLoginOptions {
  readonly secrets: () => AdminSecrets;
  readonly sessions: Pick<Sessions, 'open'>;
  readonly claim: Pick<ClaimLink, 'use'>;
  readonly guard: LoginGuard;
  readonly isOpenToOthers: () => boolean;
  readonly own: () => OwnAddresses & { readonly insecure: boolean };
}

/** What a browser shows to get a session: a secret, or the token of the link that the start printed. */
export type LoginProof = { readonly secret: string } | { readonly claim: string };

/** A session for a browser, and the cookie it is held by. */
export interface Login extends OpenedSession {
  readonly cookie: string;
}

/** Opens sessions for browsers: from their own page, over a connection that nobody reads, and not for guessing. */
export function createConsoleLogin(
  options: ConsoleLoginOptions,
): (caller: AdminCaller, proof: LoginProof) => Promise<Login> {
  const { guard, sessions, claim } = options;
  return async (caller, proof) => {
    const { address, isLocal, headers } = caller;
    if (!isLocal && !options.isOpenToOthers()) throw adminClosed();
    const own = options.own();
    const isSecure = isPrivate(checkBrowser(caller, own));
    if (!isSecure && !own.insecure) throw insecure();
    guard.check(address);
    const found = whoIs(proof, options.secrets(), claim);
    if (found === undefined) {
      guard.wrong(address);
      throw 'claim' in proof ? usedLink() : wrongSecret();
    }
    const userAgent = headers['user-agent'] ?? '';
    const opened = await sessions.open({ ...found, address, userAgent });
    return { ...opened, cookie: sessionCookie(opened.token, isSecure) };
  };
}

function whoIs(proof: LoginProof, secrets: AdminSecrets, claim: Pick<ClaimLink, 'use'>) {
  if ('claim' in proof)
    return claim.use(proof.claim) ? { role: 'admin' as const, name: 'claim link' } : undefined;
  const role = roleOfSecret(proof.secret, secrets);
  return role === undefined ? undefined : { role, name: nameOfSecret[role] };
}

function usedLink(): PlantainError {
  const message =
    'This link was used, is older than ten minutes, or a newer one was made. `plantain admin secret` prints what signs in.';
  return new PlantainError('invalid_admin_secret', message);
}

function insecure(): PlantainError {
  const message =
    'Over plain HTTP the secret could be read on its way here. Use https, an SSH tunnel to this machine, or set console.insecure to true.';
  return new PlantainError('insecure_connection', message);
}
