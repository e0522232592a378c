import type { AdminCaller } from '../journey/operator.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { adminClosed, nameOfSecret, wrongSecret } from './admin-gate.ts';
import { type AdminSecrets, roleOfSecret } from './admin-secrets.ts';
import { checkBrowser, isPrivate, type OwnAddresses } from './browser-rules.ts';
import type { ClaimLink } from './claim-link.ts';
import { readCookie, writeCookie } from './console-cookies.ts';
import type { LoginGuard } from './login-guard.ts';
import { attemptLifetimeSeconds, type KnownPerson, type ProviderLogin } from './provider-login.ts';
import type { OpenedSession, Sessions } from './sessions.ts';

export interface ConsoleLoginOptions {
  readonly secrets: () => AdminSecrets;
  readonly sessions: Pick<Sessions, 'open'>;
  readonly claim: Pick<ClaimLink, 'use'>;
  readonly people: Pick<ProviderLogin, 'begin' | 'finish'>;
  readonly guard: LoginGuard;
  readonly isOpenToOthers: () => boolean;
  readonly own: () => OwnAddresses & { readonly insecure: boolean };
}

/**
 * What a browser shows to get a session: a secret, the token of the link that the start printed, or the query that an
 * identity provider sent it back with.
 */
export type LoginProof =
  | { readonly secret: string }
  | { readonly claim: string }
  | { readonly answer: string };

/** A session for a browser, and the cookie it is held by. */
export interface Login extends OpenedSession {
  readonly cookie: string;
}

/** A sign-in at a provider that a browser begins, and the cookie it is recognised by. */
export interface BegunLogin {
  readonly address: string;
  readonly state: string;
  readonly cookie: string;
}

/** Opens sessions for browsers: from their own page, over a connection that nobody reads, and not for guessing. */
export class ConsoleLogin {
  readonly #options: ConsoleLoginOptions;

  constructor(options: ConsoleLoginOptions) {
    this.#options = options;
  }

  /** Throws what a wrong proof is told. */
  async open(caller: AdminCaller, proof: LoginProof): Promise<Login> {
    const { address, headers } = caller;
    const { isSecure } = this.#admit(caller);
    const found = await this.#whoIs(caller, proof, isSecure).catch((error: unknown) => {
      const isTheirs =
        error instanceof PlantainError && error.entry.status < 500 && error.code !== 'too_many_logins';
      if (isTheirs) this.#options.guard.wrong(address);
      throw error;
    });
    const userAgent = headers['user-agent'] ?? '';
    const opened = await this.#options.sessions.open({ ...found, address, userAgent });
    return { ...opened, cookie: writeCookie('session', opened.token, isSecure) };
  }

  /** Begins a sign-in at the provider, which is to send the browser back to a page of this very origin. */
  async begin(caller: AdminCaller, returnTo: string): Promise<BegunLogin> {
    const { origin, isSecure } = this.#admit(caller);
    if (URL.parse(returnTo)?.origin !== origin)
      throw new PlantainError('invalid_value', 'It has to be a page of this server.', { param: 'return_to' });
    const { address, state, held } = await this.#options.people.begin(returnTo);
    return { address, state, cookie: writeCookie('login', held, isSecure, attemptLifetimeSeconds) };
  }

  #admit(caller: AdminCaller): { readonly origin: string; readonly isSecure: boolean } {
    const { guard, isOpenToOthers } = this.#options;
    if (!caller.isLocal && !isOpenToOthers()) throw adminClosed();
    const own = this.#options.own();
    const origin = checkBrowser(caller, own);
    const isSecure = isPrivate(origin);
    if (!isSecure && !own.insecure) throw insecure();
    guard.check(caller.address);
    return { origin, isSecure };
  }

  async #whoIs(
    { headers }: AdminCaller,
    proof: LoginProof,
    isSecure: boolean,
  ): Promise<Omit<KnownPerson, 'signOut'> & Partial<KnownPerson>> {
    const { people, claim, own } = this.#options;
    if ('answer' in proof) {
      const held = readCookie('login', headers.cookie, own().insecure);
      return people.finish(proof.answer, held?.value).catch((error: unknown) => {
        // One attempt, one answer: whatever came of it, it is not kept.
        throw error instanceof PlantainError
          ? error.withHeaders({ 'set-cookie': writeCookie('login', undefined, held?.isSecure ?? isSecure) })
          : error;
      });
    }
    const secrets = this.#options.secrets();
    if ('claim' in proof) {
      if (!claim.use(proof.claim)) throw usedLink();
      return { role: 'admin', name: 'claim link', ground: secrets.admin };
    }
    const role = roleOfSecret(proof.secret, secrets);
    if (role === undefined) throw wrongSecret();
    return { role, name: nameOfSecret[role], ground: proof.secret };
  }
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
