import type { OperatorRole } from '../journey/operator.ts';
import type { Clock } from '../kernel/clock.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { printable } from '../kernel/printable.ts';
import { isSameSecret } from './admin-secrets.ts';
import type { Identity, IdentityProvider, LoginAttempt } from './identity-provider.ts';
import { roleOfClaims, type RoleRules } from './role-of-claims.ts';
import type { Seal } from './seal.ts';

/** How long one may take to sign in at the provider. */
export const attemptLifetimeSeconds = 600;
/** A longer ID token is no hint to the provider's sign-out, whose address it would be part of. */
const longestHint = 6000;

/** The provider that the operator trusts, and what it takes to be somebody here. */
export interface TrustedProvider {
  readonly provider: IdentityProvider;
  readonly rules: RoleRules;
  /** All of that in one text: with another one, the sessions it opened are over. */
  readonly ground: string;
}

export interface ProviderLoginOptions {
  /** Undefined: there is none. */
  readonly trusted: () => TrustedProvider | undefined;
  readonly seal: Pick<Seal, 'open' | 'close'>;
  readonly clock: Clock;
}

/** One who came in by a provider. */
export interface KnownPerson {
  readonly role: OperatorRole;
  readonly name: string;
  readonly ground: string;
  /** What it takes to sign out there too, sealed. */
  readonly signOut: string;
}

interface KeptAttempt extends LoginAttempt {
  readonly untilMs: number;
}

/**
 * Signs people in by their provider. What a sign-in is recognised by stands sealed in a cookie of its browser and
 * nowhere else: it ends where it began, at whichever process, and no stranger's can be put in its place.
 */
export class ProviderLogin {
  readonly #options: ProviderLoginOptions;

  constructor(options: ProviderLoginOptions) {
    this.#options = options;
  }

  /** Where the browser is to go, and what it is to hold until it is back. */
  async begin(
    returnTo: string,
  ): Promise<{ readonly address: string; readonly state: string; readonly held: string }> {
    const { seal, clock } = this.#options;
    const { address, attempt } = await this.#trusted().provider.begin(returnTo);
    const kept: KeptAttempt = { ...attempt, untilMs: clock.nowMs() + attemptLifetimeSeconds * 1000 };
    return { address, state: attempt.state, held: seal.close(JSON.stringify(kept)) };
  }

  /** Who came back. `held`: what the browser was given. Throws `login_…` errors. */
  async finish(answer: string, held: string | undefined): Promise<KnownPerson> {
    const { seal, clock } = this.#options;
    const { provider, rules, ground } = this.#trusted();
    const opened = held === undefined ? undefined : seal.open(held);
    const attempt = opened === undefined ? undefined : (JSON.parse(opened) as KeptAttempt);
    const state = new URLSearchParams(answer).get('state') ?? '';
    if (attempt === undefined || clock.nowMs() >= attempt.untilMs || !isSameSecret(state, attempt.state))
      throw stale();
    const identity = await provider.finish(answer, attempt);
    const role = roleOfClaims(identity.claims, rules);
    if (role === undefined) throw withoutRole(nameOf(identity), rules.roleClaim);
    const idToken = identity.idToken ?? '';
    const signOut = seal.close(
      JSON.stringify({
        idToken: idToken.length <= longestHint ? idToken : '',
        returnTo: attempt.returnTo,
      }),
    );
    return { role, name: nameOf(identity), ground, signOut };
  }

  /** Where a browser is to go to sign out at the provider too; undefined where it is not offered, or not known now. */
  async signOutAddress(signOut: string): Promise<string | undefined> {
    const opened = this.#options.seal.open(signOut);
    const trusted = this.#options.trusted();
    if (opened === undefined || trusted === undefined) return undefined;
    const { idToken, returnTo } = JSON.parse(opened) as { idToken: string; returnTo: string };
    return trusted.provider
      .signOutAddress(idToken === '' ? undefined : idToken, new URL('../login', returnTo).href)
      .catch(() => undefined);
  }

  #trusted(): TrustedProvider {
    const trusted = this.#options.trusted();
    if (trusted === undefined)
      throw new PlantainError('not_found', 'No identity provider is set: oidc.issuer is empty.');
    return trusted;
  }
}

/** A name that people know, and the provider's own, which alone is never somebody else's. */
function nameOf({ subject, claims }: Identity): string {
  const label = ['preferred_username', 'email', 'name']
    .map((name) => claims[name])
    .filter((value) => typeof value === 'string')
    .find((value) => value.trim() !== '');
  const known = printable(label?.trim() ?? '').slice(0, 100);
  const own = printable(subject).slice(0, 255);
  return known === '' || known === own ? own : `${known} (${own})`;
}

function stale(): PlantainError {
  const message =
    'What came back belongs to no sign-in of this browser: it was begun in another one, more than ten minutes ago, or again since. Begin again.';
  return new PlantainError('login_stale', message);
}

function withoutRole(name: string, claim: string): PlantainError {
  const message = `You are signed in as ${name}, who may do nothing here: the claim ${claim} has no value that oidc.admins or oidc.viewers lists. Ask whoever looks after this server, or sign in as somebody else.`;
  return new PlantainError('login_without_role', message);
}
